//! Tables of the learner's own: columns with names, from a CSV file.

mod read;
mod show;
#[cfg(test)]
mod tests;
mod value;

use super::own_file;
use crate::{Error, Result};
use ndarray::{Array1, Array2};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use value::{Numerals, is_missing};

/// A table from a CSV file, read by [`csv()`].
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    path: PathBuf,
    columns: Vec<String>,
    rows: Vec<Row>,
    numerals: Numerals,
}

/// One row of a table, with the line of the file that it begins in.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    line: usize,
    cells: Vec<String>,
}

/// The table in a CSV file whose first line names the columns.
///
/// Columns are apart by a comma, a semicolon or a tab, whichever the first line has most of; behind a
/// semicolon or a tab a number may have a decimal comma. Quotes, line ends of any system and the mark
/// that Excel puts in front are understood, and rows without any value left out. A relative path begins where the notebook lies.
///
/// # Errors
/// [`Error::Io`] where there is no such file, with the full path; [`Error::Data`], with the line, for
/// a file without names or rows, for a row that is longer or shorter than the first line, for a quote
/// that never ends, and for text that is not UTF-8.
///
/// ```
/// use lesson_lib::data;
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("flowers.csv");
/// std::fs::write(&path, "length,width,kind\n5.1,3.5,setosa\n6.3,3.3,virginica\n,3.0,setosa\n").unwrap();
/// let flowers = data::csv(&path)?;
/// assert_eq!(flowers.columns(), ["length", "width", "kind"]);
///
/// let known = flowers.without_missing(["length", "width"])?;
/// assert_eq!(known.numbers(["length", "width"])?, lesson_lib::ndarray::array![[5.1, 3.5], [6.3, 3.3]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn csv(path: impl AsRef<Path>) -> Result<Table> {
    let (path, bytes) = own_file::read(path.as_ref())?;
    read::table(&path, &bytes).map_err(|problem| Error::data(path, problem))
}

impl Table {
    /// The names of the columns, from the first line of the file.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows there are below the names.
    pub fn nrows(&self) -> usize {
        self.rows.len()
    }

    /// The numbers in these columns: `(n, d)`, a column of the result for each name.
    ///
    /// # Errors
    /// [`Error::Data`] for a column that is not there, and for a value that is missing or no finite
    /// number, with its line and column.
    ///
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("a.csv");
    /// std::fs::write(&path, "x,y\n1,2\n3,oops\n").unwrap();
    /// let error = lesson_lib::data::csv(&path)?.numbers(["x", "y"]).unwrap_err().to_string();
    /// assert!(error.contains("line 3, column `y`: \"oops\" is no number"), "{error}");
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn numbers<const D: usize>(&self, columns: [&str; D]) -> Result<Array2<f32>> {
        let places = self.places(columns)?;
        let mut numbers = Vec::with_capacity(self.rows.len() * D);
        for row in &self.rows {
            for place in places {
                let number = self.numerals.read(&row.cells[place]);
                numbers.push(number.map_err(|problem| self.at(row, place, &problem))?);
            }
        }
        let shape = (self.rows.len(), D);
        Ok(Array2::from_shape_vec(shape, numbers).expect("D numbers for each row"))
    }

    /// The groups in a column of words: the number of each row's group, `(n,)`, and the groups' names
    /// in the order of the alphabet.
    ///
    /// # Errors
    /// [`Error::Data`] for a column that is not there, and for a value that is missing, with its line.
    ///
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("a.csv");
    /// std::fs::write(&path, "kind,x\nrose,1\naster,2\nrose,3\n").unwrap();
    /// let (labels, names) = lesson_lib::data::csv(&path)?.groups("kind")?;
    /// assert_eq!((labels.to_vec(), names), (vec![1, 0, 1], vec!["aster".into(), "rose".into()]));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn groups(&self, column: &str) -> Result<(Array1<usize>, Vec<String>)> {
        let [place] = self.places([column])?;
        if let Some(row) = self.rows.iter().find(|row| is_missing(&row.cells[place])) {
            return Err(self.at(row, place, value::MISSING));
        }
        let words = || self.rows.iter().map(|row| &row.cells[place]);
        let names: Vec<String> = words().collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let labels = words().map(|word| names.binary_search(word).expect("names has every word"));
        Ok((labels.collect(), names))
    }

    /// The table without the rows that lack a value in one of these columns: an empty cell, `NA`,
    /// `N/A`, `NaN`, `null`, `none`, `?` or `-`, in small letters or large.
    ///
    /// # Errors
    /// [`Error::Data`] for a column that is not there, and where no row would be left.
    pub fn without_missing<const D: usize>(&self, columns: [&str; D]) -> Result<Table> {
        let places = self.places(columns)?;
        let whole = |row: &&Row| !places.iter().any(|place| is_missing(&row.cells[*place]));
        let rows: Vec<Row> = self.rows.iter().filter(whole).cloned().collect();
        if rows.is_empty() {
            let problem = format!("every row lacks a value in one of {}", list(&columns));
            return Err(Error::data(&self.path, problem));
        }
        Ok(Table { rows, ..self.clone() })
    }

    fn places<const D: usize>(&self, columns: [&str; D]) -> Result<[usize; D]> {
        let mut places = [0; D];
        for (place, name) in places.iter_mut().zip(columns) {
            *place = self.columns.iter().position(|column| column == name).ok_or_else(|| {
                let problem = format!("has no column `{name}`: it has {}", list(&self.columns));
                Error::data(&self.path, problem)
            })?;
        }
        Ok(places)
    }

    fn at(&self, row: &Row, place: usize, problem: &str) -> Error {
        let (line, column) = (row.line, &self.columns[place]);
        Error::data(&self.path, format!("line {line}, column `{column}`: {problem}"))
    }
}

fn list(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    quoted.join(", ")
}
