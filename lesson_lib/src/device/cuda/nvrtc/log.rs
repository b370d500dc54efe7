//! What NVRTC says while it compiles: messages about the source, and then what ptxas used.

use super::KernelReport;

/// Whole lines that tell a learner nothing.
const NOISE: [&str; 4] = [
    "Remark: The warnings can be suppressed",
    "Compilation terminated.",
    "ptxas info",
    "ptxas fatal",
];

/// The messages about the source: without ptxas's statistics, counts and blank lines in a row.
pub(super) fn messages(log: &str) -> String {
    let told = |line: &&str| {
        let counts = line.contains(" detected in the compilation of ");
        !counts && !NOISE.iter().any(|noise| line.starts_with(noise)) && statistics(line).is_none()
    };
    let mut text = String::new();
    for line in log.lines().map(str::trim_end).filter(told) {
        if !line.is_empty() || !(text.is_empty() || text.ends_with("\n\n")) {
            text.push_str(&about_header(line).unwrap_or_else(|| line.into()));
            text.push('\n');
        }
    }
    text.trim_end().to_string()
}

/// A line of what the course itself says of a header, as if the `#include` still stood there.
fn about_header(line: &str) -> Option<String> {
    if let Some((place, problem)) = line.split_once(" catastrophic error: #error directive: ") {
        return Some(format!("{place} error: {problem}"));
    }
    let (header, _) = line.trim_start().strip_prefix("#error <")?.split_once('>')?;
    Some(format!("  #include <{header}>"))
}

/// A line `ptxas         .     0 bytes stack frame, …` without its beginning.
fn statistics(line: &str) -> Option<&str> {
    line.strip_prefix("ptxas")?.trim_start().strip_prefix(". ")
}

/// What ptxas, asked with `-v`, says of each kernel, in the order of their names.
pub(super) fn kernels(log: &str) -> Vec<KernelReport> {
    let mut kernels: Vec<KernelReport> = Vec::new();
    let mut about_kernel = false;
    for line in log.lines() {
        if let Some(name) = between(line, "Compiling entry function '", "'") {
            kernels.push(KernelReport { name: name.into(), ..KernelReport::default() });
        } else if let Some((_, name)) = line.split_once("Function properties for ") {
            // Functions that were not inlined have properties of their own.
            about_kernel = kernels.last().is_some_and(|kernel| kernel.name == name.trim());
        } else if let Some(kernel) = kernels.last_mut() {
            if let Some(text) = statistics(line).filter(|_| about_kernel) {
                kernel.stack = number_before(text, " bytes stack frame");
                kernel.spill_stores = number_before(text, " bytes spill stores");
                kernel.spill_loads = number_before(text, " bytes spill loads");
            } else if let Some((_, text)) = line.split_once(": Used ") {
                kernel.registers = number_before(text, " registers");
                kernel.shared = number_before(text, " bytes smem");
            }
        }
    }
    kernels.sort_by(|a, b| a.name.cmp(&b.name));
    kernels
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.split_once(before)?.1.split_once(after).map(|(inner, _)| inner)
}

/// The number directly before `what`; 0 when ptxas does not mention it.
fn number_before(text: &str, what: &str) -> usize {
    let before = text.split_once(what).map_or("", |(before, _)| before);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As NVRTC 12.9 gives it, with a function that is not inlined added.
    const LOG: &str = "kernel.cu(3): warning #177-D: variable \"u\" was declared but never referenced
  int u;
      ^

Remark: The warnings can be suppressed with \"-diag-suppress <warning-number>\"

ptxas info    : 33 bytes gmem
ptxas info    : Compiling entry function 'w' for 'sm_90a'
ptxas info    : Function properties for w
ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 4 registers, used 0 barriers
ptxas info    : Compile time = 1.399 ms
ptxas info    : Compiling entry function 'f' for 'sm_90a'
ptxas info    : Function properties for f
ptxas         .     144 bytes stack frame, 128 bytes spill stores, 180 bytes spill loads
ptxas info    : Used 32 registers, used 1 barriers, 144 bytes cumulative stack size, 2176 bytes smem, 364 bytes cmem[0]
ptxas info    : Compile time = 29.660 ms
ptxas info    : Function properties for _Z6helperf
ptxas         .     8 bytes stack frame, 4 bytes spill stores, 4 bytes spill loads
";

    #[test]
    fn registers_spills_and_shared_memory_are_read_for_each_kernel() {
        let expected = [
            KernelReport {
                name: "f".into(),
                registers: 32,
                spill_stores: 128,
                spill_loads: 180,
                stack: 144,
                shared: 2176,
            },
            KernelReport { name: "w".into(), registers: 4, ..KernelReport::default() },
        ];
        assert_eq!(kernels(LOG), expected);
        assert_eq!(kernels(""), []);
    }

    #[test]
    fn only_what_concerns_the_source_is_kept() {
        let text = messages(LOG);
        assert!(text.starts_with("kernel.cu(3): warning #177-D"), "{text}");
        assert!(text.ends_with("int u;\n      ^"), "{text}");
        let errors = "a.cu(2): error: expected a \";\"\n  }\n  ^\n\n\n1 error detected in the \
                      compilation of \"a.cu\".\nCompilation terminated.\n";
        assert_eq!(messages(errors), "a.cu(2): error: expected a \";\"\n  }\n  ^");
        let ptxas = "ptxas application ptx input, line 23; error   : Instruction 'wgmma.fence' not \
                     supported on .target 'sm_90'\nptxas fatal   : Ptx assembly aborted\n";
        assert!(messages(ptxas).contains("wgmma.fence"));
        assert!(!messages(ptxas).contains("fatal"));
    }
}
