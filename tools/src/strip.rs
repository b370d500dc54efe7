//! Notebooks without what running them leaves behind.

use crate::notebook::Notebook;

/// Removes the outputs and execution counts of all code cells.
///
/// ```
/// # use std::path::Path;
/// # use tools::notebook::Notebook;
/// let text = r#"{"cells": [{"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {},
///     "outputs": [{"name": "stdout", "output_type": "stream", "text": ["1\n"]}],
///     "source": ["1"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;
/// let mut notebook = Notebook::parse(Path::new("a.ipynb"), text).unwrap();
/// tools::strip::strip(&mut notebook);
/// let cell = notebook.cells().next().unwrap();
/// assert!(!cell.was_run() && cell.outputs().unwrap().is_empty());
/// ```
pub fn strip(notebook: &mut Notebook) {
    let numbers: Vec<usize> = notebook.code_cells().map(|cell| cell.number()).collect();
    numbers.into_iter().for_each(|number| notebook.clear_outputs(number));
}
