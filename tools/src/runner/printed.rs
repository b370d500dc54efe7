//! What the printed lines of a cell say about its run: the one rule by which a compiled program and
//! a notebook that ran in the kernel are both judged.

/// What precedes the lines of passed checks.
pub const PASS: &str = "✓ ";

/// How many lines of passed checks are in a cell's output.
pub(super) fn passes(stdout: &str) -> usize {
    stdout.lines().filter(|line| line.starts_with(PASS)).count()
}

/// What is wrong with a cell of so many `checks` that printed this, if anything is.
///
/// A cell that came to its end may still have failed: in a compiled program, and in a kernel without
/// the course's launcher, a failed check is only text on standard error, and a check that never ran
/// leaves nothing.
pub fn problem(stdout: &str, stderr: &str, checks: usize) -> Option<String> {
    if !stderr.is_empty() {
        return Some(format!("wrote to stderr: {}", stderr.trim()));
    }
    let passes = passes(stdout);
    (passes < checks).then(|| {
        format!(
            "printed {passes} of {checks} pass lines (✓ …): a check did not run or did not pass"
        )
    })
}
