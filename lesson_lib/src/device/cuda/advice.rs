//! What each answer of the driver means, and what to do about it.

use cudarc::driver::sys::CUresult;
use std::ffi::c_uint;

/// What a function of the driver answers: 0, or the number of an error. A driver newer than the course
/// may have numbers that nothing here knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(super) struct Code(pub c_uint);

impl Code {
    pub const OUT_OF_MEMORY: Self = Self::of(CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    pub const NO_DEVICE: Self = Self::of(CUresult::CUDA_ERROR_NO_DEVICE);
    pub const NOT_FOUND: Self = Self::of(CUresult::CUDA_ERROR_NOT_FOUND);

    pub const fn of(code: CUresult) -> Self {
        Self(code as c_uint)
    }

    pub fn is_success(self) -> bool {
        self.0 == 0
    }

    pub fn result(self) -> Result<(), Self> {
        if self.is_success() { Ok(()) } else { Err(self) }
    }

    /// What a kernel did, for the answers that mean a kernel was stopped. All of them stay until the
    /// process ends.
    pub fn fault(self) -> Option<&'static str> {
        FAULTS.iter().find(|(code, _)| Self::of(*code) == self).map(|(_, cause)| *cause)
    }

    /// What to do about an answer that is not known to be a kernel's doing.
    pub fn advice(self) -> &'static str {
        if self.fault().is_some() {
            return AFTER_A_FAULT;
        }
        let row = ADVICE.iter().find(|(codes, _)| codes.contains(&self.0));
        row.map_or(OTHERWISE, |(_, advice)| advice)
    }
}

/// What a kernel did.
const FAULTS: [(CUresult, &str); 13] = [
    (
        CUresult::CUDA_ERROR_ILLEGAL_ADDRESS,
        "reads or writes memory that belongs to no buffer: is a bounds check missing?",
    ),
    (
        CUresult::CUDA_ERROR_MISALIGNED_ADDRESS,
        "reads or writes at an address that is not a multiple of the type's size: a float4 must \
         start at a multiple of 16 bytes",
    ),
    (CUresult::CUDA_ERROR_ASSERT, "an assert does not hold; its text is on standard output"),
    (
        CUresult::CUDA_ERROR_LAUNCH_TIMEOUT,
        "ran longer than this GPU may, because it draws the screen too: does a loop never end?",
    ),
    (
        CUresult::CUDA_ERROR_LAUNCH_FAILED,
        "was stopped without a reason given: __trap(), shared memory out of bounds, or the like",
    ),
    (CUresult::CUDA_ERROR_ILLEGAL_INSTRUCTION, "ran into an instruction that the GPU has not"),
    (
        CUresult::CUDA_ERROR_HARDWARE_STACK_ERROR,
        "the thread's stack is full: calls nested too deeply, or large local arrays",
    ),
    (
        CUresult::CUDA_ERROR_INVALID_ADDRESS_SPACE,
        "an instruction for one kind of memory was given the address of another kind",
    ),
    (CUresult::CUDA_ERROR_INVALID_PC, "jumped to an address that holds no code"),
    (CUresult::CUDA_ERROR_TENSOR_MEMORY_LEAK, "ended without giving back its tensor memory"),
    (CUresult::CUDA_ERROR_ECC_UNCORRECTABLE, "the GPU's memory has an error (ECC)"),
    (CUresult::CUDA_ERROR_NVLINK_UNCORRECTABLE, "the link to another GPU (NVLink) has an error"),
    (CUresult::CUDA_ERROR_CONTAINED, "the GPU had a fault and stopped this process's work"),
];

/// Numbers of errors, and what to do. By number, because the driver may give one that cudarc does not
/// name: 35 is the run-time library's for a driver that is too old.
const ADVICE: [(&[c_uint], &str); 15] = [
    (
        &[1, 3, 4, 101, 201, 202, 400, 401, 500, 600, 709, 912],
        "the course's library called the driver wrongly; restart the kernel of the notebook, or \
         the program, and report the message",
    ),
    (
        &[2, 304],
        "the GPU or the machine has too little memory: drop buffers that are no longer needed, or \
         end other programs that use the GPU (`nvidia-smi` lists them)",
    ),
    (
        &[34],
        "the libcuda that was found is the toolkit's stub, not the driver: remove the folder \
         `stubs` from LD_LIBRARY_PATH",
    ),
    (&[35, 36, 225, 812], "the driver is too old: install a newer NVIDIA driver"),
    (
        &[46, 102, 800],
        "this process may not use the GPU: another one may have it for itself (`nvidia-smi` lists \
         them), or the account lacks the right",
    ),
    (
        &[100],
        "the driver is here, but it finds no GPU: `nvidia-smi` shows what it sees, and \
         CUDA_VISIBLE_DEVICES may hide some",
    ),
    (
        &[200, 209, 218, 221, 222, 300],
        "the driver is too old for what this NVRTC makes: install a newer NVIDIA driver, or run \
         `make cuda` for an NVRTC that fits most",
    ),
    (
        &[301, 302, 303, 913],
        "a file of the driver is missing or is of another version: install the NVIDIA driver again",
    ),
    (&[215, 224, 711, 801, 914, 915], "this GPU or its driver cannot do that"),
    (&[701, 720], "the kernel needs more than the GPU has: use smaller blocks"),
    (
        &[802],
        "the GPUs are not ready: where NVSwitch links them, NVIDIA's fabric manager must run; \
         `nvidia-smi` shows the state",
    ),
    (
        &[803],
        "the driver's library and its kernel module have different versions: restart the machine \
         after the driver's update",
    ),
    (
        &[804],
        "the libcuda that was found is a compatibility package that does not support this GPU: \
         remove its folder from LD_LIBRARY_PATH",
    ),
    (
        &[805, 806, 807, 808, 809, 810],
        "the multi-process service (MPS) does not answer or is full: restart it, or end it with \
         `echo quit | nvidia-cuda-mps-control`",
    ),
    (
        &[708, 704, 712, 999],
        "other CUDA code of this process is in the way, or the driver is in disorder: restart the \
         kernel of the notebook, or the program; if that does not help, the machine",
    ),
];

const AFTER_A_FAULT: &str = "the GPU has stopped the work of this process, which can use it no more: \
                             restart the kernel of the notebook, or the program";

/// What to do about everything else.
const OTHERWISE: &str = "restart the kernel of the notebook, or the program; if that does not help, \
                         install a newer NVIDIA driver";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_has_two_pieces_of_advice() {
        let faults = FAULTS.iter().map(|(code, _)| *code as c_uint);
        let mut all: Vec<c_uint> = ADVICE.iter().flat_map(|(codes, _)| *codes).copied().collect();
        all.extend(faults);
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_missing_gpu_an_old_driver_and_a_stub_are_told_apart() {
        assert!(Code(100).advice().contains("finds no GPU"));
        assert!(Code(34).advice().contains("stub"));
        assert!(Code(35).advice().contains("install a newer NVIDIA driver"));
        assert!(Code(803).advice().contains("restart the machine"));
        assert_eq!(Code(4711).advice(), OTHERWISE);
    }

    #[test]
    fn only_what_a_kernel_did_is_a_fault() {
        assert!(Code(700).fault().is_some_and(|cause| cause.contains("belongs to no buffer")));
        assert_eq!([Code(0), Code(1), Code(2), Code(4711)].map(Code::fault), [None; 4]);
    }
}
