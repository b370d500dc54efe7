//! What a cell put out: printed text, shown values, an error.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One entry of a cell's `outputs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text printed on `stdout` or `stderr`.
    Stream {
        /// `stdout` or `stderr`.
        name: String,
        /// What was printed.
        text: String,
    },
    /// A value shown, once per MIME type.
    Shown(BTreeMap<String, String>),
    /// The cell failed.
    Failed(String),
}

impl Output {
    /// The output that an entry of `outputs` describes.
    ///
    /// # Errors
    /// The problem, when the format does not know the entry's type.
    pub fn from_json(json: &Value) -> Result<Self, String> {
        let text = |key: &str| joined(&json[key]).unwrap_or_default();
        match json["output_type"].as_str() {
            Some("stream") => Ok(Output::Stream { name: text("name"), text: text("text") }),
            Some("execute_result" | "display_data") => Ok(Output::Shown(by_mime(&json["data"]))),
            Some("error") => Ok(Output::Failed(format!("{}: {}", text("ename"), text("evalue")))),
            other => Err(format!("output of unknown type {other:?}")),
        }
    }
}

/// The text of a field that the format stores as one string or as a list of lines.
pub(crate) fn joined(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => lines.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// The text per MIME type; data that is not text (JSON) as its JSON.
fn by_mime(data: &Value) -> BTreeMap<String, String> {
    let entries = data.as_object().into_iter().flatten();
    entries
        .map(|(mime, value)| (mime.clone(), joined(value).unwrap_or_else(|| value.to_string())))
        .collect()
}

/// A cell's outputs in a form that does not depend on when the kernel sent which piece: the text
/// of each stream as a whole, then the shown values in order, then the error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalised {
    /// Whole text by stream name.
    pub streams: BTreeMap<String, String>,
    /// Shown values in their order, by MIME type.
    pub shown: Vec<BTreeMap<String, String>>,
    /// The error, if the cell failed.
    pub failed: Option<String>,
}

impl Normalised {
    /// Puts `outputs` in the normal form.
    pub fn new(outputs: Vec<Output>) -> Self {
        let mut normalised = Normalised::default();
        for output in outputs {
            match output {
                Output::Stream { name, text } => {
                    normalised.streams.entry(name).or_default().push_str(&text);
                }
                Output::Shown(data) => normalised.shown.push(data),
                Output::Failed(text) => normalised.failed = Some(text),
            }
        }
        normalised
    }

    /// The kinds of output: stream names and MIME types.
    pub fn kinds(&self) -> BTreeSet<&str> {
        let mimes = self.shown.iter().flat_map(BTreeMap::keys);
        self.streams.keys().chain(mimes).map(String::as_str).collect()
    }
}
