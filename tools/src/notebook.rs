//! A notebook file: read, looked at cell by cell, changed, and written as `nbformat` writes it.
//!
//! The JSON stays as it was read, so fields that the tool does not know survive, keys keep their
//! order and an unchanged notebook is written back byte for byte.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, ser::PrettyFormatter};

use crate::{
    Error, Result,
    lesson::Lesson,
    output::{Output, joined},
};

/// A notebook in version 4.5 or later of the format.
#[derive(Clone, Debug, PartialEq)]
pub struct Notebook {
    path: PathBuf,
    json: Value,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rust, and `:` commands of the kernel.
    Code,
    /// Markdown.
    Text,
    /// Neither run nor rendered.
    Raw,
}

/// One cell of a [`Notebook`].
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    notebook: &'a Notebook,
    number: usize,
    json: &'a Value,
}

impl Notebook {
    /// Reads the notebook at `path`.
    ///
    /// # Errors
    /// When the file cannot be read or is not a notebook; see [`Notebook::parse`].
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        Notebook::parse(path, &text)
    }

    /// The notebook that `text` holds; `path` is what errors name.
    ///
    /// ```
    /// # use std::path::Path;
    /// let text = r#"{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}"#;
    /// let error = tools::notebook::Notebook::parse(Path::new("notebooks/a.ipynb"), text).unwrap_err();
    /// assert_eq!(error.to_string(), "notebooks/a.ipynb: format 4.4, but 4.5 or later is needed");
    /// ```
    ///
    /// # Errors
    /// When the text is not JSON, not version 4.5 or later, or a cell lacks its type, id or source.
    pub fn parse(path: &Path, text: &str) -> Result<Self> {
        let fail = |problem: String| Error::at(label_of(path), problem);
        let json = serde_json::from_str(text).map_err(|e| fail(format!("not a notebook: {e}")))?;
        let notebook = Notebook { path: path.to_path_buf(), json };
        notebook.check_version()?;
        if !notebook.json["cells"].is_array() {
            return Err(fail("has no list `cells`".into()));
        }
        notebook.cells().try_for_each(|cell| cell.check_form())?;
        Ok(notebook)
    }

    fn check_version(&self) -> Result<()> {
        let number = |key: &str| self.json[key].as_u64().unwrap_or(0);
        let (major, minor) = (number("nbformat"), number("nbformat_minor"));
        if major == 4 && minor >= 5 {
            return Ok(());
        }
        Err(self.error(format!("format {major}.{minor}, but 4.5 or later is needed")))
    }

    /// The file that the notebook was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same notebook under another path.
    pub fn with_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = path.into();
        self
    }

    /// Folder and file name, as messages show it: `notebooks/02_matmul.ipynb`.
    pub fn label(&self) -> String {
        label_of(&self.path)
    }

    /// The file name without its ending: `02_matmul`.
    pub fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The notebook's own metadata.
    pub fn metadata(&self) -> &Value {
        &self.json["metadata"]
    }

    /// The cells from first to last, numbered from 1.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let list = self.json["cells"].as_array().map_or(&[][..], Vec::as_slice);
        list.iter().enumerate().map(|(k, json)| Cell { notebook: self, number: k + 1, json })
    }

    /// The code cells from first to last.
    pub fn code_cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.cells().filter(|cell| cell.kind() == Kind::Code)
    }

    /// Replaces the source of cell `number`.
    pub fn set_source(&mut self, number: usize, source: &str) {
        let lines = source.split_inclusive('\n').map(Value::from).collect();
        self.json["cells"][number - 1]["source"] = Value::Array(lines);
    }

    /// Gives cell `number` another id.
    pub fn set_id(&mut self, number: usize, id: &str) {
        self.json["cells"][number - 1]["id"] = id.into();
    }

    /// Removes the outputs and the execution count of cell `number`.
    pub fn clear_outputs(&mut self, number: usize) {
        let cell = &mut self.json["cells"][number - 1];
        cell["outputs"] = Value::Array(Vec::new());
        cell["execution_count"] = Value::Null;
    }

    /// Gives cell `number` a tag, by which Jupyter's programs treat it.
    pub fn add_tag(&mut self, number: usize, tag: &str) {
        let tags = &mut self.json["cells"][number - 1]["metadata"]["tags"];
        let mut all = tags.as_array().cloned().unwrap_or_default();
        if !all.iter().any(|other| other == tag) {
            all.push(tag.into());
        }
        *tags = Value::Array(all);
    }

    /// Gives cell `number` the metadata `value` under `key`.
    pub fn set_metadata(&mut self, number: usize, key: &str, value: Value) {
        self.json["cells"][number - 1]["metadata"][key] = value;
    }

    /// Keeps the cells for which `keep` says so.
    pub fn retain_cells(&mut self, keep: impl Fn(&Cell<'_>) -> bool) {
        let kept = self.cells().filter(|cell| keep(cell)).map(|cell| cell.json.clone()).collect();
        self.json["cells"] = Value::Array(kept);
    }

    /// The text of the file, in the form that `nbformat` gives it.
    pub fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        let formatter = PrettyFormatter::with_indent(b" ");
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
        self.json.serialize(&mut serializer).expect("JSON in memory can be written");
        bytes.push(b'\n');
        String::from_utf8(bytes).expect("JSON is UTF-8")
    }

    /// Writes the notebook to its path.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self) -> Result<()> {
        fs::write(&self.path, self.to_text()).map_err(|e| Error::io("write", &self.path, e))
    }

    /// An error that names this notebook.
    pub fn error(&self, problem: impl Into<String>) -> Error {
        Error::at(self.label(), problem)
    }
}

