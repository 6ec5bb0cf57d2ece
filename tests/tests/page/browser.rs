//! A headless Chromium that visits a sandbox, and what it complains about.

use std::{
    env,
    io::{self, Write},
    os::unix::fs::MetadataExt,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use cashlink_sandbox::Sandbox;
use chromiumoxide::{
    Browser, BrowserConfig, Page,
    cdp::browser_protocol::{
        emulation::{MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams},
        input::{DispatchKeyEventParams, DispatchKeyEventType},
        log, network,
    },
    cdp::js_protocol::runtime::{self, EvaluateParams},
};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

/// What Chromium is called, here and there.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// How long something on a page may take that takes a moment.
const PATIENCE_MS: u32 = 20_000;

/// A page that is open in a browser of its own.
pub(crate) struct Visit {
    browser: Browser,
    page: Page,
    complaints: Arc<Mutex<Vec<String>>>,
    _profile: TempDir,
}

/// Opens `path` of a sandbox; nothing, and a loud line, where no Chromium is installed.
pub(crate) async fn visit(sandbox: &Sandbox, path: &str) -> Option<Visit> {
    let chromium = chromium()?;
    let profile = TempDir::new().unwrap();
    let mut config = BrowserConfig::builder()
        .chrome_executable(chromium)
        .new_headless_mode()
        .user_data_dir(profile.path())
        .viewport(None)
        .window_size(1440, 1000)
        .launch_timeout(Duration::from_secs(60));
    // Chromium does not shield itself where everything is allowed, and refuses to start unless told so.
    if is_root() {
        config = config.no_sandbox();
    }
    let (browser, mut handler) = Browser::launch(config.build().unwrap()).await.unwrap();
    tokio::spawn(async move { while handler.next().await.is_some() {} });
    let page = browser.new_page("about:blank").await.unwrap();
    let complaints = Arc::default();
    watch(&page, sandbox.origin(), &complaints).await;
    let visit = Visit { browser, page, complaints, _profile: profile };
    visit.go(&format!("{}{path}", sandbox.origin())).await;
    Some(visit)
}

fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    let usual = || NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let found = named.or_else(|| usual().find(|file| file.is_file()));
    if found.is_none() {
        // Not by `eprintln`, which is kept back of a test that passes: whoever runs the tests must see what was not tested.
        let line =
            "\nSKIPPED: NO CHROMIUM IS INSTALLED, a test of the sandbox's pages did not run; CHROMIUM can name one\n";
        io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Notes all that goes wrong on the page from now on, and every call to another server.
async fn watch(page: &Page, origin: &str, complaints: &Arc<Mutex<Vec<String>>>) {
    page.execute(log::EnableParams::default()).await.unwrap();
    page.execute(runtime::EnableParams::default()).await.unwrap();
    page.execute(network::EnableParams::default()).await.unwrap();

    let foreign = {
        let origin = origin.to_owned();
        move |event: &network::EventRequestWillBeSent| {
            let url = &event.request.url;
            let is_own = url.starts_with(&origin) || url.starts_with("data:") || url.starts_with("about:");
            (!is_own).then(|| format!("asked another server: {url}"))
        }
    };
    listen(page.event_listener::<network::EventRequestWillBeSent>().await.unwrap(), complaints, foreign);
    listen(
        page.event_listener::<network::EventLoadingFailed>().await.unwrap(),
        complaints,
        |event: &network::EventLoadingFailed| {
            let is_canceled = event.canceled == Some(true);
            (!is_canceled).then(|| format!("not loaded: {}", event.error_text))
        },
    );
    listen(
        page.event_listener::<network::EventResponseReceived>().await.unwrap(),
        complaints,
        |event: &network::EventResponseReceived| {
            let response = &event.response;
            (response.status >= 400).then(|| format!("{} from {}", response.status, response.url))
        },
    );
    listen(page.event_listener::<log::EventEntryAdded>().await.unwrap(), complaints, |event: &log::EventEntryAdded| {
        let is_bad = matches!(event.entry.level, log::LogEntryLevel::Error | log::LogEntryLevel::Warning);
        is_bad.then(|| format!("browser: {}", event.entry.text))
    });
    listen(
        page.event_listener::<runtime::EventConsoleApiCalled>().await.unwrap(),
        complaints,
        |event: &runtime::EventConsoleApiCalled| {
            use runtime::ConsoleApiCalledType as Type;
            let is_bad = matches!(event.r#type, Type::Error | Type::Warning | Type::Assert);
            is_bad.then(|| format!("console: {:?}", event.args.first()))
        },
    );
    listen(
        page.event_listener::<runtime::EventExceptionThrown>().await.unwrap(),
        complaints,
        |event: &runtime::EventExceptionThrown| Some(format!("exception: {:?}", event.exception_details)),
    );
}

fn listen<E: Send + Sync + 'static>(
    mut events: impl Stream<Item = Arc<E>> + Send + Unpin + 'static,
    complaints: &Arc<Mutex<Vec<String>>>,
    complaint: impl Fn(&E) -> Option<String> + Send + 'static,
) {
    let complaints = Arc::clone(complaints);
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            complaints.lock().unwrap().extend(complaint(&event));
        }
    });
}

