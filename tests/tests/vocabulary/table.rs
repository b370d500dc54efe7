//! What the table consists of, and how a chapter becomes a source.

use super::file_name;
use lesson_lib::device::Source;

/// A name, and what must hold where it is used.
#[derive(Clone, Copy)]
pub struct Entry {
    pub name: &'static str,
    /// A condition, or the body of a function that returns one. Every thread of two blocks of 16 × 4
    /// asks it. `v(x)` is an x that no compiler knows.
    pub test: &'static str,
    /// The first compute capability that has it, 80 for 8.0; 0 for all.
    pub since: u32,
}

impl Entry {
    /// Whether NVIDIA's compiler has it for `architecture`, e.g. `sm_75`.
    pub fn is_known_to(&self, architecture: &str) -> bool {
        architecture
            .trim_start_matches("sm_")
            .parse()
            .is_ok_and(|capability: u32| capability >= self.since)
    }
}

/// Limits that tests compare with, for NVIDIA's run-time compiler, which has no headers of C.
const FOR_NVIDIA: &str = "
#define FLT_EPSILON 0x1p-23f
#define FLT_MAX 0x1.fffffep127f
#define DBL_EPSILON 0x1p-52
#define DBL_MAX 0x1.fffffffffffffp1023
#define DBL_MIN 0x1p-1022
#define M_PI 3.14159265358979323846
#define M_PI_4 0.78539816339744830962
";

/// Names that belong together.
pub struct Chapter {
    pub name: &'static str,
    /// The headers that NVIDIA's compiler needs.
    pub headers: &'static [&'static str],
    /// What stands before the functions.
    pub before: &'static str,
    pub runs: &'static [Entry],
    /// What CUDA does not take.
    pub refused: &'static [Entry],
    /// What CUDA has, and the processor has not.
    pub missing: &'static [Entry],
}

impl Chapter {
    /// An empty chapter.
    pub const fn named(name: &'static str) -> Self {
        Self { name, headers: &[], before: "", runs: &[], refused: &[], missing: &[] }
    }

    /// Whether `make cuda` fetches all that it includes.
    pub fn is_in_the_courses_headers(&self) -> bool {
        let fetched = ["cooperative_groups", "cuda_", "math_constants.h"];
        self.headers.iter().all(|header| fetched.iter().any(|start| header.starts_with(start)))
    }

    /// A source with a kernel `chapter` that sets each number of its argument to 0 whose entry is
    /// wrong.
    pub fn source(&self, entries: &[&Entry]) -> Source {
        let mut text = String::from("#ifdef __CUDACC_RTC__\n");
        for header in self.headers {
            text.push_str(&format!("#include <{header}>\n"));
        }
        text.push_str(FOR_NVIDIA);
        text.push_str(
            "#endif\ntemplate <class T> __device__ T v(T x) { volatile T y = x; return y; }\n",
        );
        text.push_str(self.before);
        let mut calls = String::new();
        for (number, entry) in entries.iter().enumerate() {
            let Entry { name, test, .. } = entry;
            let body = if test.starts_with('{') {
                test.to_string()
            } else {
                format!("{{ return {test}; }}")
            };
            let file = file_name(name);
            text.push_str(&format!(
                "\n#line 1 \"{file}\"\n__device__ __noinline__ bool test_{number}() {body}\n"
            ));
            calls.push_str(&format!("    if (!test_{number}()) atomicAnd(&right[{number}], 0);\n"));
        }
        let name = self.name;
        text.push_str(&format!(
            "\n#line 1 \"{name}\"\nextern \"C\" __global__ void chapter(int* right) {{\n{calls}}}\n"
        ));
        Source::text(name, text)
    }
}

/// A chapter's entries, as `name => test` or, from a compute capability on, `name, 80 => test`.
macro_rules! entries {
    ($($name:literal $(, $since:literal)? => $test:literal),* $(,)?) => {
        &[$(Entry { name: $name, test: $test, since: 0 $(+ $since)? }),*]
    };
}
pub(crate) use entries;
