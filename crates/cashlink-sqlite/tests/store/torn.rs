//! A torn or damaged file: what was reported as durable is there, or the journal says that it is not.

use std::{collections::BTreeMap, fs, path::Path};

use cashlink::journal::{Content, Intent, IntentState, IntentStore, NewIntent, StoreErrorKind, Which};
use cashlink_sqlite::SqliteStore;
use fastrand::Rng;
use futures_util::future::join_all;

use crate::{Folder, Hands, ending, intent, key, refused};

const SEED: u64 = 0x5eed;

/// The size of a page, and of a frame of the log with its header; the log begins with a header too.
const PAGE: usize = 4096;
const FRAME: usize = PAGE + 24;
const LOG_HEADER: usize = 32;

/// The files of a journal as a process that was killed leaves them, and what was reported as durable.
struct Killed {
    files: BTreeMap<&'static str, Vec<u8>>,
    durable: Vec<Intent>,
}

const NAMES: [&str; 3] = ["journal.db", "journal.db-wal", "journal.db.lock"];

/// A journal with entries both in the file and in the log.
async fn killed() -> Killed {
    let folder = Folder::new();
    fill(&folder.open(), 0..60).await;
    let store = folder.open();
    fill(&store, 60..120).await;
    store.flush().await.unwrap();
    let durable = store.list(Which::All, 0, usize::MAX).await.unwrap();
    let files = NAMES.map(|name| (name, fs::read(folder.file(name)).unwrap()));
    Killed { files: files.into(), durable }
}

/// A journal that was closed, so that all of it is in the file.
async fn closed() -> Killed {
    let folder = Folder::new();
    let store = folder.open();
    fill(&store, 0..120).await;
    store.flush().await.unwrap();
    let durable = store.list(Which::All, 0, usize::MAX).await.unwrap();
    store.close().await.unwrap();
    assert!(!folder.file("journal.db-wal").exists());
    let files = ["journal.db", "journal.db.lock"].map(|name| (name, fs::read(folder.file(name)).unwrap()));
    Killed { files: files.into(), durable }
}

async fn fill(store: &SqliteStore, numbers: std::ops::Range<usize>) {
    let names: Vec<_> = numbers.map(|number| format!("key-{number}")).collect();
    for names in names.chunks(15) {
        let begin = |name: &String| {
            let content = Content::Sealed(name.repeat(20).into_bytes());
            store.begin(NewIntent { content, ..intent(name, &format!("/{name}"), 1) })
        };
        join_all(names.iter().map(begin)).await.into_iter().for_each(|begun| assert!(begun.is_ok()));
        let ended = names.iter().filter(|name| !name.ends_with('7'));
        let finish = |name: &String| {
            let key = key(name);
            async move { store.finish(&key, ending(IntentState::Applied)).await }
        };
        join_all(ended.map(finish)).await.into_iter().for_each(|ended| ended.unwrap());
    }
}

impl Killed {
    /// Puts the files, with `damaged` in the place of `name`, where they can be opened.
    fn lay(&self, folder: &Folder, name: &str, damaged: &[u8]) {
        for (other, bytes) in &self.files {
            let bytes = if *other == name { damaged } else { bytes };
            write(&folder.file(other), bytes);
        }
    }

