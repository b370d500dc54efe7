//! The versions of one computation, each a step faster than the one before.

use super::{Outcome, Plan, Timing, host, timeit};
use crate::check::{Numeric, Tolerance, Values, agree};
use crate::{Error, Result};
use ndarray::ArrayD;

/// A table of versions: name, idea, time, and speed-up against the first.
///
/// A version enters only if its result agrees with the first one's, so a fast wrong answer never
/// stands in the table. Times are medians, which one slow run does not move. Pushing a name again
/// replaces its row, so a cell can be run twice.
///
/// ```
/// use lesson_lib::{show::Show, timing::{Ladder, Timing}};
/// let mut ladder = Ladder::new("1 + … + 1000", 1e-9).on("a quiet machine");
/// let (slow, fast) = (Timing::from_seconds([2e-6], 1)?, Timing::from_seconds([2.5e-9], 1)?);
/// ladder.push_timed("loop", "add one number after the other", 500_500.0, slow)?
///     .published("45 µs (Python)");
/// ladder.push_timed("formula", "n (n + 1) / 2", 500_500.0, fast)?;
/// assert_eq!(ladder.text(), "\
/// 1 + … + 1000, measured now on a quiet machine
/// version  idea                               time  speed-up  published
/// loop     add one number after the other  2.00 µs        1×  45 µs (Python)
/// formula  n (n + 1) / 2                   2.50 ns      800×");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Ladder {
    pub(super) title: String,
    pub(super) device: String,
    pub(super) rows: Vec<Row>,
    tolerance: f64,
    plan: Plan,
    reference: Option<Reference>,
}

/// The result that every version must give.
#[derive(Clone, Debug)]
struct Reference {
    name: String,
    values: ArrayD<f64>,
}

/// One version in a [`Ladder`].
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) name: String,
    pub(super) idea: String,
    pub(super) timing: Timing,
    pub(super) published: Option<String>,
    pub(super) device: Option<String>,
}

impl Row {
    /// Quotes a time that somebody published for this step, measured elsewhere.
    pub fn published(&mut self, time: &str) -> &mut Self {
        self.published = Some(time.into());
        self
    }

    /// Names the device of this row where it is another than the table's.
    pub fn on(&mut self, device: &str) -> &mut Self {
        self.device = Some(device.into());
        self
    }

    /// What was measured.
    pub fn timing(&self) -> &Timing {
        &self.timing
    }
}

impl Ladder {
    /// An empty table whose versions must agree within `tolerance`, as
    /// [`check::close`](crate::check::close) understands it.
    pub fn new(title: &str, tolerance: f64) -> Self {
        Self {
            title: title.into(),
            device: host(),
            rows: Vec::new(),
            tolerance,
            plan: Plan::new(),
            reference: None,
        }
    }

    /// Names the device that the times are measured on, in place of [`host`].
    pub fn on(self, device: &str) -> Self {
        Self { device: device.into(), ..self }
    }

    /// Sets how often each version is run.
    pub fn plan(self, plan: Plan) -> Self {
        Self { plan, ..self }
    }

    /// Checks what `work` returns against the first version, times it, and adds the row.
    ///
    /// # Errors
    /// [`Error::Check`] names both versions and where they differ; the error of `work` itself.
    ///
    /// ```
    /// use lesson_lib::{ndarray::array, timing::{Ladder, Plan}};
    /// let (a, b) = (array![1.0_f32, 2.0], array![0.5_f32, 0.25]);
    /// let mut ladder = Ladder::new("a · b", 1e-6).plan(Plan::new().seconds(0.01));
    /// ladder.push("sum", "elementwise product, then its sum", || (&a * &b).sum())?;
    /// ladder.push("dot", "in one pass", || a.dot(&b))?;
    /// let wrong = ladder.push("wrong", "a slip", || a.sum()).unwrap_err();
    /// assert_eq!(
    ///     wrong.to_string(),
    ///     "check failed: wrong: differs from “sum”: got 3.0, expected 1.0 (off by 2, allowed 1e-6)"
    /// );
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn push<T: Outcome>(
        &mut self,
        name: &str,
        idea: &str,
        mut work: impl FnMut() -> T,
    ) -> Result<&mut Row> {
        self.verify(name, &work().outcome()?)?;
        let timing = timeit(self.plan, work);
        Ok(self.place(name, idea, timing))
    }

    /// Adds a version that was timed elsewhere, such as a kernel timed by its device; its
    /// `result` is checked as in [`push`](Self::push).
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn push_timed(
        &mut self,
        name: &str,
        idea: &str,
        result: impl Outcome,
        timing: Timing,
    ) -> Result<&mut Row> {
        self.verify(name, &result.outcome()?)?;
        Ok(self.place(name, idea, timing))
    }

    /// The names with their median seconds, for a chart.
    pub fn rows(&self) -> Vec<(String, f64)> {
        self.rows.iter().map(|row| (row.name.clone(), row.timing.median())).collect()
    }

    /// Compares a version's result with the first one's; the first result becomes the reference.
    pub(super) fn verify<V: Values<Item: Numeric>>(
        &mut self,
        name: &str,
        result: &V,
    ) -> Result<()> {
        let tolerance = Tolerance::Within(self.tolerance).validated("Ladder")?;
        let Some(reference) = &self.reference else {
            self.reference = Some(Reference { name: name.into(), values: owned(result) });
            return Ok(());
        };
        let differs = |problem| format!("differs from “{}”: {problem}", reference.name);
        agree(result, &reference.values, tolerance)
            .map(drop)
            .map_err(|problem| Error::check(name, differs(problem)))
    }

    /// Puts a row at the end, or in the place of the row of that name.
    pub(super) fn place(&mut self, name: &str, idea: &str, timing: Timing) -> &mut Row {
        let (name, idea) = (name.to_owned(), idea.to_owned());
        let at = self.rows.iter().position(|row| row.name == name).unwrap_or(self.rows.len());
        let row = Row { name, idea, timing, published: None, device: None };
        self.rows.splice(at..self.rows.len().min(at + 1), [row]);
        &mut self.rows[at]
    }
}

fn owned<V: Values<Item: Numeric>>(values: &V) -> ArrayD<f64> {
    let numbers = values.values().map(Numeric::to_f64).collect();
    ArrayD::from_shape_vec(values.lengths(), numbers).expect("as many values as the lengths say")
}
