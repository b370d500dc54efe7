//! The rule that a notebook is the same on every machine: it names no absolute path.

use crate::{
    Error, Result,
    notebook::{Cell, Kind, Notebook},
    output::Output,
};

/// Folders at the root of a file system that absolute paths begin with.
const ROOTS: [&str; 14] = [
    "/home/",
    "/root/",
    "/tmp/",
    "/work/",
    "/Users/",
    "/mnt/",
    "/media/",
    "/opt/",
    "/usr/",
    "/var/",
    "/etc/",
    "/proc/",
    "/private/",
    "/workspace/",
];

pub(super) fn nothing_names_a_machine(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for cell in notebook.cells() {
        let mut texts = vec![("source".to_string(), cell.source())];
        texts.extend(output_texts(&cell)?);
        for (what, text) in texts {
            problems.extend(absolute_path(&text).map(|path| {
                cell.error(format!(
                    "{what}: `{path}` exists on one machine only: use a relative path"
                ))
            }));
        }
    }
    Ok(problems)
}

fn output_texts(cell: &Cell<'_>) -> Result<Vec<(String, String)>> {
    if cell.kind() != Kind::Code {
        return Ok(Vec::new());
    }
    let texts = cell.outputs()?.into_iter().flat_map(|output| match output {
        Output::Stream { name, text } => vec![(name, text)],
        Output::Failed(text) => vec![("error".to_string(), text)],
        Output::Shown(data) => {
            data.into_iter().filter(|(mime, _)| !mime.starts_with("image/")).collect()
        }
    });
    Ok(texts.collect())
}

/// The first absolute path in `text`: one of the [`ROOTS`] or a drive letter, where a word begins.
fn absolute_path(text: &str) -> Option<&str> {
    let starts = text.char_indices().map(|(k, _)| k).filter(|&k| begins_word(&text[..k]));
    let mut words = starts.map(|k| word_at(&text[k..]));
    words.find(|word| ROOTS.iter().any(|root| word.starts_with(root)) || has_drive(word))
}

/// Inside a URL or base64 data, a slash follows a letter, a digit or a sign; a path follows
/// white space, a quote, a bracket or the like.
fn begins_word(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`([{<>=,:;|".contains(c))
}

fn word_at(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || "\"'`)]}<>,;".contains(c));
    &text[..end.unwrap_or(text.len())]
}

fn has_drive(word: &str) -> bool {
    let mut characters = word.chars();
    let drive = characters.next().is_some_and(|c| c.is_ascii_uppercase());
    drive && characters.as_str().starts_with(":\\")
}

#[cfg(test)]
mod tests {
    use super::absolute_path;

    #[test]
    fn paths_are_told_from_urls_data_and_fractions() {
        for (text, expected) in [
            ("read(\"/home/anna/x.csv\")", Some("/home/anna/x.csv")),
            ("saved to /tmp/plot.png", Some("/tmp/plot.png")),
            ("at=/root/some/folder", Some("/root/some/folder")),
            ("C:\\Users\\anna", Some("C:\\Users\\anna")),
            ("https://example.org/home/index.html", None),
            ("data:image/png;base64,AAAA/tmp/BBBB", None),
            ("../kernels/matmul.cu and ./tmp/x", None),
            ("a / b, 3/4, </tmp>", None),
            ("größe /opt/cuda", Some("/opt/cuda")),
        ] {
            assert_eq!(absolute_path(text), expected, "{text}");
        }
    }
}
