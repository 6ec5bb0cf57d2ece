//! The files of the pages, inside the program: nothing of them comes from elsewhere.

/// A file and where it is served.
pub(super) struct File {
    pub(super) path: &'static str,
    pub(super) content_type: &'static str,
    pub(super) content: Content,
}

/// What is in a file, in the form in which it is kept.
pub(super) enum Content {
    Plain(&'static str),
    Gzip(&'static [u8]),
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file below `assets/` that is served as it is.
macro_rules! plain {
    ($path:literal, $content_type:expr, $file:literal) => {
        File {
            path: $path,
            content_type: $content_type,
            content: Content::Plain(include_str!(concat!("../../../assets/", $file))),
        }
    };
}

/// A file of Swagger UI, compressed.
macro_rules! swagger_ui {
    ($name:literal, $content_type:expr) => {
        File {
            path: concat!("/docs/swagger-ui/", $name),
            content_type: $content_type,
            content: Content::Gzip(include_bytes!(concat!("../../../assets/swagger-ui/", $name, ".gz"))),
        }
    };
}

/// Everything that is served.
pub(super) static FILES: &[File] = &[
    plain!("/", HTML, "page/index.html"),
    plain!("/page/page.css", CSS, "page/page.css"),
    plain!("/page/main.js", SCRIPT, "page/main.js"),
    plain!("/page/control.js", SCRIPT, "page/control.js"),
    plain!("/page/dom.js", SCRIPT, "page/dom.js"),
    plain!("/page/faults.js", SCRIPT, "page/faults.js"),
    plain!("/page/line.js", SCRIPT, "page/line.js"),
    plain!("/page/requests.js", SCRIPT, "page/requests.js"),
    plain!("/page/settings.js", SCRIPT, "page/settings.js"),
    plain!("/page/snapshots.js", SCRIPT, "page/snapshots.js"),
    plain!("/page/theme.js", SCRIPT, "page/theme.js"),
    plain!("/page/time.js", SCRIPT, "page/time.js"),
    plain!("/page/webhooks.js", SCRIPT, "page/webhooks.js"),
    plain!("/page/world.js", SCRIPT, "page/world.js"),
    plain!("/page/icon.svg", "image/svg+xml", "page/icon.svg"),
    plain!("/docs", HTML, "docs/index.html"),
    plain!("/docs/control", HTML, "docs/index.html"),
    plain!("/docs/docs.css", CSS, "docs/docs.css"),
    plain!("/docs/docs.js", SCRIPT, "docs/docs.js"),
    swagger_ui!("swagger-ui-bundle.js", SCRIPT),
    swagger_ui!("swagger-ui.css", CSS),
];
