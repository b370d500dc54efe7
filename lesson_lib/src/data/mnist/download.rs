//! Downloads that can be trusted: resumed where they broke off, accepted only with the right
//! checksum, and never written over another file.
//!
//! The system's `curl` does the transfer, so the library contains no network code.

use crate::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file on the mirrors, and what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// Its name, on the mirrors and here.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The SHA-256 of its content, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// How a download ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The file, complete and checked.
    Here(PathBuf),
    /// No mirror delivered it; the reason.
    Unreachable(String),
}

/// How often one file is requested from one mirror; each transfer resumes the last.
const ATTEMPTS: usize = 3;

impl RemoteFile {
    /// The file with this name and content.
    ///
    /// ```
    /// let file = lesson_lib::data::RemoteFile::describe("abc", b"abc");
    /// assert!(file.bytes == 3 && file.sha256.starts_with("ba7816bf"));
    /// ```
    pub fn describe(name: &str, content: &[u8]) -> Self {
        Self { name: name.into(), bytes: content.len() as u64, sha256: sha256(content) }
    }

    /// The file in `folder`, if it is there.
    ///
    /// # Errors
    /// [`Error::Data`] if a file of that name has another content; it is renamed.
    pub fn find(&self, folder: &Path) -> Result<Option<PathBuf>> {
        let path = folder.join(&self.name);
        if !path.exists() {
            return Ok(None);
        }
        self.check(&path)?;
        Ok(Some(path))
    }

    /// Brings the file into `folder` from the first of `mirrors` that gives it. Processes that
    /// download into one folder wait for one another.
    ///
    /// # Errors
    /// [`Error::Data`] if what a mirror gave was another file, and no other mirror gave the right
    /// one; [`Error::Io`] if the folder cannot be used.
    pub fn download(&self, mirrors: &[String], folder: &Path) -> Result<Fetched> {
        let _held_until_return = lock(folder)?;
        if let Some(path) = self.find(folder)? {
            return Ok(Fetched::Here(path));
        }
        let mut refusals = Vec::new();
        let mut wrong = None;
        for mirror in mirrors {
            match self.transfer(mirror, folder) {
                Ok(()) => match self.accept(folder) {
                    Ok(path) => return Ok(Fetched::Here(path)),
                    Err(error) => wrong = Some(error),
                },
                Err(refusal) => refusals.push(refusal),
            }
        }
        wrong.map_or_else(|| Ok(Fetched::Unreachable(refusals.join("; "))), Err)
    }

    /// The download in progress.
    fn part(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.part", self.name))
    }

    /// Makes the part whole, or says why that mirror cannot.
    fn transfer(&self, mirror: &str, folder: &Path) -> Result<(), String> {
        let part = self.part(folder);
        let url = format!("{}/{}", mirror.trim_end_matches('/'), self.name);
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            if fs::metadata(&part).is_ok_and(|part| part.len() >= self.bytes) {
                return Ok(());
            }
            match self.curl(&url, &part)? {
                Transfer::Complete => return Ok(()),
                Transfer::Broken(problem) => last = problem,
                Transfer::NotResumable => drop(fs::remove_file(&part)),
                Transfer::Refused(problem) => return Err(problem),
            }
        }
        Err(last)
    }

    fn curl(&self, url: &str, part: &Path) -> Result<Transfer, String> {
        let output = Command::new("curl")
            .args(["--fail", "--silent", "--show-error", "--location", "--continue-at", "-"])
            .args(["--connect-timeout", "3", "--speed-limit", "1000", "--speed-time", "15"])
            .args(["--max-filesize", &self.bytes.to_string()])
            .arg("--output")
            .args([part.as_os_str(), url.as_ref()])
            .output()
            .map_err(|error| format!("curl cannot be started: {error}"))?;
        let problem = String::from_utf8_lossy(&output.stderr).trim().to_string();
        // The codes of curl's manual, section "Exit codes".
        Ok(match output.status.code() {
            Some(0) => Transfer::Complete,
            Some(18 | 28 | 56) if part.exists() => Transfer::Broken(problem),
            Some(33) => Transfer::NotResumable,
            _ => Transfer::Refused(problem),
        })
    }

    /// Gives the finished part its name.
    fn accept(&self, folder: &Path) -> Result<PathBuf> {
        let (part, path) = (self.part(folder), folder.join(&self.name));
        self.check(&part)?;
        fs::rename(&part, &path).map_err(|error| Error::io("rename", &part, error))?;
        Ok(path)
    }

    /// Compares a file with the published one, and sets it aside if they differ.
    fn check(&self, path: &Path) -> Result<()> {
        let content = fs::read(path).map_err(|error| Error::io("read", path, error))?;
        let found = Self::describe(&self.name, &content);
        if found == *self {
            return Ok(());
        }
        let aside = set_aside(path)?;
        let problem = format!(
            "is not the published file: {} bytes, SHA-256 {}, where {} bytes, SHA-256 {} are \
             published. It was set aside as {}. Run the cell again to download it, or set \
             LESSON_OFFLINE=1 to do without",
            found.bytes,
            found.sha256,
            self.bytes,
            self.sha256,
            aside.display(),
        );
        Err(Error::data(path, problem))
    }
}

/// How a run of curl ended.
enum Transfer {
    Complete,
    /// Part of the file came; the rest may come next time.
    Broken(String),
    /// The mirror cannot send the rest alone.
    NotResumable,
    Refused(String),
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the folder's lock, which ends with the file that is returned.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("download.lock");
    fs::create_dir_all(folder).map_err(|error| Error::io("create the folder", folder, error))?;
    let file = File::create(&path).map_err(|error| Error::io("create", &path, error))?;
    file.lock().map_err(|error| Error::io("lock", &path, error))?;
    Ok(file)
}

/// Renames a bad file to the first free of `name.bad`, `name.bad-2`, …
fn set_aside(path: &Path) -> Result<PathBuf> {
    let numbered = |n: u32| match n {
        1 => format!("{}.bad", path.display()),
        _ => format!("{}.bad-{n}", path.display()),
    };
    let mut candidates = (1..).map(numbered).map(PathBuf::from);
    let free = candidates.find(|candidate| !candidate.exists()).unwrap_or_else(|| path.into());
    fs::rename(path, &free).map_err(|error| Error::io("rename", path, error))?;
    Ok(free)
}
