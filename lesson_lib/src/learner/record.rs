//! A file of dated lines, read and added to.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::REMARK;
use super::date::is_date;
use crate::cache::publish;
use crate::{Error, Result};

/// A file of the learner's folder with a line for each thing that is kept: its date, its name and,
/// in some files, a detail.
#[derive(Debug)]
pub(crate) struct RecordFile {
    /// The file's name without `.txt`.
    pub stem: &'static str,
    /// The remark on top of it.
    pub heading: &'static str,
    /// Whether a detail is one of this file; the empty text is none.
    pub is_detail: fn(&str) -> bool,
}

/// The lines of a file that say something, and those that nobody can read.
#[derive(Debug, Default)]
pub(crate) struct Record {
    lines: Vec<Line>,
    unreadable: usize,
}

#[derive(Debug)]
struct Line {
    date: String,
    name: String,
    detail: String,
}

/// What a file says after something was added to it.
#[derive(Debug)]
pub(crate) struct Addition {
    pub record: Record,
    /// What the learner should know: that damaged lines were set aside.
    pub note: Option<String>,
}

impl Record {
    /// Whether there is a line for `name`.
    pub fn has(&self, name: &str) -> bool {
        self.detail(name).is_some()
    }

    /// The detail of the line for `name`.
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.detail.as_str())
    }

    /// The details of all lines.
    pub fn details(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|line| line.detail.as_str())
    }

    /// The name that was added last.
    pub fn last(&self) -> Option<&str> {
        self.lines.last().map(|line| line.name.as_str())
    }
}

impl Line {
    fn parsed(text: &str, is_detail: fn(&str) -> bool) -> Option<Self> {
        let (date, rest) = text.split_once(' ')?;
        let (name, detail) = rest.split_once(' ').unwrap_or((rest, ""));
        let is_line = is_date(date) && is_name(name) && is_detail(detail);
        is_line.then(|| Line { date: date.into(), name: name.into(), detail: detail.into() })
    }

    fn text(&self) -> String {
        let Line { date, name, detail } = self;
        format!("{}\n", format!("{date} {name} {detail}").trim_end())
    }
}

impl RecordFile {
    /// Reads what is kept in the learner's `folder`.
    pub fn read(&self, folder: &Path) -> Result<Record> {
        Ok(self.parsed(&bytes_of(&folder.join(self.name()))?))
    }

    /// Keeps `name` with its `detail` and `date`, unless there is a line for it already. A file with a
    /// line that cannot be read is set aside first.
    pub fn add(&self, folder: &Path, name: &str, detail: &str, date: &str) -> Result<Addition> {
        let _turn = wait_for_turn(folder)?;
        let file = folder.join(self.name());
        let old = bytes_of(&file)?;
        let mut record = self.parsed(&old);
        let aside = (record.unreadable > 0).then(|| self.set_aside(folder, &old)).transpose()?;
        let is_new = !record.has(name);
        if is_new {
            record.lines.push(Line { date: date.into(), name: name.into(), detail: detail.into() });
        }
        if is_new || aside.is_some() {
            let text = self.text(&record);
            publish(&file, text.as_bytes())
                .map_err(|failure| Error::io("write", &file, failure))?;
        }
        let note = aside.map(|kept| {
            format!("({} had lines that cannot be read: it is kept as {kept})", self.name())
        });
        Ok(Addition { record, note })
    }

    fn name(&self) -> String {
        format!("{}.txt", self.stem)
    }

