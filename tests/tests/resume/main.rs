//! A guide whose future is dropped anywhere goes on where it stopped, and does nothing twice.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "how many places were tried is part of the result")]

mod refused;
mod scene;
mod yielding;

use scene::{Effects, GUIDES, Guide, Scene};

/// What an undisturbed run does.
async fn undisturbed(guide: Guide) -> Effects {
    let scene = Scene::new(guide).await;
    let report = scene.life(usize::MAX).await.unwrap();
    scene.assert_settled(&report).await;
    scene.effects()
}

/// Drops the guide after every number of polls that it takes, each time in a world of its own, and resumes it once.
async fn dropped_once_anywhere(guide: Guide) {
    let expected = undisturbed(guide).await;
    let mut polls = 0;
    loop {
        let scene = Scene::new(guide).await;
        let whole = scene.life(polls).await;
        let report = match &whole {
            Some(report) => report.clone(),
            None => scene.life(usize::MAX).await.unwrap(),
        };
        assert_eq!(scene.effects(), expected, "{guide:?} was dropped after {polls} polls");
        scene.assert_settled(&report).await;
        if whole.is_some() {
            break;
        }
        polls += 1;
    }
    println!("{guide:?}: dropped at {polls} places");
    assert!(polls > 2 * expected.len(), "every request waits for more than one thing: {polls}");
}

/// Drops the guide again and again in one world, each time one poll later, until it comes to its end.
async fn dropped_again_and_again(guide: Guide) {
    let expected = undisturbed(guide).await;
    let scene = Scene::new(guide).await;
    let mut polls = 0;
    let report = loop {
        match scene.life(polls).await {
            Some(report) => break report,
            None => polls += 1,
        }
    };
    println!("{guide:?}: dropped {polls} times");
    assert_eq!(scene.effects(), expected);
    scene.assert_settled(&report).await;
}

#[tokio::test]
async fn the_registry_guide_can_be_dropped_anywhere() {
    dropped_once_anywhere(Guide::Registry).await;
}

#[tokio::test]
async fn the_distributor_guide_can_be_dropped_anywhere() {
    dropped_once_anywhere(Guide::Distributor).await;
}

#[tokio::test]
async fn the_platform_guide_can_be_dropped_anywhere() {
    dropped_once_anywhere(Guide::Platform).await;
}

#[tokio::test]
async fn the_issuance_guide_can_be_dropped_anywhere() {
    dropped_once_anywhere(Guide::Issuance).await;
}

#[tokio::test]
async fn every_guide_can_be_dropped_any_number_of_times() {
    for guide in GUIDES {
        dropped_again_and_again(guide).await;
    }
}

#[tokio::test]
async fn two_undisturbed_runs_have_the_same_effects() {
    for guide in GUIDES {
        assert_eq!(undisturbed(guide).await, undisturbed(guide).await);
    }
}
