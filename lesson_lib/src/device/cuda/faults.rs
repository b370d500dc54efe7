//! What a kernel did wrong, as far as the driver says; after it, the process has lost the GPU.

use super::driver;
use crate::error::{Fault, FaultKind};
use crate::{Error, Result};
use cudarc::driver::sys::CUresult;
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

    /// The error that the driver's answer to `operation` stands for, if any.
    pub fn check(&self, operation: &str, code: CUresult) -> Result<()> {
        if code == CUresult::CUDA_SUCCESS {
            return Ok(());
        }
        let Some(cause) = cause(code) else {
            return Err(Error::device(operation, driver::text(code)));
        };
        let mut state = self.state();
        let fault = fault(&state.running, cause);
        state.fault.get_or_insert_with(|| fault.clone());
        Err(Error::Fault(Box::new(fault)))
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

/// What a kernel did, for the answers that mean a kernel was stopped. All of them stay until the
/// process ends.
fn cause(code: CUresult) -> Option<&'static str> {
    Some(match code {
        CUresult::CUDA_ERROR_ILLEGAL_ADDRESS => {
            "reads or writes memory that belongs to no buffer: is a bounds check missing?"
        }
        CUresult::CUDA_ERROR_MISALIGNED_ADDRESS => {
            "reads or writes at an address that is not a multiple of the type's size: a float4 \
             must start at a multiple of 16 bytes"
        }
        CUresult::CUDA_ERROR_ASSERT => "an assert does not hold; its text is on standard output",
        CUresult::CUDA_ERROR_LAUNCH_TIMEOUT => {
            "ran longer than this GPU may, because it draws the screen too: does a loop never end?"
        }
        CUresult::CUDA_ERROR_LAUNCH_FAILED => {
            "was stopped without a reason given: __trap(), shared memory out of bounds, or the like"
        }
        CUresult::CUDA_ERROR_ILLEGAL_INSTRUCTION => "ran into an instruction that the GPU has not",
        CUresult::CUDA_ERROR_HARDWARE_STACK_ERROR => {
            "the thread's stack is full: calls nested too deeply, or large local arrays"
        }
        CUresult::CUDA_ERROR_INVALID_ADDRESS_SPACE => {
            "an instruction for one kind of memory was given the address of another kind"
        }
        CUresult::CUDA_ERROR_INVALID_PC => "jumped to an address that holds no code",
        CUresult::CUDA_ERROR_ECC_UNCORRECTABLE => "the GPU's memory has an error (ECC)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(result: Result<()>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_fault_names_the_kernels_that_were_running_and_stays() {
        let faults = Faults::default();
        faults.none_yet("allocate").unwrap();
        faults.launched("add");
        let before = faults.launches();
        faults.launched("fill");
        faults.launched("fill");
        faults.ended(before);
        let first = faults.check("wait", CUresult::CUDA_ERROR_ILLEGAL_ADDRESS).unwrap_err();
        let Error::Fault(fault) = &first else { panic!("{first}") };
        assert_eq!(fault.kernel, "fill");
        assert!(matches!(fault.kind, FaultKind::Other { .. }));
        let first = first.to_string();
        assert!(first.starts_with("fill: reads or writes memory"), "{first}");
        assert!(first.contains("restart the kernel"), "{first}");
        let later = text(faults.none_yet("allocate 8 bytes"));
        assert!(later.starts_with("cannot allocate 8 bytes: the GPU is lost"), "{later}");
        assert!(later.contains("fill"), "{later}");
    }

    #[test]
    fn several_kernels_are_all_named() {
        let faults = Faults::default();
        faults.launched("a");
        faults.launched("b");
        let error = text(faults.check("wait", CUresult::CUDA_ERROR_ASSERT));
        assert!(error.starts_with("one of a, b: an assert"), "{error}");
    }

    #[test]
    fn other_answers_end_only_their_own_call() {
        let faults = Faults::default();
        faults.check("copy", CUresult::CUDA_SUCCESS).unwrap();
        for code in [CUresult::CUDA_ERROR_OUT_OF_MEMORY, CUresult::CUDA_ERROR_INVALID_VALUE] {
            assert!(cause(code).is_none());
        }
        faults.none_yet("copy").unwrap();
    }
}
