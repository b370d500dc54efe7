//! What a kernel did wrong, as far as the driver says; after it, the process has lost the GPU.

use crate::error::{Fault, FaultKind};
use crate::{Error, Result};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The kernels that may still run, and the fault that ended all work.
///
/// A GPU tells of a kernel's fault only with a later call, and from then on refuses every call of
/// the process: CUDA offers no recovery but a new process, and so neither do we.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Kernels that were not yet seen to end, each once, with the number of its last launch.
    running: Vec<(String, u64)>,
    /// How many launches there were.
    launches: u64,
    fault: Option<Fault>,
}

impl Faults {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fails if a kernel has ended all work before.
    pub fn none_yet(&self, operation: &str) -> Result<()> {
        match &self.state().fault {
            None => Ok(()),
            Some(fault) => {
                let problem = format!(
                    "the GPU is lost to this process, because a kernel was stopped before \
                     ({fault}). Restart the kernel of the notebook, or the program"
                );
                Err(Error::device(operation, problem))
            }
        }
    }

    /// Notes a kernel that is about to be launched.
    pub fn launched(&self, kernel: &str) {
        let mut state = self.state();
        state.launches += 1;
        let number = state.launches;
        match state.running.iter_mut().find(|(known, _)| known == kernel) {
            Some((_, last)) => *last = number,
            None => state.running.push((kernel.into(), number)),
        }
    }

    /// How many launches there were: what a wait that begins now will wait for.
    pub fn launches(&self) -> u64 {
        self.state().launches
    }

    /// Notes that the first `launches` launches have ended well.
    pub fn ended(&self, launches: u64) {
        self.state().running.retain(|(_, last)| *last > launches);
    }

    /// Notes that a kernel was stopped for `cause`, which ends all work, and gives the error that says so.
    pub fn stopped(&self, cause: &str) -> Error {
        let mut state = self.state();
        let fault = fault(&state.running, cause);
        state.fault.get_or_insert_with(|| fault.clone());
        Error::Fault(Box::new(fault))
    }
}

fn fault(running: &[(String, u64)], cause: &str) -> Fault {
    let names: Vec<&str> = running.iter().map(|(name, _)| name.as_str()).collect();
    let kernel = match names[..] {
        [] => "a kernel".into(),
        [one] => one.into(),
        // Which one cannot be told any more.
        _ => format!("one of {}", names.join(", ")),
    };
    let message = format!(
        "{cause}. On Device::checked() the same launch says which thread and line. This process \
         can use the GPU no more: restart the kernel of the notebook, or the program"
    );
    Fault { kernel, place: None, line: None, kind: FaultKind::Other { message } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_kernels_that_were_running_and_stays() {
        let faults = Faults::default();
        faults.none_yet("allocate").unwrap();
        faults.launched("add");
        let before = faults.launches();
        faults.launched("fill");
        faults.launched("fill");
        faults.ended(before);
        let first = faults.stopped("reads or writes memory that belongs to no buffer");
        let Error::Fault(fault) = &first else { panic!("{first}") };
        assert_eq!(fault.kernel, "fill");
        assert!(matches!(fault.kind, FaultKind::Other { .. }));
        let first = first.to_string();
        assert!(first.starts_with("fill: reads or writes memory"), "{first}");
        assert!(first.contains("restart the kernel"), "{first}");
        let later = faults.none_yet("allocate 8 bytes").unwrap_err().to_string();
        assert!(later.starts_with("cannot allocate 8 bytes: the GPU is lost"), "{later}");
        assert!(later.contains("fill"), "{later}");
    }

    #[test]
    fn several_kernels_are_all_named() {
        let faults = Faults::default();
        faults.launched("a");
        faults.launched("b");
        let error = faults.stopped("an assert does not hold").to_string();
        assert!(error.starts_with("one of a, b: an assert"), "{error}");
    }
}
