//! A notebook as plain text: what changed in one is seen in this form, by `git diff` and `git log -p`.

use crate::notebook::{Cell, Kind, Notebook};

/// Cell after cell, each below a line with its kind, id and metadata; outputs are left out.
///
/// ```
/// # use std::path::Path;
/// use tools::{notebook::Notebook, plain};
/// let text = r#"{"cells": [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": "Hi"}],
///     "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;
/// let notebook = Notebook::parse(Path::new("a.ipynb"), text).unwrap();
/// assert_eq!(plain::text(&notebook), "=== text title\nHi\n\n=== end {}\n");
/// ```
pub fn text(notebook: &Notebook) -> String {
    let cells: String = notebook.cells().map(|cell| text_of(&cell)).collect();
    format!("{cells}=== end {}\n", notebook.metadata())
}

fn text_of(cell: &Cell<'_>) -> String {
    let kind = match cell.kind() {
        Kind::Code => "code",
        Kind::Text => "text",
        Kind::Raw => "raw",
    };
    let metadata = match cell.metadata() {
        empty if empty.as_object().is_none_or(|entries| entries.is_empty()) => String::new(),
        metadata => format!(" {metadata}"),
    };
    format!("=== {kind} {}{metadata}\n{}\n\n", cell.id(), cell.source())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::path::Path;

    #[test]
    fn sources_stay_as_they_are_and_outputs_are_left_out() {
        let picture =
            json!({"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw"}});
        let code = json!({"cell_type": "code", "id": "a1", "execution_count": 7, "outputs": [picture],
            "metadata": {"lesson": {"role": "demo"}}, "source": ["let a = \"ä\";\n", "a"]});
        let raw = json!({"cell_type": "raw", "id": "r", "metadata": {}, "source": ""});
        let all = json!({"cells": [code, raw], "metadata": {"kernelspec": {"name": "rust"}},
            "nbformat": 4, "nbformat_minor": 5});
        let notebook = Notebook::parse(Path::new("a.ipynb"), &all.to_string()).unwrap();
        assert_eq!(
            text(&notebook),
            "=== code a1 {\"lesson\":{\"role\":\"demo\"}}\nlet a = \"ä\";\na\n\n=== raw r\n\n\n\
             === end {\"kernelspec\":{\"name\":\"rust\"}}\n"
        );
    }
}
