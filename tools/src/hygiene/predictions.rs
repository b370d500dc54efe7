//! The rule about predictions: each has a bet, and a later cell that reveals it.

use std::collections::BTreeMap;

use crate::{
    Error, Result,
    lesson::Role,
    notebook::{Cell, Notebook},
    prediction::{self, Bet},
};

pub(super) fn predictions_are_complete(notebook: &Notebook) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    let mut bets = BTreeMap::new();
    for cell in notebook.code_cells() {
        match cell.lesson()?.map(|lesson| lesson.role) {
            Some(Role::Bet) => problems.extend(of_bet(cell, &mut bets)),
            Some(Role::Reveal) => problems.extend(of_reveal(&cell, &mut bets)),
            _ => {}
        }
    }
    let open = bets.into_values().flatten();
    problems.extend(open.map(|bet| bet.error("no later cell reveals this bet")));
    Ok(problems)
}

/// The predictions so far, each with its bet until that is revealed.
type Bets<'a> = BTreeMap<String, Option<Cell<'a>>>;

fn of_bet<'a>(cell: Cell<'a>, bets: &mut Bets<'a>) -> Option<Error> {
    let source = cell.source();
    let Some(bet) = Bet::parse(&source) else {
        return Some(cell.error("a bet reads `predict::bet(\"02-name\", 'a')`, and nothing else"));
    };
    if bets.contains_key(bet.name) {
        return Some(cell.error(format!("another bet is on {}", bet.name)));
    }
    bets.insert(bet.name.into(), Some(cell));
    None
}

fn of_reveal(cell: &Cell<'_>, bets: &mut Bets<'_>) -> Option<Error> {
    let source = cell.source();
    let Some(name) = prediction::revealed(&source) else {
        return Some(cell.error("a reveal calls `predict::reveal(\"02-name\", …)`"));
    };
    if !cell.is_folded() {
        return Some(cell.error("the answers to a prediction are folded: `jupyter.source_hidden`"));
    }
    match bets.get_mut(name).and_then(Option::take) {
        Some(_) => None,
        None => Some(cell.error(format!("no bet on {name} stands before it"))),
    }
}
