//! What a notebook wrote, cell by cell.

/// Precedes every mark; no text that a cell prints contains it.
pub(super) const MARK: char = '\u{1e}';

/// How the process of a notebook ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With exit code 0.
    Success,
    /// With another exit code, or by a signal: the text says which.
    Failure(String),
    /// It was stopped after this many seconds.
    Timeout(u64),
}

/// One run of a notebook.
#[derive(Clone, Debug)]
pub struct Record {
    /// The cells that began, in order.
    pub cells: Vec<Trace>,
    /// How the process ended.
    pub ending: Ending,
    /// Wall time.
    pub seconds: f64,
}

/// What is known of a cell that began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The cell's number.
    pub number: usize,
    /// What it printed.
    pub stdout: String,
    /// What it wrote on the error stream.
    pub stderr: String,
    /// Whether it came to its end.
    pub ended: bool,
    /// Whether it failed in an attempt, so that the notebook went on.
    pub failed: bool,
}

impl Record {
    /// Puts together what came on the two streams.
    pub fn new(stdout: &str, stderr: &str, ending: Ending, seconds: f64) -> Self {
        let mut cells = traces(stdout, |trace, text| trace.stdout.push_str(text));
        for error in traces(stderr, |trace, text| trace.stderr.push_str(text)) {
            match cells.iter_mut().find(|cell| cell.number == error.number) {
                Some(cell) => cell.stderr.push_str(&error.stderr),
                None => cells.push(error),
            }
        }
        Record { cells, ending, seconds }
    }
}

/// Cuts the text of a stream at its marks. Text after the end of a cell (a thread that is still
/// running) counts for that cell; text before the first cell for number 0.
fn traces(text: &str, keep: impl Fn(&mut Trace, &str)) -> Vec<Trace> {
    let mut pieces = text.split(MARK);
    let mut cells = Vec::new();
    let head = pieces.next().unwrap_or_default();
    if !head.is_empty() {
        cells.push(Trace { ended: true, ..Trace::default() });
        keep(&mut cells[0], head);
    }
    for piece in pieces {
        let (mark, text) = piece.split_once('\n').unwrap_or((piece, ""));
        apply(mark, &mut cells);
        if let Some(cell) = cells.last_mut() {
            keep(cell, text);
        }
    }
    cells
}

fn apply(mark: &str, cells: &mut Vec<Trace>) {
    let (event, number) = mark.split_once(' ').unwrap_or((mark, ""));
    let number = number.parse().unwrap_or_default();
    match (event, cells.last_mut()) {
        ("begin", _) => cells.push(Trace { number, ..Trace::default() }),
        ("end", Some(cell)) => cell.ended = true,
        ("failed", Some(cell)) => cell.failed = true,
        _ => {}
    }
}
