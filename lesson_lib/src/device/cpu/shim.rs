//! The headers in `shim/` that give a C++ compiler CUDA's words, and which of them a source needs.

/// One header.
struct Header {
    text: &'static str,
    /// It is needed by sources with one of these words; none means by all.
    words: &'static [&'static str],
}

const HEADERS: [Header; 32] = [
    always(include_str!("shim/language.h")),
    always(include_str!("shim/limits.h")),
    always(include_str!("shim/vectors.h")),
    always(include_str!("shim/context.h")),
    always(include_str!("shim/shared.h")),
    always(include_str!("shim/barriers.h")),
    always(include_str!("shim/warps.h")),
    always(include_str!("shim/atomics.h")),
    always(include_str!("shim/output.h")),
    always(include_str!("shim/memory.h")),
    always(include_str!("shim/ends.h")),
    always(include_str!("shim/sanitizers.h")),
    always(include_str!("shim/shadow.h")),
    always(include_str!("shim/kernels.h")),
    always(include_str!("shim/mathematics.h")),
    always(include_str!("shim/special.h")),
    always(include_str!("shim/rounding.h")),
    always(include_str!("shim/bits.h")),
    always(include_str!("shim/casts.h")),
    always(include_str!("shim/cache_hints.h")),
    always(include_str!("shim/clock.h")),
    where_named(include_str!("shim/no_asserts.h"), &["#define NDEBUG"]),
    where_named(include_str!("shim/simd.h"), &["__v"]),
    where_named(include_str!("shim/std.h"), &["std"]),
    where_named(
        include_str!("shim/short_floats.h"),
        &["cuda_fp16", "__half", "half2", "cuda_bf16", "bfloat16"],
    ),
    where_named(include_str!("shim/half.h"), &["cuda_fp16", "__half", "half2"]),
    where_named(include_str!("shim/bfloat16.h"), &["cuda_bf16", "bfloat16"]),
    where_named(include_str!("shim/cooperative_groups.h"), &["cooperative_groups"]),
    where_named(include_str!("shim/group_algorithms.h"), &["cooperative_groups"]),
    where_named(include_str!("shim/pipeline.h"), &["__pipeline_"]),
    where_named(include_str!("shim/complex.h"), &["cuComplex.h"]),
    where_named(include_str!("shim/random.h"), &["curand"]),
];

const fn always(text: &'static str) -> Header {
    where_named(text, &[])
}

const fn where_named(text: &'static str, words: &'static [&'static str]) -> Header {
    Header { text, words }
}

/// The headers that a source needs, in their order; `texts` is the source in whatever forms there
/// are of it. Rare ones are left out where nothing names them, because each costs every compilation
/// its time, and takes names that a kernel may want for itself.
pub(super) fn headers(texts: [&str; 2]) -> impl Iterator<Item = &'static str> {
    let named = move |word: &&str| texts.iter().any(|text| text.contains(word));
    let needed = move |header: &&Header| header.words.is_empty() || header.words.iter().any(named);
    HEADERS.iter().filter(needed).map(|header| header.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_headers_come_where_they_are_named() {
        let has = |texts: [&str; 2], what: &str| headers(texts).any(|text| text.contains(what));
        let half = "using half = ";
        assert!(!has(["int half = n / 2;", ""], half));
        assert!(has(["#include <cuda_fp16.h>", "half x;"], half));
        assert!(has(["", "__half x;"], half));
        assert!(has(["", "curand_init(0, 0, 0, &s);"], "Philox") && !has(["", ""], "Philox"));
        assert!(has(["", ""], "#define __device__"));
    }
}
