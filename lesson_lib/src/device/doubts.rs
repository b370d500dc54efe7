//! Which of a compiler's warnings are about a fault, and not about style.

/// What a compiler calls them: values that are never set, and results that are missing.
const KINDS: [&str; 5] = [
    "[-Wuninitialized]",
    "[-Wmaybe-uninitialized]",
    "[-Wsometimes-uninitialized]",
    "[-Wreturn-type]",
    "[-Wunused-value]",
];

/// The warnings of a log that may be faults, each with its lines.
pub(super) fn doubts(log: &str) -> Option<String> {
    let mut told = String::new();
    let mut is_told = false;
    for line in log.lines() {
        let is_message = !line.starts_with(' ');
        // A note is about the message before it.
        if is_message && !line.contains(": note: ") {
            is_told = line.contains(": warning: ") && KINDS.iter().any(|kind| line.contains(kind));
        }
        if is_told {
            told.push_str(line);
            told.push('\n');
        }
    }
    (!told.is_empty()).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_and_style_is_not() {
        let unset = "k.cu:2:3: warning: 's' is used uninitialized [-Wuninitialized]\n    2 | s += 1;\n      | ^\n\
                     k.cu:1:9: note: 's' was declared here\n    1 | float s;\n";
        let unused = "k.cu:4:1: warning: unused variable 'x' [-Wunused-variable]\n    4 | int x;\n";
        assert_eq!(doubts(&format!("{unused}{unset}{unused}")).as_deref(), Some(unset));
        assert_eq!(doubts(unused), None);
        assert_eq!(doubts("ptxas info: k: 12 registers\n"), None);
    }
}
