//! What the system says of this process.

use std::fs;

/// Memory in KiB from `/proc/self/status`: `VmRSS` now, or `VmHWM` at its peak. Nothing where there is no such file.
pub(crate) fn memory_kib(field: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    value.trim().strip_suffix(" kB")?.parse().ok()
}

/// Nanoseconds that the main thread was on a processor, in the kernel too.
pub(crate) fn cpu_nanos() -> Option<u64> {
    fs::read_to_string("/proc/self/schedstat").ok()?.split(' ').next()?.parse().ok()
}
