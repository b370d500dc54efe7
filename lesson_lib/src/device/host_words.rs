//! The words by which code of the host is known.

use super::lexer::Token;

/// Whether `tokens` name a part of the host's libraries, so that no device code can use it.
pub(super) fn names_host_library(text: &str, tokens: &[Token]) -> bool {
    (0..tokens.len()).any(|at| {
        let word = tokens[at].text(text);
        let of_std = || at >= 3 && tokens[at - 3].is_word(text, "std") && tokens[at - 1].is(':');
        (word.starts_with("cuda") && word.ends_with("_t") && !word.contains("Object"))
            || TYPES.contains(&word)
            || (OF_STD.contains(&word) && of_std())
    })
}

/// Whether a function of this name is one of CUDA's for the host: `cudaMalloc`.
pub(super) fn is_host_call(word: &str) -> bool {
    let rest = word.strip_prefix("cuda").unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_uppercase()) && !rest.ends_with("_t")
}

const TYPES: [&str; 8] = [
    "CUcontext",
    "CUdevice",
    "CUmodule",
    "CUmemGenericAllocationHandle",
    "FILE",
    "cublasHandle_t",
    "cufftHandle",
    "curandGenerator_t",
];

/// What of the namespace `std` no device code can use.
const OF_STD: [&str; 28] = [
    "vector",
    "string",
    "map",
    "set",
    "unordered_map",
    "unordered_set",
    "list",
    "deque",
    "queue",
    "ostream",
    "istream",
    "fstream",
    "ifstream",
    "ofstream",
    "stringstream",
    "chrono",
    "thread",
    "mutex",
    "mt19937",
    "unique_ptr",
    "shared_ptr",
    "cout",
    "cerr",
    "cin",
    "endl",
    "pair",
    "function",
    "exception",
];
