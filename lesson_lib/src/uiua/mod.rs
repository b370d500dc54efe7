//! Uiua, a language of arrays on a stack, through its crate.
//!
//! The crate is none of the library's dependencies, so nobody compiles it who does not ask for it:
//! [`Uiua::build`] makes a program that holds it, once per user, and every line that is run is a run
//! of that program.

mod program;
mod wire;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;

use ndarray::ArrayD;

use crate::error::{Error, Result};
use crate::show::Show;

/// The version of the language.
const VERSION: &str = "0.19.1";

/// The interpreter of Uiua.
///
/// ```no_run
/// # use lesson_lib::uiua::Uiua;
/// # use lesson_lib::ndarray::array;
/// let uiua = Uiua::build()?;
/// assert_eq!(uiua.format("reduce add")?, "/+");
/// let x = array![1.0, 2.0, 3.0].into_dyn();
/// assert_eq!(uiua.run("/+", &[&x])?.sum(), 6.0);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub struct Uiua {
    program: PathBuf,
}

impl Uiua {
    /// The interpreter; the first time it has to be fetched and compiled, a matter of minutes.
    ///
    /// # Errors
    /// When there is no cargo, no network the first time, or no space.
    pub fn build() -> Result<Self> {
        Ok(Uiua { program: program::ready()? })
    }

    /// Runs a program with `arguments` on its stack, the first of them on top, and gives the array
    /// that it leaves there.
    ///
    /// Each run begins anew: it knows no name of an earlier one.
    ///
    /// # Errors
    /// What Uiua says of a wrong program; and when it leaves no value or several, or no numbers.
    pub fn run(&self, program: &str, arguments: &[&ArrayD<f64>]) -> Result<ArrayD<f64>> {
        let text = self.ask("run", arguments, program)?;
        let array = wire::read(&mut text.lines());
        let array = array.and_then(|(shape, numbers)| ArrayD::from_shape_vec(shape, numbers).ok());
        array.ok_or_else(|| wrong("the answer is no array"))
    }

    /// The program as Uiua's formatter writes it, names turned into glyphs.
    ///
    /// # Errors
    /// What Uiua says of a wrong program.
    pub fn format(&self, program: &str) -> Result<String> {
        self.ask("format", &[], program)
    }

    fn ask(&self, task: &str, arguments: &[&ArrayD<f64>], program: &str) -> Result<String> {
        let mut input = format!("{task}\n{}\n", arguments.len());
        for array in arguments {
            wire::write(&mut input, array.shape(), array.iter().copied());
        }
        input.push_str(program);
        let output = self.answer(input).map_err(|e| Error::io("run", &self.program, e))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(wrong(if said.trim().is_empty() { "the program died" } else { said.trim() }))
    }

    fn answer(&self, input: String) -> io::Result<Output> {
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipe = child.stdin.take();
        let writer = thread::spawn(move || pipe.map(|mut pipe| pipe.write_all(input.as_bytes())));
        let output = child.wait_with_output();
        // A program that ended before it had read everything says itself why.
        let _ = writer.join();
        output
    }
}

fn wrong(problem: &str) -> Error {
    Error::argument("Uiua", problem)
}

impl Show for Uiua {
    fn text(&self) -> String {
        format!("Uiua {VERSION}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_come_back_as_they_went() {
        let arrays: [(&[usize], &[f64]); 4] = [
            (&[2, 2], &[0.1, -1e300, f64::INFINITY, 1.0 / 3.0]),
            (&[], &[5.0]),
            (&[0, 3], &[]),
            (&[1], &[f64::MIN_POSITIVE]),
        ];
        let mut text = String::new();
        for (shape, numbers) in arrays {
            wire::write(&mut text, shape, numbers.iter().copied());
        }
        let mut lines = text.lines();
        for (shape, numbers) in arrays {
            assert_eq!(wire::read(&mut lines), Some((shape.to_vec(), numbers.to_vec())));
        }
        assert_eq!(wire::read(&mut lines), None);
        assert_eq!(wire::read(&mut "2 \n1 2 3".lines()), None);
        assert_eq!(wire::read(&mut "2 \n1 x".lines()), None);
    }

    #[test]
    fn a_program_that_fails_is_told_with_its_own_words() {
        let ended = |script: &str| {
            let folder = tempfile::tempdir().unwrap();
            let program = folder.path().join("program");
            std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&program, mode).unwrap();
            let x = ArrayD::<f64>::zeros(vec![1000, 100]);
            Uiua { program }.run("+", &[&x]).map(|array| array.sum()).map_err(|e| e.to_string())
        };
        assert_eq!(ended("cat >/dev/null; printf '2 \\n1 2.5 \\n'"), Ok(3.5));
        assert_eq!(ended("echo ' no glyph' >&2; exit 1"), Err("Uiua: no glyph".into()));
        assert_eq!(ended("exit 1"), Err("Uiua: the program died".into()));
        assert_eq!(ended("echo nothing"), Err("Uiua: the answer is no array".into()));
    }
}