    fn parsed(&self, bytes: &[u8]) -> Record {
        let mut record = Record::default();
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with(REMARK)) {
            match Line::parsed(line, self.is_detail) {
                Some(line) => record.lines.push(line),
                None => record.unreadable += 1,
            }
        }
        record
    }

    fn text(&self, record: &Record) -> String {
        let lines: String = record.lines.iter().map(Line::text).collect();
        format!("{REMARK} {}\n{lines}", self.heading)
    }

    /// Keeps a damaged file's content under the first name that is free; the name.
    fn set_aside(&self, folder: &Path, content: &[u8]) -> Result<String> {
        let mut names = (1..).map(|k| format!("{}.damaged{k}.txt", self.stem));
        let name = names.find(|name| !folder.join(name).exists()).expect("some number is free");
        let file = folder.join(&name);
        publish(&file, content).map_err(|failure| Error::io("write", &file, failure))?;
        Ok(name)
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Two kernels that keep something at the same time write one after the other; the turn ends with
/// the file that is returned.
fn wait_for_turn(folder: &Path) -> Result<File> {
    let lock = folder.join(".course");
    let file = File::open(&lock).map_err(|failure| Error::io("open", &lock, failure))?;
    // Some network drives have no locks: there the file is still written whole.
    let _ = file.lock();
    Ok(file)
}

/// The content of `file`, nothing where there is none.
fn bytes_of(file: &Path) -> Result<Vec<u8>> {
    match fs::read(file) {
        Err(failure) if failure.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other.map_err(|failure| Error::io("read", file, failure)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    const FILE: RecordFile =
        RecordFile { stem: "walks", heading: "All walks.", is_detail: |detail| detail != "?" };

    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".course")).unwrap();
        folder
    }

    fn text(folder: &TempDir) -> String {
        fs::read_to_string(folder.path().join("walks.txt")).unwrap()
    }

    #[test]
    fn what_is_added_is_read_again_in_its_order() {
        let folder = folder();
        for (name, detail, date) in [("02-ex1", "", "2026-11-30"), ("00-a", "a b", "2026-12-01")] {
            FILE.add(folder.path(), name, detail, date).unwrap();
        }
        assert_eq!(text(&folder), "# All walks.\n2026-11-30 02-ex1\n2026-12-01 00-a a b\n");
        let record = FILE.read(folder.path()).unwrap();
        assert!(record.has("02-ex1") && record.has("00-a") && !record.has("02-ex2"));
        assert_eq!(record.detail("00-a"), Some("a b"));
        assert_eq!(record.details().collect::<Vec<_>>(), ["", "a b"]);
        assert_eq!(record.last(), Some("00-a"));
    }

    #[test]
    fn the_first_line_for_a_name_is_the_one_that_stays() {
        let folder = folder();
        for (detail, date) in [("first", "2026-11-30"), ("second", "2026-12-01")] {
            FILE.add(folder.path(), "02-ex1", detail, date).unwrap();
        }
        assert!(text(&folder).ends_with("\n2026-11-30 02-ex1 first\n"));
        fs::remove_file(folder.path().join("walks.txt")).unwrap();
        assert!(!FILE.read(folder.path()).unwrap().has("02-ex1"), "a deleted file is forgotten");
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_its_good_lines_go_on() {
        let folder = folder();
        let damaged = [b"2026-11-30 02-ex1\n2026-11-3\n".as_slice(), b"\xff\xfe\n"].concat();
        for k in 1..=2 {
            fs::write(folder.path().join("walks.txt"), &damaged).unwrap();
            let Addition { record, note } =
                FILE.add(folder.path(), "02-ex2", "", "2026-12-01").unwrap();
            let aside = format!("walks.damaged{k}.txt");
            assert!(note.unwrap().ends_with(&format!("it is kept as {aside})")));
            assert!(record.has("02-ex1") && record.has("02-ex2"));
            assert_eq!(fs::read(folder.path().join(aside)).unwrap(), damaged);
        }
        assert!(text(&folder).ends_with("\n2026-11-30 02-ex1\n2026-12-01 02-ex2\n"));
        assert_eq!(FILE.add(folder.path(), "02-ex3", "", "2026-12-01").unwrap().note, None);
    }

    #[test]
    fn a_line_with_a_detail_of_another_file_cannot_be_read() {
        let folder = folder();
        fs::write(folder.path().join("walks.txt"), "2026-11-30 02-ex1 ?\n").unwrap();
        assert!(FILE.add(folder.path(), "02-ex2", "", "2026-12-01").unwrap().note.is_some());
        assert!(!text(&folder).contains('?'));
    }

    #[test]
    fn writers_at_the_same_time_lose_nothing() {
        let folder = folder();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    for k in 0..20 {
                        FILE.add(folder, &format!("0{writer}-ex{k}"), "", "2026-11-30").unwrap();
                    }
                });
            }
        });
        assert_eq!(text(&folder).lines().count(), 1 + 4 * 20);
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("none");
        let error = FILE.add(&gone, "02-ex1", "", "2026-11-30").unwrap_err();
        assert!(error.to_string().contains("cannot open"), "{error}");
    }
}
