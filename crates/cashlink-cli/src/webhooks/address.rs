//! Addresses that events are sent to.

use std::net::IpAddr;

use url::Url;

use crate::problem::Problem;

/// The address of a receiver, which is given by `option`. It is https, except on this machine.
///
/// # Errors
///
/// Names the option and the rule that the address breaks, and not the address, as it may hold secrets.
pub(crate) fn receiver(text: &str, option: &str) -> Result<Url, Problem> {
    let broken = |rule: &str| Problem::new(option, rule);
    let url = parse(text).map_err(broken)?;
    if url.scheme() == "http" && !is_local(&url) {
        return Err(broken("must be https: the token would cross the network in clear text"));
    }
    Ok(url)
}

/// The address of a sandbox without a path, which is given by `option`. Sandboxes speak no TLS, and hold nothing real.
///
/// # Errors
///
/// Names the option and the rule that the address breaks.
pub(crate) fn sandbox(text: &str, option: &str) -> Result<Url, Problem> {
    let url = parse(text).map_err(|rule| Problem::new(option, rule))?;
    if url.path() != "/" || url.query().is_some() {
        return Err(Problem::new(option, "must be an address without a path, such as http://127.0.0.1:8080"));
    }
    Ok(url)
}

/// Whether `url` is on this machine, whatever a server of names says.
pub(crate) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn parse(text: &str) -> Result<Url, &'static str> {
    let url =
        Url::parse(text.trim()).map_err(|_| "must be an absolute address such as https://example.org/webhooks")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must be https, or http on this machine");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold credentials");
    }
    if url.fragment().is_some() {
        return Err("must not have a fragment");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_cross_the_network_by_tls_only_and_secrets_are_no_part_of_an_address() {
        check("https://example.org/hooks?a=b", None);
        check(" http://127.0.0.1:80/ ", None);
        check("http://[::1]:80/", None);
        check("http://localhost:80/", None);
        check("http://example.org/", Some("must be https"));
        check("http://localhost.example.org/", Some("must be https"));
        check("http://128.0.0.1/", Some("must be https"));
        check("https://user:word@example.org/", Some("credentials"));
        check("https://example.org/#a", Some("fragment"));
        check("ftp://example.org/", Some("must be https"));
        check("example.org", Some("absolute"));

        #[track_caller]
        fn check(text: &str, rule: Option<&str>) {
            let broken = receiver(text, "--to").err().map(|problem| problem.to_string());
            match (rule, &broken) {
                (None, None) => {}
                (Some(rule), Some(broken)) if broken.starts_with("--to: ") && broken.contains(rule) => {}
                _ => panic!("{text}: {broken:?}"),
            }
        }
    }

    #[test]
    fn the_address_of_a_sandbox_has_no_path() {
        assert!(sandbox("http://sandbox.example.org:8080", "--sandbox").is_ok());
        assert!(sandbox("http://127.0.0.1:8080/api/external", "--sandbox").is_err());
    }
}
