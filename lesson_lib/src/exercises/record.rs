//! What a learner has solved: `progress.txt`, read and added to.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::REMARK;
use super::date::is_date;
use crate::cache::publish;
use crate::{Error, Result};

const FILE: &str = "progress.txt";
const HEADING: &str = "# The exercises that you have solved, and when. A line that you delete is \
                       forgotten; the whole file, too.";

/// The lines of the file that say something, and those that nobody can read.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Each exercise with its date, in the order in which they were solved.
    solved: Vec<(String, String)>,
    unreadable: usize,
}

impl Record {
    /// Reads what is kept in the learner's `folder`.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Record::parsed(&bytes_of(&folder.join(FILE))?))
    }

    fn parsed(bytes: &[u8]) -> Self {
        let mut record = Record::default();
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with(REMARK)) {
            match line.split_once(' ').filter(|(date, id)| is_date(date) && is_id(id)) {
                Some((date, id)) => record.solved.push((date.into(), id.into())),
                None => record.unreadable += 1,
            }
        }
        record
    }

    /// Whether the exercise `id` was solved.
    pub fn has(&self, id: &str) -> bool {
        self.solved.iter().any(|(_, solved)| solved == id)
    }

    /// The exercise that was solved last.
    pub fn last(&self) -> Option<&str> {
        self.solved.last().map(|(_, id)| id.as_str())
    }

    fn text(&self) -> String {
        let lines = self.solved.iter().map(|(date, id)| format!("{date} {id}\n"));
        format!("{HEADING}\n{}", lines.collect::<String>())
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// Keeps that the exercise `id` was solved on `date`, unless an earlier date is kept already. A file
/// with a line that cannot be read is set aside first; its name is the second result.
pub(super) fn add(folder: &Path, id: &str, date: &str) -> Result<(Record, Option<String>)> {
    let _turn = wait_for_turn(folder)?;
    let file = folder.join(FILE);
    let old = bytes_of(&file)?;
    let mut record = Record::parsed(&old);
    let aside = (record.unreadable > 0).then(|| set_aside(folder, &old)).transpose()?;
    let is_new = !record.has(id);
    if is_new {
        record.solved.push((date.into(), id.into()));
    }
    if is_new || aside.is_some() {
        let text = record.text();
        publish(&file, text.as_bytes()).map_err(|failure| Error::io("write", &file, failure))?;
    }
    Ok((record, aside))
}

/// Two kernels that solve an exercise at the same time write one after the other; the turn ends with
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

/// Keeps a damaged file's content under the first name that is free; the name.
fn set_aside(folder: &Path, content: &[u8]) -> Result<String> {
    let names = (1..).map(|k| format!("progress.damaged{k}.txt"));
    let (name, file): (String, PathBuf) = names
        .map(|name| (name.clone(), folder.join(name)))
        .find(|(_, file)| !file.exists())
        .expect("some number is free");
    publish(&file, content).map_err(|failure| Error::io("write", &file, failure))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder() -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".course")).unwrap();
        folder
    }

    fn text(folder: &TempDir) -> String {
        fs::read_to_string(folder.path().join(FILE)).unwrap()
    }

    #[test]
    fn what_is_added_is_read_again_in_its_order() {
        let folder = folder();
        for (id, date) in [("02-ex1", "2026-11-30"), ("00-ex1", "2026-12-01")] {
            add(folder.path(), id, date).unwrap();
        }
        assert_eq!(text(&folder), format!("{HEADING}\n2026-11-30 02-ex1\n2026-12-01 00-ex1\n"));
        let record = Record::read(folder.path()).unwrap();
        assert!(record.has("02-ex1") && record.has("00-ex1") && !record.has("02-ex2"));
        assert_eq!(record.last(), Some("00-ex1"));
    }

    #[test]
    fn a_solved_exercise_keeps_its_first_date() {
        let folder = folder();
        for date in ["2026-11-30", "2026-12-01"] {
            add(folder.path(), "02-ex1", date).unwrap();
        }
        assert!(text(&folder).ends_with("\n2026-11-30 02-ex1\n"));
        fs::remove_file(folder.path().join(FILE)).unwrap();
        assert!(!Record::read(folder.path()).unwrap().has("02-ex1"), "a deleted file is forgotten");
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_its_good_lines_go_on() {
        let folder = folder();
        let damaged = [b"2026-11-30 02-ex1\n2026-11-3".as_slice(), b"\xff\xfe\n"].concat();
        for k in 1..=2 {
            fs::write(folder.path().join(FILE), &damaged).unwrap();
            let (record, aside) = add(folder.path(), "02-ex2", "2026-12-01").unwrap();
            assert_eq!(aside, Some(format!("progress.damaged{k}.txt")));
            assert!(record.has("02-ex1") && record.has("02-ex2"));
            assert_eq!(fs::read(folder.path().join(aside.unwrap())).unwrap(), damaged);
        }
        assert!(text(&folder).ends_with("\n2026-11-30 02-ex1\n2026-12-01 02-ex2\n"));
        assert_eq!(add(folder.path(), "02-ex3", "2026-12-01").unwrap().1, None);
    }

    #[test]
    fn writers_at_the_same_time_lose_nothing() {
        let folder = folder();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    for k in 0..20 {
                        add(folder, &format!("0{writer}-ex{k}"), "2026-11-30").unwrap();
                    }
                });
            }
        });
        assert_eq!(text(&folder).lines().count(), 1 + 4 * 20);
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = add(&folder.path().join("none"), "02-ex1", "2026-11-30").unwrap_err();
        assert!(error.to_string().contains("cannot open"), "{error}");
    }
}
