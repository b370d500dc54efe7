//! What this machine is: its memory and its pages.
#![allow(unsafe_code)]

use crate::device::backend::MemoryInfo;
use std::sync::OnceLock;

/// The size of a page.
pub(super) fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    *SIZE.get_or_init(|| system_value(libc::_SC_PAGESIZE).unwrap_or(4096))
}

fn system_value(name: libc::c_int) -> Option<usize> {
    // SAFETY: sysconf takes any number and touches no memory of ours.
    usize::try_from(unsafe { libc::sysconf(name) }).ok()
}

/// How much memory there is, and how much of it new buffers can have.
#[cfg(target_os = "linux")]
pub(super) fn memory() -> MemoryInfo {
    let table = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let row = |name: &str| {
        let row = table.lines().find_map(|line| line.strip_prefix(name))?;
        row.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
    };
    let pages = system_value(libc::_SC_PHYS_PAGES).unwrap_or(0);
    let total = row("MemTotal:").unwrap_or((pages * page_size()) as u64);
    MemoryInfo { free: row("MemAvailable:").or_else(|| row("MemFree:")).unwrap_or(total), total }
}

/// How much memory there is. No single number here says how much is free: all of it counts as free,
/// because the system makes room for new buffers by compressing others.
#[cfg(not(target_os = "linux"))]
pub(super) fn memory() -> MemoryInfo {
    let pages = system_value(libc::_SC_PHYS_PAGES).unwrap_or(0);
    let total = (pages * page_size()) as u64;
    MemoryInfo { free: total, total }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_memory_is_part_of_all() {
        let MemoryInfo { free, total } = memory();
        assert!(free <= total && total > 0);
        assert!(page_size().is_power_of_two());
    }
}
