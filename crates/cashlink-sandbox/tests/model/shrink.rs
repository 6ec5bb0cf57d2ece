//! Finds a shorter sequence that fails too.

use crate::run::{Failure, Plan, run};

/// Takes out as many steps as can be spared, halves first, single ones in the end. No more than `budget` steps are made
/// to find out which.
pub(crate) async fn shrink(mut plan: Plan, mut failure: Failure, budget: usize) -> (Plan, Failure) {
    let mut spent = 0;
    plan.steps.truncate(failure.steps);
    let mut size = plan.steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut is_shorter = false;
        while at < plan.steps.len() && spent < budget {
            let mut steps = plan.steps.clone();
            steps.drain(at..(at + size).min(plan.steps.len()));
            spent += steps.len() + 1;
            let shorter = Plan { steps, ..plan.clone() };
            match run(&shorter).await {
                Ok(_) => at += size,
                Err(found) => {
                    (plan, failure) = (shorter, found);
                    plan.steps.truncate(failure.steps);
                    is_shorter = true;
                }
            }
        }
        if spent >= budget || (size == 1 && !is_shorter) {
            return (plan, failure);
        }
        size = size.div_ceil(2).max(1);
    }
}
