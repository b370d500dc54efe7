//! The words by which code of the host is known.

use super::lexer::{Token, TokenKind};

/// Whether `tokens` name a part of the host's libraries, so that no device code can use it.
pub(super) fn names_host_library(text: &str, tokens: &[Token]) -> bool {
    let uses_std = text.contains("using namespace std");
    (0..tokens.len()).any(|at| {
        let word = tokens[at].text(text);
        let of_std = || at >= 3 && tokens[at - 3].is_word(text, "std") && tokens[at - 1].is(':');
        (word.starts_with("cuda") && word.ends_with("_t") && !word.contains("Object"))
            || TYPES.contains(&word)
            || (OF_STD.contains(&word) && (of_std() || (uses_std && is_type(text, tokens, at))))
            || (LIBRARIES.contains(&word) && is_namespace(text, tokens, at))
    })
}

/// Whether the word at `at` must be the name of a type or a namespace: `vector<int>`,
/// `string name`, `chrono::seconds`; not that of a member, `int list;`.
fn is_type(text: &str, tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1);
    let is_template = next.is_some_and(|next| next.is('<') || next.is(':'));
    let names = next.is_some_and(|next| next.kind == TokenKind::Word);
    is_template || (names && tokens[at].is_word(text, "string"))
}

/// Whether the word at `at` is used as a namespace: `cv::Size`, `using namespace cv`.
fn is_namespace(text: &str, tokens: &[Token], at: usize) -> bool {
    let is_path = tokens.get(at + 1).is_some_and(|next| next.is(':'));
    is_path || (at > 0 && tokens[at - 1].is_word(text, "namespace"))
}

/// Whether a function of this name is one of CUDA's for the host: `cudaMalloc`.
pub(super) fn is_host_call(word: &str) -> bool {
    let rest = word.strip_prefix("cuda").unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_uppercase()) && !rest.ends_with("_t")
}

/// The namespaces of libraries that only the host can call, whose headers are left out.
const LIBRARIES: [&str; 5] = ["boost", "cub", "cv", "thrust", "torch"];

const TYPES: [&str; 9] = [
    "CUcontext",
    "CUdevice",
    "CUmodule",
    "CUmemGenericAllocationHandle",
    "FILE",
    "cublasHandle_t",
    "cufftHandle",
    "curandGenerator_t",
    "pthread_t",
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

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn is_host(text: &str) -> bool {
        names_host_library(text, &tokens(text))
    }

    #[test]
    fn libraries_of_the_host_are_known_by_their_types_and_namespaces() {
        for text in [
            "typedef pthread_t Thread;",
            "using namespace cv;",
            "struct S { cv::Size s; };",
            "typedef thrust::device_vector<float> Values;",
        ] {
            assert!(is_host(text), "{text}");
        }
        assert!(!is_host("struct S { int cv, boost; };"));
    }

    #[test]
    fn what_std_brings_is_known_without_its_name() {
        for text in [
            "using time = chrono::seconds;",
            "struct A { vector<int> v; };",
            "struct B { B(string name); };",
        ] {
            assert!(is_host(&format!("using namespace std;\n{text}")), "{text}");
            assert!(!is_host(text), "{text}");
        }
        assert!(!is_host("using namespace std; struct C { int list, string; };"));
    }
}
