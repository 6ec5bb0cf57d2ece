//! The process that the crash matrix kills.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    cashlink_tests::crash::child()
}
