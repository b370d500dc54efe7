//! From the bytes of a CSV file to names and rows.

use super::{Row, Table, list, value::Numerals};
use csv::{ReaderBuilder, StringRecord, Trim};
use std::path::Path;

/// The mark that says UTF-8, which Excel puts in front.
const MARK: char = '\u{feff}';

/// The table in `bytes`, or what is wrong with the file.
pub(super) fn table(path: &Path, bytes: &[u8]) -> Result<Table, String> {
    let text = text(bytes)?;
    let separator = separator(text);
    let has_content = |record: &StringRecord| record.iter().any(|cell| !cell.is_empty());
    let mut records = records(text, separator)?.into_iter().filter(has_content);
    let first = records.next().ok_or("is empty: its first line has to name the columns")?;
    let columns = names(&first)?;
    let rows = records.map(|record| row(&record, &columns, text)).collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        return Err(format!("names the columns {} and has no row below them", list(&columns)));
    }
    let numerals = if separator == b',' { Numerals::Point } else { Numerals::PointOrComma };
    Ok(Table { path: path.into(), columns, rows, numerals })
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        format!("line {line} is not UTF-8: save the file anew as CSV in UTF-8")
    })?;
    Ok(text.trim_start_matches(MARK))
}

/// What stands between the columns: whatever the first line has most of, outside quotes.
fn separator(text: &str) -> u8 {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let outside: String = first.split('"').step_by(2).collect();
    let count = |separator: &u8| outside.bytes().filter(|byte| byte == separator).count();
    // Of several with the same count the last wins.
    [b'\t', b';', b','].into_iter().max_by_key(count).expect("there are three")
}

fn records(text: &str, separator: u8) -> Result<Vec<StringRecord>, String> {
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true) // a row of another length gets our own words
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let records: Vec<StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    match records.last() {
        Some(last) if swallows_the_rest(last, text) => {
            Err(format!("line {}: a quote begins here and never ends", line_of(last, text)))
        }
        _ => Ok(records),
    }
}

/// Whether a quote in this last record was never closed, so that all that follows is in one cell.
fn swallows_the_rest(last: &StringRecord, text: &str) -> bool {
    let quotes = text.bytes().filter(|byte| *byte == b'"').count();
    quotes % 2 == 1 && last.iter().any(|cell| cell.contains(['\n', '\r']))
}

/// The line that a record begins in. The reader's own is that of the blank lines before it.
fn line_of(record: &StringRecord, text: &str) -> usize {
    let Some(position) = record.position() else { return 0 };
    let rest = &text[position.byte() as usize..];
    let blank = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    position.line() as usize + blank.matches('\n').count()
}

fn names(first: &StringRecord) -> Result<Vec<String>, String> {
    let names: Vec<String> = first.iter().map(str::to_owned).collect();
    if names.iter().all(|name| name.parse::<f32>().is_ok()) {
        return Err(
            "the first line holds numbers: put a line with the names of the columns on top".into(),
        );
    }
    let twice =
        names.iter().enumerate().find(|(k, name)| !name.is_empty() && names[..*k].contains(name));
    match twice {
        Some((_, name)) => Err(format!("two columns are called `{name}`: rename one")),
        None => Ok(names),
    }
}

fn row(record: &StringRecord, columns: &[String], text: &str) -> Result<Row, String> {
    let line = line_of(record, text);
    if record.len() != columns.len() {
        return Err(format!(
            "line {line} has {} values, and the first line names {} columns: is a separator missing, or a \
             quote around a text that contains one?",
            record.len(),
            columns.len()
        ));
    }
    Ok(Row { line, cells: record.iter().map(str::to_owned).collect() })
}
