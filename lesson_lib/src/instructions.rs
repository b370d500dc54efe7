//! Which vector instructions the processor has.
//!
//! Loops that gain from them are compiled once for each set; these two decide which copy runs.

/// 512-bit vectors. VL lets 256-bit halves use all 32 registers: without it sums spill to memory.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
}

/// 256-bit vectors, and multiply-add in one instruction.
#[cfg(target_arch = "x86_64")]
pub(crate) fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
}
