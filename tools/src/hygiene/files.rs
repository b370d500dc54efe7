//! Rules about the file of a notebook and the files around it.

use std::{fs, path::Path};

use crate::{
    Error, Result,
    notebook::{Kind, Notebook},
};

/// The largest notebook, in bytes; a larger one is slow to open and to review.
const LARGEST: usize = 1_500_000;

pub(super) fn kernel_is_rust(notebook: &Notebook) -> Result<Vec<Error>> {
    let name = &notebook.metadata()["kernelspec"]["name"];
    let problem = || notebook.error(format!("metadata: kernelspec.name is {name}, not \"rust\""));
    Ok((name != "rust").then(problem).into_iter().collect())
}

pub(super) fn file_is_small(notebook: &Notebook) -> Result<Vec<Error>> {
    let size = notebook.to_text().len();
    let problem = || notebook.error(format!("{size} bytes: {LARGEST} at most"));
    Ok((size > LARGEST).then(problem).into_iter().collect())
}

pub(super) fn links_resolve(notebook: &Notebook) -> Result<Vec<Error>> {
    let folder = notebook.path().parent().unwrap_or(Path::new("."));
    let mut problems = Vec::new();
    for cell in notebook.cells().filter(|cell| cell.kind() == Kind::Text) {
        for target in relative_links(&cell.source()) {
            if !folder.join(&target).exists() {
                problems.push(cell.error(format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    Ok(problems)
}

pub(super) fn readme_lists(notebook: &Notebook) -> Option<Error> {
    let name = notebook.path().file_name().unwrap_or_default().to_string_lossy();
    let readme = notebook.path().with_file_name("README.md");
    let listed = fs::read_to_string(readme).is_ok_and(|text| text.contains(name.as_ref()));
    (!listed).then(|| notebook.error("the README.md beside it does not list it"))
}

/// The files that the Markdown `text` links to or shows, by relative path, without anchors.
fn relative_links(text: &str) -> Vec<String> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("");
    let mut targets = Vec::new();
    for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
        let starts = prose.match_indices(open).map(|(k, _)| &prose[k + open.len()..]);
        targets.extend(starts.map(|rest| rest.split(close).next().unwrap_or_default()));
    }
    let files = targets.iter().map(|target| target.split(['#', ' ']).next().unwrap_or_default());
    files.filter(|file| is_relative(file)).map(|file| file.replace("%20", " ")).collect()
}

fn is_relative(target: &str) -> bool {
    !target.is_empty() && !target.split('/').next().unwrap_or_default().contains(':')
}

#[cfg(test)]
mod tests {
    use super::relative_links;

    #[test]
    fn links_are_found_in_prose_only() {
        let text = "See [the kernel](../kernels/a.cu#L3), [page](https://example.org/a), \
            [here](#top), `f[0](x)`, ![plot](p%20q.png \"title\") and <img src=\"b.gif\">.";
        assert_eq!(relative_links(text), ["../kernels/a.cu", "p q.png", "b.gif"]);
    }
}
