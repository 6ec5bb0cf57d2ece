//! A guide that is killed anywhere goes on where it stopped, and does nothing twice.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and says what it counted")]

use std::{path::Path, sync::Mutex};

use cashlink_tests::crash::{Counts, Difference, Fate, Finding, Guide, Matrix, Setup, rivals};

/// The program that is killed.
const PROGRAM: &str = env!("CARGO_BIN_EXE_crash");

/// How many schedules of kills and faults are played; `cargo xtask crash` plays any number.
const SCHEDULES: u64 = 300;

/// Among how many tests the schedules are shared, so that none of them takes long.
const PARTS: u64 = 3;

async fn every_boundary(setup: Setup) {
    let found = Found::default();
    let counts: Counts = Matrix::new(PROGRAM).enumerate(setup, |finding| found.take(finding)).await.unwrap();
    println!("{setup}: {counts}");
    let kills = found.end();
    assert_eq!(kills, counts.total());
}

/// Plays the part of all schedules whose number is `part`, so that several tests share the time.
async fn schedules(part: u64) {
    let found = Found::default();
    let seeds = (1..=SCHEDULES).filter(|seed| seed % PARTS == part);
    Matrix::new(PROGRAM).draw(seeds, |finding| found.take(finding)).await.unwrap();
    let struck = *found.struck.lock().unwrap();
    let kills = found.end();
    println!("schedules {part}: {kills} kills, {struck} calls met faults");
    // Without them, nothing would be shown.
    assert!(kills > 50 && struck > 50);
}

#[derive(Default)]
struct Found {
    kills: Mutex<usize>,
    struck: Mutex<u64>,
    differences: Mutex<Vec<Difference>>,
}

impl Found {
    fn take(&self, finding: &Finding) {
        *self.kills.lock().unwrap() += finding.lives.kills();
        *self.struck.lock().unwrap() += finding.struck;
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

#[tokio::test]
async fn kills_in_several_lives_and_faults_leave_what_nobody_disturbed_leaves_first_part() {
    schedules(0).await;
}

#[tokio::test]
async fn kills_in_several_lives_and_faults_leave_what_nobody_disturbed_leaves_second_part() {
    schedules(1).await;
}

#[tokio::test]
async fn kills_in_several_lives_and_faults_leave_what_nobody_disturbed_leaves_third_part() {
    schedules(2).await;
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_killed() {
    let rivals = rivals(Path::new(PROGRAM)).await.unwrap();
    let Fate::Failed(text) = &rivals.second else { panic!("{rivals:?}") };
    assert!(text.contains("has it open: wait for its end"), "{text}");
    assert!(matches!(rivals.third, Fate::Done(_)), "{rivals:?}");
}
