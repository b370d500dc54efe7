//! Which earlier cells an exercise needs.

use std::collections::BTreeSet;

use super::names::Names;
use crate::{
    Result,
    lesson::Role,
    notebook::{Cell, Notebook},
    student,
};

/// The code cells of a notebook with their names.
pub(super) struct Needs<'a> {
    cells: Vec<(Cell<'a>, Names)>,
    /// The numbers of the cells that may not be asked for: the checks of exercises.
    checks: BTreeSet<usize>,
}

impl<'a> Needs<'a> {
    /// What the cells of `notebook` make and mention.
    ///
    /// # Errors
    /// When a cell's metadata is wrong or its text does not parse.
    pub fn of(notebook: &'a Notebook) -> Result<Self> {
        let mut cells = Vec::new();
        for cell in notebook.code_cells() {
            if cell.lesson()?.is_some_and(|lesson| lesson.role != Role::Instructor) {
                cells.push((cell, Names::of(&cell)?));
            }
        }
        Ok(Needs { cells, checks: student::checks_of_exercises(notebook)? })
    }

    /// The numbers of the cells that those of `wanted` need, directly or by way of others.
    pub fn by(&self, wanted: &[usize]) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = wanted.to_vec();
        while let Some(number) = open.pop() {
            for needed in self.directly(number) {
                if !wanted.contains(&needed) && found.insert(needed) {
                    open.push(needed);
                }
            }
        }
        found
    }

    /// The cells that cell `number` needs itself.
    fn directly(&self, number: usize) -> BTreeSet<usize> {
        let Some(end) = self.cells.iter().position(|(cell, _)| cell.number() == number) else {
            return BTreeSet::new();
        };
        let (earlier, names) = (&self.cells[..end], &self.cells[end].1);
        let mut needed = BTreeSet::new();
        let (mut variables, mut items) = (BTreeSet::new(), BTreeSet::new());
        for (k, (cell, made)) in earlier.iter().enumerate().rev() {
            if self.checks.contains(&cell.number()) {
                continue;
            }
            let variable =
                |name: &&String| names.mentions(name, false) && !variables.contains(*name);
            let new: Vec<&String> = made.variables.iter().filter(variable).collect();
            let item = |name: &&String| names.mentions(name, true) && !items.contains(*name);
            let new_items: Vec<&String> = made.items.iter().filter(item).collect();
            let extends = made.extended.iter().any(|name| names.mentions(name, true));
            if !new.is_empty() || !new_items.is_empty() || extends {
                needed.insert(cell.number());
            }
            for name in new.iter().filter(|name| made.mutable.contains(**name)) {
                let between = earlier[k + 1..].iter().filter(|(_, n)| n.mentions(name, false));
                needed.extend(between.map(|(cell, _)| cell.number()));
            }
            variables.extend(new);
            items.extend(new_items);
        }
        needed.retain(|number| !self.checks.contains(number));
        needed
    }
}
