//! What a kernel may call of the C and C++ libraries: output, failure and memory.

use crate::table::{Chapter, Entry, entries};

pub const CHAPTER: Chapter = Chapter {
    before: r#"
struct Counted { int* alive; __device__ Counted(int* alive) : alive(alive) { ++*alive; } __device__ ~Counted() { --*alive; } };
"#,
    runs: entries! {
        "assert" => "{ assert(v(1) == 1); return true; }",
        "__trap" => "{ if (v(0)) __trap(); return true; }",
        "__brkpt" => "{ if (v(0)) __brkpt(); return true; }",
        "printf" => "{ return v(1) || printf(\"%d %f %s %5.2e %x %c %llu %%\\n\", 1, 2.0, \"three\", 4.0, 5u, '6', 7ull); }",
        "malloc" => "{ int* p = (int*)malloc(8 * sizeof(int)); p[7] = 3; bool is = p[7] == 3 && (size_t)p % 16 == 0; free(p); return is; }",
        "free" => "{ free(nullptr); return true; }",
        "new" => "{ int* p = new int(5); bool is = *p == 5; delete p; return is; }",
        "new[]" => "{ float* p = new float[16]; p[15] = 2; bool is = p[15] == 2; delete[] p; return is; }",
        "placement new" => "{ alignas(16) char place[sizeof(int)]; return *new (place) int(4) == 4; }",
        "delete" => "{ int alive = 0; Counted* p = new Counted(&alive); bool was = alive == 1; delete p; return was && alive == 0; }",
        "memcpy" => "{ int a[4] = {1, 2, 3, 4}, b[4]; memcpy(b, a, sizeof a); return b[3] == 4; }",
        "memset" => "{ int a[4]; memset(a, 0xff, sizeof a); return a[v(3)] == -1; }",
    },
    refused: entries! {
        "fopen" => "{ fopen(\"a\", \"r\"); return true; }",
        "std::vector" => "{ std::vector<int> x; return true; }",
        "std::cout" => "{ std::cout << 1; return true; }",
        "rand" => "rand() >= 0",
        "system" => "system(\"true\") == 0",
    },
    ..Chapter::named("c_library")
};

/// What NVIDIA's offline compiler takes from headers of the host.
pub const STANDARD: Chapter = Chapter {
    headers: &["algorithm", "cstring", "limits", "type_traits"],
    runs: entries! {
        "memmove" => "{ int a[4] = {1, 2, 3, 4}; memmove(a + 1, a, 12); return a[3] == 3; }",
        "std::min" => "std::min(v(1), 2) == 1",
        "std::max" => "std::max(v(1.f), 2.f) == 2",
        "std::abs" => "std::abs(v(-1.5f)) == 1.5f",
        "std::sqrt" => "std::sqrt(v(4.f)) == 2",
        "std::swap" => "{ int a = 1, b = 2; std::swap(a, b); return a == 2 && b == 1; }",
        "std::size_t" => "sizeof(std::size_t) == 8",
        "std::uint32_t" => "std::uint32_t(-1) == 0xffffffff",
        "std::isnan" => "!std::isnan(v(1.f))",
        "std::numeric_limits" => "std::numeric_limits<int>::max() == 2147483647 && std::numeric_limits<float>::infinity() > 1e38f && std::numeric_limits<unsigned char>::max() == 255",
        "std::is_same" => "std::is_same<int, int>::value && !std::is_same<int, float>::value",
        "std::conditional" => "sizeof(std::conditional<true, char, int>::type) == 1",
        "std::enable_if" => "sizeof(std::enable_if<true, int>::type) == 4",
    },
    ..Chapter::named("standard")
};
