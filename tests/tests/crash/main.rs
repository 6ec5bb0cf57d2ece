//! A guide that is killed anywhere goes on where it stopped, and does nothing twice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Mutex;

use cashlink_tests::crash::{Counts, Difference, Finding, Guide, Matrix, Setup};

/// The program that is killed.
const CHILD: &str = env!("CARGO_BIN_EXE_crash-child");

async fn every_boundary(setup: Setup) {
    let found = Found::default();
    let counts: Counts = Matrix::new(CHILD).enumerate(setup, |finding| found.take(finding)).await.unwrap();
    println!("{setup}: {counts}");
    let kills = found.end();
    assert_eq!(kills, counts.total());
}

#[derive(Default)]
struct Found {
    kills: Mutex<usize>,
    differences: Mutex<Vec<Difference>>,
}

impl Found {
    fn take(&self, finding: &Finding) {
        *self.kills.lock().unwrap() += finding.lives.kills();
        self.differences.lock().unwrap().extend(finding.difference.clone());
    }

    #[track_caller]
    fn end(&self) -> usize {
        let differences = self.differences.lock().unwrap();
        let first: String = differences.iter().take(3).map(ToString::to_string).collect();
        assert!(differences.is_empty(), "{} differences, such as\n{first}", differences.len());
        *self.kills.lock().unwrap()
    }
}

#[tokio::test]
async fn the_registry_guide_is_killed_at_every_boundary() {
    every_boundary(Setup::plain(Guide::Registry)).await;
}

#[tokio::test]
async fn the_distributor_guide_is_killed_at_every_boundary() {
    every_boundary(Setup::plain(Guide::Distributor)).await;
}

#[tokio::test]
async fn the_platform_guide_is_killed_at_every_boundary() {
    every_boundary(Setup::plain(Guide::Platform)).await;
}

#[tokio::test]
async fn the_issuance_guide_is_killed_at_every_boundary() {
    every_boundary(Setup::plain(Guide::Issuance)).await;
}
