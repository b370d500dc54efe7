//! Loops compiled once for each set of vector instructions, and the choice among them.
#![allow(unsafe_code)]

/// Whether every processor of the target multiplies and adds in one instruction. Where one lacks it,
/// `mul_add` would be a slow call into the C library.
pub(crate) const FUSED: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

/// A set of vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instructions {
    /// 512-bit vectors. VL lets 256-bit halves use all 32 registers: without it sums spill to
    /// memory.
    Avx512,
    /// 256-bit vectors, and multiply-add in one instruction.
    Avx2,
    /// What every processor of the target has.
    Portable,
}

impl Instructions {
    /// Whether this processor has them.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn are_available(self) -> bool {
        match self {
            Instructions::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
            }
            Instructions::Avx2 => {
                is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
            }
            Instructions::Portable => true,
        }
    }

    /// How many numbers of type `T` a vector holds.
    pub(crate) fn lanes<T>(self) -> usize {
        let bytes = match self {
            Instructions::Avx512 => 64,
            Instructions::Avx2 => 32,
            Instructions::Portable => 16,
        };
        bytes / size_of::<T>()
    }

    /// How many vector registers there are, at least.
    pub(crate) fn registers(self) -> usize {
        match self {
            Instructions::Avx512 => 32,
            Instructions::Portable if cfg!(target_arch = "aarch64") => 32,
            Instructions::Avx2 | Instructions::Portable => 16,
        }
    }
}

/// The compilations of a function that this processor can run, fastest first: an iterator over
/// `(Instructions, unsafe fn)`.
///
/// What a body calls must be inlined (`#[inline(always)]`) to be compiled with its instructions.
/// Calling one is sound because only those whose instructions are available are in the list.
macro_rules! simd_dispatch {
    (fn $arguments:tt -> $result:ty { $($set:ident => $body:expr),+ $(,)? }) => {
        [$($crate::instructions::simd_version!($set, $arguments, $result, $body)),+]
            .into_iter()
            .flatten()
    };
}

/// One of them, if the target and the processor have the instructions.
macro_rules! simd_version {
    (avx512, $arguments:tt, $result:ty, $body:expr) => {
        $crate::instructions::simd_version!(
            Avx512, "avx512f,avx512vl,avx512dq", $arguments, $result, $body
        )
    };
    (avx2, $arguments:tt, $result:ty, $body:expr) => {
        $crate::instructions::simd_version!(Avx2, "avx2,fma", $arguments, $result, $body)
    };
    (portable, $arguments:tt, $result:ty, $body:expr) => {{
        fn version $arguments -> $result {
            $body
        }
        Some(($crate::instructions::Instructions::Portable, version as unsafe fn $arguments -> $result))
    }};
    ($set:ident, $features:literal, $arguments:tt, $result:ty, $body:expr) => {{
        let set = $crate::instructions::Instructions::$set;
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = $features)]
            fn version $arguments -> $result {
                $body
            }
            set.are_available().then_some((set, version as unsafe fn $arguments -> $result))
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            let _ = set;
            None
        }
    }};
}

pub(crate) use {simd_dispatch, simd_version};