impl Visit {
    pub(crate) async fn go(&self, url: &str) {
        self.page.goto(url).await.unwrap();
        self.until("document.readyState === 'complete'").await;
    }

    /// What an expression of the page is; a promise is waited for.
    pub(crate) async fn value<T: DeserializeOwned>(&self, expression: &str) -> T {
        let evaluate = EvaluateParams::builder().expression(expression).await_promise(true).return_by_value(true);
        let value = self.page.evaluate_expression(evaluate.build().unwrap()).await;
        value.unwrap_or_else(|error| panic!("{expression}: {error}")).into_value().unwrap()
    }

    /// Waits until an expression of the page is true.
    #[track_caller]
    pub(crate) fn until(&self, expression: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        let waiting = format!(
            "new Promise((resolve) => {{
               const begun = performance.now();
               const look = () => {{
                 let is_so = false;
                 try {{ is_so = Boolean({expression}); }} catch {{}}
                 if (is_so || performance.now() - begun > {PATIENCE_MS}) resolve(is_so);
                 else setTimeout(look, 10);
               }};
               look();
             }})"
        );
        async move {
            let is_so: bool = self.value(&waiting).await;
            if !is_so {
                let text: String = self.value("document.body.innerText").await;
                panic!("{caller}: never became true: {expression}\n{:#?}\n{text}", self.complaints());
            }
        }
    }

    /// Presses the left button of the mouse in the middle of what `selector` finds, once it has come to rest there.
    pub(crate) async fn click(&self, selector: &str) {
        let at_rest = format!(
            "(() => {{
               const one = document.querySelector({selector:?});
               one.scrollIntoView({{ block: 'center', behavior: 'instant' }});
               const {{ x, y, width, height }} = one.getBoundingClientRect();
               const place = [x, y, width, height].join();
               const isStill = window.lastPlace === place;
               window.lastPlace = place;
               return isStill && one.contains(document.elementFromPoint(x + width / 2, y + height / 2));
             }})()"
        );
        self.until(&at_rest).await;
        self.page.find_element(selector).await.unwrap().click().await.unwrap();
    }

    /// Chooses an option of a list, as it happens when somebody has clicked it: the list itself is drawn by the system.
    pub(crate) async fn choose(&self, selector: &str, value: &str) {
        self.click(selector).await;
        let choice = format!(
            "(() => {{
               const list = document.querySelector({selector:?});
               list.value = {value:?};
               list.dispatchEvent(new Event('change', {{ bubbles: true }}));
               return list.value;
             }})()"
        );
        assert_eq!(self.value::<String>(&choice).await, value);
    }

    /// Presses a key, as somebody at the keyboard does.
    pub(crate) async fn key(&self, key: &str, code: i64, text: Option<&str>) {
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let is_down = kind == DispatchKeyEventType::KeyDown;
            let mut event =
                DispatchKeyEventParams::builder().r#type(kind).key(key).code(key).windows_virtual_key_code(code);
            if let Some(text) = text.filter(|_| is_down) {
                event = event.text(text);
            }
            self.page.execute(event.build().unwrap()).await.unwrap();
        }
    }

    pub(crate) async fn tab(&self) {
        self.key("Tab", 9, None).await;
    }

    pub(crate) async fn enter(&self) {
        self.key("Enter", 13, Some("\r")).await;
    }

    /// Types into what has the focus.
    pub(crate) async fn type_in(&self, text: &str) {
        for letter in text.chars() {
            let letter = letter.to_string();
            let mut event = DispatchKeyEventParams::builder().r#type(DispatchKeyEventType::Char);
            event = event.text(letter);
            self.page.execute(event.build().unwrap()).await.unwrap();
        }
    }

    pub(crate) async fn resize(&self, width: i64, height: i64) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, height, 1.0, width < 600);
        self.page.execute(metrics).await.unwrap();
    }

    /// Lets the browser say that its user likes it `light` or `dark`.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let feature = MediaFeature::new("prefers-color-scheme", scheme);
        self.page.execute(SetEmulatedMediaParams::builder().feature(feature).build()).await.unwrap();
    }

    pub(crate) fn raw(&self) -> &Page {
        &self.page
    }

    /// What went wrong so far.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    /// Ends the visit, on which nothing may have gone wrong.
    pub(crate) async fn end(mut self) {
        let complaints = self.complaints();
        self.leave().await;
        assert!(complaints.is_empty(), "{complaints:#?}");
    }

    pub(crate) async fn leave(&mut self) {
        self.browser.close().await.unwrap();
        self.browser.wait().await.unwrap();
    }
}
