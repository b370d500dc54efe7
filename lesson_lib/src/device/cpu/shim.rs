//! The headers that give a C++ compiler CUDA's words, and which of them a source needs.

/// One header.
struct Header {
    text: &'static str,
    /// It is needed by sources with one of these words; none means by all.
    words: &'static [&'static str],
}

const HEADERS: [Header; 13] = [
    always(include_str!("shim/language.h")),
    always(include_str!("shim/limits.h")),
    always(include_str!("shim/vectors.h")),
    always(include_str!("shim/context.h")),
    always(include_str!("shim/shared.h")),
    always(include_str!("shim/barriers.h")),
    always(include_str!("shim/warps.h")),
    always(include_str!("shim/atomics.h")),
    always(include_str!("shim/output.h")),
    always(include_str!("shim/sanitizers.h")),
    always(include_str!("shim/kernels.h")),
    always(include_str!("shim/mathematics.h")),
    always(include_str!("shim/bits.h")),
];

const fn always(text: &'static str) -> Header {
    Header { text, words: &[] }
}

/// The texts of the headers that `source` needs, in their order. Rare ones are left out where
/// nothing names them, because each costs every compilation its time.
pub(super) fn headers(source: &str) -> impl Iterator<Item = &'static str> {
    let needed = move |header: &&Header| {
        header.words.is_empty() || header.words.iter().any(|word| source.contains(word))
    };
    HEADERS.iter().filter(needed).map(|header| header.text)
}
