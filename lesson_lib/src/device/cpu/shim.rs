//! The headers in `shim/` that give a C++ compiler CUDA's words, and which of them a source needs.

/// One header.
struct Header {
    text: &'static str,
    /// It is needed by sources with one of these words; none means by all.
    words: &'static [&'static str],
}

const HEADERS: [Header; 17] = [
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
    always(include_str!("shim/kernels.h")),
    always(include_str!("shim/mathematics.h")),
    always(include_str!("shim/bits.h")),
    where_named(include_str!("shim/no_asserts.h"), &["#define NDEBUG"]),
    where_named(include_str!("shim/cooperative_groups.h"), &["cooperative_groups"]),
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
        let groups = "namespace cooperative_groups";
        assert!(!has(["int group = n / 2;", ""], groups));
        assert!(has(["", "cooperative_groups::this_grid();"], groups));
        assert!(has(["#include <cooperative_groups.h>", ""], groups));
        assert!(has(["", ""], "#define __device__"));
    }
}
