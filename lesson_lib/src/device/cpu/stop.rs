//! Whether a launch is to stop, and why.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// Why a launch is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    TimedOut,
    Interrupted,
}

/// Set once, when a launch is to stop.
#[derive(Debug, Default)]
pub(super) struct StopFlag(
    /// 0, or a [`Stop`] plus 1.
    AtomicU8,
);

impl StopFlag {
    /// Why the launch is to stop, if it is.
    pub fn reason(&self) -> Option<Stop> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Stop::TimedOut),
            _ => Some(Stop::Interrupted),
        }
    }

    pub fn is_set(&self) -> bool {
        self.reason().is_some()
    }

    /// Asks the launch to stop; the first reason stays.
    pub fn set(&self, stop: Stop) {
        let value = stop as u8 + 1;
        let _ = self.0.compare_exchange(0, value, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Interrupts (Ctrl-C) that came while kernels ran.
static INTERRUPTS: AtomicUsize = AtomicUsize::new(0);

/// How many interrupts have come while kernels ran.
pub(super) fn interrupts() -> usize {
    INTERRUPTS.load(Ordering::Relaxed)
}

/// Counts one more; safe to call in a signal handler.
pub(super) fn count_interrupt() {
    INTERRUPTS.fetch_add(1, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_stays() {
        let flag = StopFlag::default();
        assert_eq!(flag.reason(), None);
        flag.set(Stop::TimedOut);
        flag.set(Stop::Interrupted);
        assert_eq!(flag.reason(), Some(Stop::TimedOut));
    }
}