impl<'a> Cell<'a> {
    fn check_form(&self) -> Result<()> {
        if self.json["id"].as_str().is_none_or(str::is_empty) {
            return Err(self.error("has no id"));
        }
        if !matches!(self.json["cell_type"].as_str(), Some("code" | "markdown" | "raw")) {
            return Err(self.error("`cell_type` is not code, markdown or raw"));
        }
        joined(&self.json["source"]).map(drop).ok_or_else(|| self.error("`source` is not text"))
    }

    /// The place of the cell in its notebook, from 1, text cells counted too.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The id of the cell.
    pub fn id(&self) -> &'a str {
        self.json["id"].as_str().unwrap_or_default()
    }

    /// What the cell holds.
    pub fn kind(&self) -> Kind {
        match self.json["cell_type"].as_str() {
            Some("code") => Kind::Code,
            Some("markdown") => Kind::Text,
            _ => Kind::Raw,
        }
    }

    /// The text of the cell.
    pub fn source(&self) -> String {
        joined(&self.json["source"]).unwrap_or_default()
    }

    /// All metadata of the cell.
    pub fn metadata(&self) -> &'a Value {
        &self.json["metadata"]
    }

    /// Whether the cell was run when the notebook was saved.
    pub fn was_run(&self) -> bool {
        self.json["execution_count"].is_u64()
    }

    /// Whether Jupyter shows the cell's outputs without its text.
    pub fn is_folded(&self) -> bool {
        self.json["metadata"]["jupyter"]["source_hidden"] == true
    }

    /// The `lesson` metadata, if there is any.
    ///
    /// # Errors
    /// When it has an unknown key or value.
    pub fn lesson(&self) -> Result<Option<Lesson>> {
        let entry = &self.json["metadata"]["lesson"];
        if entry.is_null() {
            return Ok(None);
        }
        let lesson = Lesson::deserialize(entry);
        lesson.map(Some).map_err(|e| self.error(format!("metadata `lesson`: {e}")))
    }

    /// The outputs that the notebook was saved with.
    ///
    /// # Errors
    /// When an output has a type that the format does not know.
    pub fn outputs(&self) -> Result<Vec<Output>> {
        let list = self.json["outputs"].as_array().map_or(&[][..], Vec::as_slice);
        let outputs = list.iter().map(Output::from_json).collect::<Result<_, String>>();
        outputs.map_err(|problem| self.error(problem))
    }

    /// Notebook and cell, as every message names them.
    pub fn place(&self) -> String {
        format!("{}, cell {} (id {})", self.notebook.label(), self.number, self.id())
    }

    /// An error that names this cell.
    pub fn error(&self, problem: impl Into<String>) -> Error {
        Error::at(self.place(), problem)
    }
}

fn label_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match path.parent().and_then(Path::file_name) {
        Some(folder) => format!("{}/{name}", folder.to_string_lossy()),
        None => name.into_owned(),
    }
}

#[cfg(test)]
mod tests;
