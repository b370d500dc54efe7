//! Notebooks as one Cargo package: a program that runs them without a kernel.

mod module;

pub use module::{Module, Span};

use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use crate::{Error, Result, cell_code::OwnCrate, course::Course, notebook::Notebook, runner};

/// Which edition of the notebooks a package holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// With the solutions: every check has to pass.
    Instructor,
    /// Without them: the check of every exercise has to fail, all others pass.
    Student,
}

/// A generated package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its folder.
    pub folder: PathBuf,
    /// One module per notebook.
    pub modules: Vec<Module>,
}

impl Package {
    /// Writes the package of `notebooks` to `folder`; files whose text stays the same are left alone.
    ///
    /// # Errors
    /// When a cell's metadata or text is wrong, two notebooks have one name, or a file cannot be written.
    pub fn write(
        course: &Course,
        notebooks: &[Notebook],
        edition: Edition,
        folder: &Path,
    ) -> Result<Self> {
        let modules =
            notebooks.iter().map(|n| Module::new(n, edition)).collect::<Result<Vec<_>>>()?;
        let package = Package { folder: folder.to_path_buf(), modules };
        let files = package.files(course)?;
        package.remove_others(&files)?;
        files.iter().try_for_each(|(name, text)| write_if_new(&folder.join(name), text))?;
        Ok(package)
    }

    /// The name of the package and its program, after the folder.
    pub fn name(&self) -> String {
        let folder = self.folder.file_name().unwrap_or_default().to_string_lossy();
        format!("cells_{}", identifier(&folder))
    }

    fn files(&self, course: &Course) -> Result<Vec<(String, String)>> {
        let mut files = vec![
            ("Cargo.toml".into(), self.manifest(course)),
            ("Cargo.lock".into(), self.lock(course)?),
            ("src/main.rs".into(), self.main()),
        ];
        files.extend(runner::SOURCES.map(|(name, text)| (format!("src/{name}"), text.to_string())));
        for module in &self.modules {
            if files.iter().any(|(name, _)| *name == module.file) {
                return Err(Error::at(&module.file, "two notebooks have the same name"));
            }
            files.push((module.file.clone(), module.source().to_string()));
        }
        Ok(files)
    }

    /// The profile of the cells and of the library is the kernel's: optimised, without the checks
    /// that would slow the library down. Other crates keep the checks that the course's own tests
    /// have them with, so that they are not compiled again.
    fn manifest(&self, course: &Course) -> String {
        let library = course.lesson_lib();
        let own_crates = self.own_crates(course);
        format!(
            r#"[package]
name = "{}"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
lesson_lib = {{ path = {:?} }}
{own_crates}
[profile.dev]
opt-level = 2
debug = false
debug-assertions = false
overflow-checks = false

[profile.dev.package."*"]
debug-assertions = true
overflow-checks = true

[profile.dev.package.lesson_lib]
debug-assertions = false
overflow-checks = false

[workspace]
"#,
            self.name(),
            library.display().to_string(),
        )
    }

    /// A line for each crate that the notebooks load beside the library.
    fn own_crates(&self, course: &Course) -> String {
        let all: BTreeSet<&OwnCrate> = self.modules.iter().flat_map(|m| &m.own_crates).collect();
        let path = |own: &OwnCrate| course.notebooks().join(&own.folder).display().to_string();
        all.into_iter()
            .map(|own| format!("{} = {{ path = {:?} }}\n", own.name, path(own)))
            .collect()
    }

    /// The versions of the course; what Cargo has added to an earlier copy is kept.
    fn lock(&self, course: &Course) -> Result<String> {
        let (own, shared) = (self.folder.join("Cargo.lock"), course.root().join("Cargo.lock"));
        let time = |path: &Path| fs::metadata(path).and_then(|m| m.modified()).ok();
        let path = if time(&own) >= time(&shared) { own } else { shared };
        fs::read_to_string(&path).map_err(|e| Error::io("read", &path, e))
    }

    fn main(&self) -> String {
        let mut text = String::from("#![allow(warnings, clippy::all)]\n\nmod runner;\n");
        let names: Vec<&str> = self.modules.iter().map(Module::name).collect();
        for name in &names {
            writeln!(text, "mod {name};").unwrap();
        }
        text.push_str("\nfn main() -> std::process::ExitCode {\n    runner::main(&[");
        text.push_str(
            &names.iter().map(|n| format!("&{n}::NOTEBOOK")).collect::<Vec<_>>().join(", "),
        );
        text.push_str("])\n}\n");
        text
    }

    /// Removes modules of notebooks that are no longer there.
    fn remove_others(&self, files: &[(String, String)]) -> Result<()> {
        let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let source = self.folder.join("src");
        for entry in fs::read_dir(&source).into_iter().flatten().flatten() {
            let name = format!("src/{}", entry.file_name().to_string_lossy());
            if entry.path().is_file() && !names.contains(name.as_str()) {
                fs::remove_file(entry.path()).map_err(|e| Error::io("remove", &entry.path(), e))?;
            }
        }
        Ok(())
    }
}

/// `name` with every character that a Rust name cannot have replaced.
fn identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn write_if_new(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().expect("a file has a folder");
    fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    fs::write(path, text).map_err(|e| Error::io("write", path, e))
}

#[cfg(test)]
mod tests;
