//! The examples of the three families run to their end.

#[path = "../examples/distributor.rs"]
mod distributor;
#[path = "../examples/issuer.rs"]
mod issuer;
#[path = "../examples/platform.rs"]
mod platform;

#[test]
fn the_example_of_the_platform_family_runs() {
    platform::main().unwrap();
}

#[test]
fn the_example_of_the_distributor_family_runs() {
    distributor::main().unwrap();
}

#[test]
fn the_example_of_the_issuer_family_runs() {
    issuer::main().unwrap();
}
