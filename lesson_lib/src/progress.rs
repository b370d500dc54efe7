//! How far a long cell has come.
//!
//! The kernel shows whole lines, and no line can be taken back. So there are few: the first after
//! two seconds, each later one after twice the time, and one at the end that is always the same.
//! In a terminal, one line is rewritten.

use crate::show::print_line;
use crate::text::{count, rough_seconds};
use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// When a notebook says something for the first time.
const FIRST_LINE: Duration = Duration::from_secs(2);
/// How often a terminal's line is written.
const REFRESH: Duration = Duration::from_millis(100);
/// The time to a line that never comes.
const NEVER: Duration = Duration::from_secs(u32::MAX as u64);
/// Characters.
const BAR_WIDTH: usize = 20;

/// Iterates over `items` and shows how far it has come; `what` names the items.
///
/// `items` is anything that can be iterated over, or a number n, which means 0, 1, … n − 1. While
/// a cell runs, lines tell the share that is done and how long the rest will take; where the
/// output is neither a notebook nor a terminal, or `LESSON_PROGRESS=0` is set, only the last line
/// is printed. It is the same in every run, so that a notebook's output stays as it is.
///
/// ```
/// use lesson_lib::{progress::progress, show::{self, Output}};
/// let (sum, shown) = show::capture(|| progress(0..300, "runs").sum::<i32>());
/// assert_eq!(sum, 44_850);
/// assert_eq!(shown, [Output::Line("runs: 300 done".into())]);
/// for run in progress(3_usize, "runs") {
///     assert!(run < 3);
/// }
/// ```
pub fn progress<K, I: Countable<K>>(items: I, what: impl Into<String>) -> Progress<I::Items> {
    let items = items.items();
    let total = match items.size_hint() {
        (low, Some(high)) if low == high => Some(high),
        _ => None,
    };
    let report =
        Report { what: what.into(), total, started: Instant::now(), destination: destination() };
    let next = report.started + report.pause();
    Progress { items, done: 0, next, report }
}

/// What [`progress`] can follow: whatever iterates, and numbers. `K` tells the two apart.
pub trait Countable<K> {
    /// The iterator behind it.
    type Items: Iterator;

    /// Begins to iterate.
    fn items(self) -> Self::Items;
}

/// Marks a [`Countable`] that iterates by itself.
pub struct ByItems;

/// Marks a [`Countable`] that is a number.
pub struct ByCount;

impl<I: IntoIterator> Countable<ByItems> for I {
    type Items = I::IntoIter;

    fn items(self) -> I::IntoIter {
        self.into_iter()
    }
}

impl Countable<ByCount> for usize {
    type Items = std::ops::Range<usize>;

    fn items(self) -> Self::Items {
        0..self
    }
}

/// The iterator that [`progress`] makes.
pub struct Progress<I> {
    items: I,
    done: usize,
    /// When the next line is due.
    next: Instant,
    report: Report,
}

/// Where the lines go.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Destination {
    Notebook,
    Terminal,
    Elsewhere,
}

/// What is said, and where.
struct Report {
    what: String,
    total: Option<usize>,
    started: Instant,
    destination: Destination,
}

impl<I: Iterator> Iterator for Progress<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let now = Instant::now();
        if now >= self.next && self.done > 0 {
            self.report.running(self.done);
            self.next = now + self.report.pause();
        }
        let item = self.items.next()?;
        self.done += 1;
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<I: ExactSizeIterator> ExactSizeIterator for Progress<I> {}

impl<I> Drop for Progress<I> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.report.end(self.done);
        }
    }
}

impl Report {
    /// The time until the next line.
    fn pause(&self) -> Duration {
        match self.destination {
            Destination::Notebook => FIRST_LINE.max(self.started.elapsed()),
            Destination::Terminal => REFRESH,
            Destination::Elsewhere => NEVER,
        }
    }

    fn running(&self, done: usize) {
        let line = line(&self.what, done, self.total, self.started.elapsed());
        match self.destination {
            Destination::Notebook => print_line(&line),
            // `\x1b[K` removes what a longer line has left.
            Destination::Terminal => print_now(&format!("\r{line}\x1b[K")),
            Destination::Elsewhere => {}
        }
    }