    /// Opens it with `damaged` in the place of `name`, and checks what is found. Tells whether it could be opened.
    async fn check(&self, name: &str, damaged: &[u8], what: &str) -> bool {
        let folder = Folder::new();
        self.lay(&folder, name, damaged);
        let store = match folder.try_open(&Hands::at(60)) {
            Ok(store) => store,
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Damaged, "{what}: {error}");
                assert!(error.to_string().contains("keep a copy") || error.to_string().contains("release"), "{error}");
                return false;
            }
        };
        let found = store.list(Which::All, 0, usize::MAX).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(found == self.durable, "{what}: {} of {} intents", found.len(), self.durable.len());
        for intent in &self.durable {
            assert_eq!(store.find(&intent.new.key).await.unwrap().as_ref(), Some(intent), "{what}");
        }
        true
    }

    /// Cuts `name` off at many places.
    async fn cut(&self, name: &str, places: impl Iterator<Item = usize>) {
        let (bytes, mut cuts, mut opened) = (&self.files[name], 0, 0);
        for length in places.filter(|length| *length < bytes.len()) {
            cuts += 1;
            opened += usize::from(self.check(name, &bytes[..length], &format!("{name} cut at {length}")).await);
        }
        println!("{name}: {cuts} cuts, {opened} opened");
        assert!(cuts > 100);
    }

    /// Flips a bit of `name` at many places.
    async fn flip(&self, name: &str, places: impl Iterator<Item = usize>, rng: &mut Rng) {
        let (mut flips, mut opened) = (0, 0);
        for place in places.filter(|place| *place < self.files[name].len()) {
            let (mut bytes, bit) = (self.files[name].clone(), rng.u8(0..8));
            bytes[place] ^= 1 << bit;
            flips += 1;
            opened +=
                usize::from(self.check(name, &bytes, &format!("{name}: bit {bit} of {place}, seed {SEED}")).await);
        }
        println!("{name}: {flips} bits flipped, {opened} opened");
        assert!(flips > 100);
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

/// Each boundary, and the bytes beside it.
fn around(first: usize, step: usize) -> impl Iterator<Item = usize> {
    (first..).step_by(step).take(400).flat_map(|place| [place.saturating_sub(1), place, place + 1])
}

fn anywhere(rng: &mut Rng, length: usize, count: usize) -> Vec<usize> {
    (0..count).map(|_| rng.usize(0..length)).collect()
}

#[tokio::test]
async fn what_a_killed_process_leaves_is_whole() {
    let killed = killed().await;
    assert!(killed.check("journal.db", &killed.files["journal.db"], "undamaged").await);
    assert_eq!(killed.durable.len(), 120);
    let log = killed.files["journal.db-wal"].len();
    assert!(log > 30 * FRAME, "the log has {log} bytes");
}

#[tokio::test]
async fn a_file_that_was_cut_off_forgets_nothing_silently() {
    println!("seed {SEED}");
    for journal in [killed().await, closed().await] {
        let more = anywhere(&mut Rng::with_seed(SEED), journal.files["journal.db"].len(), 100);
        journal.cut("journal.db", around(0, PAGE).chain([16, 60, 99, 100]).chain(more)).await;
    }
}

#[tokio::test]
async fn a_log_that_was_cut_off_forgets_nothing_silently() {
    let killed = killed().await;
    println!("seed {SEED}");
    let more = anywhere(&mut Rng::with_seed(SEED), killed.files["journal.db-wal"].len(), 50);
    killed.cut("journal.db-wal", around(LOG_HEADER, FRAME).chain([0, 1, 24, 31]).chain(more)).await;
}

#[tokio::test]
async fn a_file_with_a_wrong_bit_forgets_nothing_silently() {
    let mut rng = Rng::with_seed(SEED);
    for journal in [killed().await, closed().await] {
        let more = anywhere(&mut rng, journal.files["journal.db"].len(), 200);
        journal.flip("journal.db", (0..100).chain(around(PAGE, PAGE)).chain(more), &mut rng).await;
    }
}

#[tokio::test]
async fn a_log_with_a_wrong_bit_forgets_nothing_silently() {
    let killed = killed().await;
    let mut rng = Rng::with_seed(SEED);
    let more = anywhere(&mut rng, killed.files["journal.db-wal"].len(), 150);
    killed.flip("journal.db-wal", (0..LOG_HEADER).chain(more), &mut rng).await;
}

#[tokio::test]
async fn a_note_with_a_wrong_bit_is_no_reason_to_refuse_the_journal() {
    let killed = killed().await;
    let mut rng = Rng::with_seed(SEED);
    killed.flip("journal.db.lock", 0..160, &mut rng).await;
}

#[tokio::test]
async fn a_journal_that_is_gone_is_missed() {
    let killed = killed().await;
    let folder = Folder::new();
    killed.lay(&folder, "", b"");
    for name in ["journal.db", "journal.db-wal"] {
        fs::remove_file(folder.file(name)).unwrap();
    }
    refused(folder.try_open(&Hands::at(60)), StoreErrorKind::Damaged, &["120 intents", "accept_loss"]);
    let store = SqliteStore::options().accept_loss().open(folder.path()).unwrap();
    store.begin(intent("next", "/", 1)).await.unwrap();
    assert_eq!(store.find(&key("next")).await.unwrap().unwrap().sequence, 121);
}

#[tokio::test]
async fn a_loss_that_is_accepted_leaves_a_journal_that_goes_on() {
    let killed = killed().await;
    let folder = Folder::new();
    let log = &killed.files["journal.db-wal"];
    killed.lay(&folder, "journal.db-wal", &log[..log.len() / 2]);
    refused(folder.try_open(&Hands::at(60)), StoreErrorKind::Damaged, &["commits are missing", "accept_loss"]);
    refused(SqliteStore::open_read_only(folder.path()), StoreErrorKind::Damaged, &["commits are missing"]);
    let hands = Hands::at(60);
    let store = SqliteStore::options().clock(hands).accept_loss().open(folder.path()).unwrap();
    let kept = store.list(Which::All, 0, usize::MAX).await.unwrap();
    let keys = |intents: &[Intent]| intents.iter().map(|intent| intent.new.key.clone()).collect::<Vec<_>>();
    assert!((60..120).contains(&kept.len()));
    assert_eq!(keys(&kept), keys(&killed.durable[..kept.len()]));
    store.begin(intent("next", "/", 1)).await.unwrap();
    assert_eq!(store.find(&key("next")).await.unwrap().unwrap().sequence, 121);
    store.close().await.unwrap();
    assert_eq!(folder.open().list(Which::All, 0, usize::MAX).await.unwrap().len(), kept.len() + 1);
}