    fn end(&self, done: usize) {
        if self.destination == Destination::Terminal {
            print_now("\r\x1b[K");
        }
        let stopped = self.total.filter(|total| done < *total);
        print_line(&match stopped {
            Some(total) => {
                format!("{}: stopped after {} of {}", self.what, count(done), count(total))
            }
            None => format!("{}: {} done", self.what, count(done)),
        });
    }
}

fn print_now(text: &str) {
    let mut output = io::stdout();
    // Losing a line of progress does no harm.
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

fn destination() -> Destination {
    if env::var_os("LESSON_PROGRESS").is_some_and(|value| value == "0") {
        Destination::Elsewhere
    } else if env::var_os("EVCXR_IS_RUNTIME").is_some() {
        Destination::Notebook
    } else if io::stdout().is_terminal() && !cfg!(test) {
        Destination::Terminal
    } else {
        Destination::Elsewhere
    }
}

/// `runs: ██████              30 %, 90 of 300, about 5 s to go`.
fn line(what: &str, done: usize, total: Option<usize>, elapsed: Duration) -> String {
    let counted = count(done);
    let Some(total) = total.filter(|total| *total > 0) else {
        return format!("{what}: {counted} done in {}", rough_seconds(elapsed.as_secs_f64()));
    };
    let share = done.min(total) as f64 / total as f64;
    let full = (share * BAR_WIDTH as f64).round() as usize;
    let bar = "█".repeat(full) + &"░".repeat(BAR_WIDTH - full);
    let rest = elapsed.as_secs_f64() * (1.0 / share - 1.0);
    let percent = (share * 100.0).floor();
    let (total, rest) = (count(total), rough_seconds(rest));
    format!("{what}: {bar} {percent} %, {counted} of {total}, about {rest} to go")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::{self, Output};

    fn printed(f: impl FnOnce()) -> Vec<Output> {
        show::capture(f).1
    }

    fn one_line(text: &str) -> Vec<Output> {
        vec![Output::Line(text.into())]
    }

    #[test]
    fn all_items_come_in_their_order() {
        let items: Vec<char> = progress("abc".chars(), "letters").collect();
        assert_eq!(items, ['a', 'b', 'c']);
        assert_eq!(progress(vec![1, 2], "numbers").len(), 2);
        assert_eq!(progress(4_usize, "runs").last(), Some(3));
    }

    #[test]
    fn the_last_line_tells_what_was_done() {
        assert_eq!(printed(|| progress(0..3, "runs").for_each(drop)), one_line("runs: 3 done"));
        assert_eq!(printed(|| drop(progress(0..0, "runs"))), one_line("runs: 0 done"));
        assert_eq!(
            printed(|| progress(0..1500, "runs").for_each(drop)),
            one_line("runs: 1 500 done")
        );
        let stopped = printed(|| {
            progress(0..9, "runs").find(|run| *run == 3);
        });
        assert_eq!(stopped, one_line("runs: stopped after 4 of 9"));
        let endless = printed(|| progress(1.., "runs").take(2).for_each(drop));
        assert_eq!(endless, one_line("runs: 2 done"));
    }

    #[test]
    fn a_notebook_gets_lines_at_growing_distances() {
        let started = Instant::now() - Duration::from_secs(30);
        let report = Report {
            what: "runs".into(),
            total: Some(9),
            started,
            destination: Destination::Notebook,
        };
        assert!(report.pause() >= Duration::from_secs(30));
        let young = Report { started: Instant::now(), ..report };
        assert_eq!(young.pause(), FIRST_LINE);
    }

    #[test]
    fn a_line_tells_share_and_rest() {
        let (five, hour) = (Duration::from_secs(5), Duration::from_secs(3600));
        assert_eq!(
            line("runs", 75, Some(300), five),
            "runs: █████░░░░░░░░░░░░░░░ 25 %, 75 of 300, about 15 s to go"
        );
        assert!(line("runs", 1, Some(2), hour).ends_with("about 60 min to go"));
        assert_eq!(line("tries", 12, None, five), "tries: 12 done in 5 s");
        assert!(line("runs", 2500, Some(10_000), five).contains("2 500 of 10 000"));
    }
}
