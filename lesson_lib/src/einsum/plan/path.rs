//! The order of contractions as a table, with the work of each step.

use super::contraction::{Contraction, Method, Roles, contractions};
use super::order::Strategy;
use crate::Result;
use crate::einsum::equation::{Binding, Label, LabelSet};
use crate::show::Show;
use crate::text::whole;
use std::fmt;

/// The order in which an einsum contracts its operands, ready to be printed; from [`path()`].
#[derive(Clone, Debug)]
pub struct Path {
    equation: String,
    /// The contractions in order.
    pub steps: Vec<PathStep>,
    /// The multiplications of one loop nest over all letters, without intermediate results.
    pub naive_multiplications: f64,
}

/// One contraction of two arrays: operands are called `x0`, `x1`, …, results `t0`, `t1`, …
#[derive(Clone, Debug)]
pub struct PathStep {
    /// What is done, such as `t0 = x0, x1`.
    pub arrays: String,
    /// The equation of this step alone.
    pub equation: String,
    /// `product`, `dots` or `matrix product`.
    pub method: &'static str,
    /// The turns of the loops over all its letters.
    pub multiplications: f64,
    /// The size of its result.
    pub elements: f64,
}

/// How [`einsum`](crate::einsum::einsum()) would contract operands of the given shapes.
///
/// ```
/// use lesson_lib::einsum::path;
/// let path = path("ab,bc,cd->ad", &[[10, 100], [100, 5], [5, 50]])?;
/// assert_eq!(path.multiplications(), 7500.0);
/// assert_eq!(path.naive_multiplications, 500000.0);
/// assert_eq!(path.steps[0].equation, "ab,bc->ac");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
///
/// # Errors
/// As [`einsum`](crate::einsum::einsum()).
pub fn path<S: AsRef<[usize]>>(equation: &str, shapes: &[S]) -> Result<Path> {
    path_with(Strategy::Auto, equation, shapes)
}

/// [`path()`] for a chosen [`Strategy`].
///
/// # Errors
/// As [`einsum`](crate::einsum::einsum()).
pub fn path_with<S: AsRef<[usize]>>(
    strategy: Strategy,
    equation: &str,
    shapes: &[S],
) -> Result<Path> {
    let shapes: Vec<&[usize]> = shapes.iter().map(S::as_ref).collect();
    let binding = Binding::new(equation, &shapes)?;
    let all: LabelSet = (0..binding.sizes.len()).map(|label| label as Label).collect();
    let factors = binding.operands.len() as f64 - 1.0;
    Ok(Path {
        equation: equation.trim().to_owned(),
        steps: describe(&binding, &contractions(&binding, strategy)),
        naive_multiplications: all.volume(&binding.sizes) * factors,
    })
}

impl Path {
    /// The multiplications of all steps.
    pub fn multiplications(&self) -> f64 {
        self.steps.iter().map(|step| step.multiplications).sum()
    }

    /// The size of the largest result of a step, the output included.
    pub fn largest(&self) -> f64 {
        self.steps.iter().map(|step| step.elements).fold(0.0, f64::max)
    }
}

fn describe(binding: &Binding, steps: &[Contraction]) -> Vec<PathStep> {
    let sets = binding.varying.iter().copied();
    let mut arrays: Vec<(Vec<Label>, LabelSet)> =
        binding.operands.iter().cloned().zip(sets).collect();
    let mut described = Vec::with_capacity(steps.len());
    for step in steps {
        described.push(describe_step(binding, &arrays, step, described.len()));
        arrays.push((step.result.clone(), step.result.iter().copied().collect()));
    }
    described
}

fn describe_step(
    binding: &Binding,
    arrays: &[(Vec<Label>, LabelSet)],
    step: &Contraction,
    number: usize,
) -> PathStep {
    let sizes = &binding.sizes;
    let ((left, left_set), (right, right_set)) = (&arrays[step.left], &arrays[step.right]);
    let result: LabelSet = step.result.iter().copied().collect();
    let roles = Roles::new(*left_set, *right_set, result);
    let letters = |labels: &[Label]| -> String {
        labels.iter().map(|&label| binding.name(label).to_string()).collect()
    };
    let name = |array| operand_name(array, binding.operands.len());
    PathStep {
        arrays: format!("t{number} = {}, {}", name(step.left), name(step.right)),
        equation: format!("{},{}->{}", letters(left), letters(right), letters(&step.result)),
        method: method_text(roles.method(sizes)),
        multiplications: ((*left_set | *right_set) - roles.lone).volume(sizes),
        elements: result.volume(sizes),
    }
}

fn operand_name(array: usize, operands: usize) -> String {
    if array < operands { format!("x{array}") } else { format!("t{}", array - operands) }
}

fn method_text(method: Method) -> &'static str {
    match method {
        Method::Product => "product",
        Method::Dots => "dots",
        Method::MatrixProduct => "matrix product",
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "einsum \"{}\"", self.equation)?;
        if self.steps.is_empty() {
            return write!(f, "one operand: nothing to multiply");
        }
        let width = |text: fn(&PathStep) -> &str| {
            self.steps.iter().map(|step| text(step).len()).max().unwrap_or(0).max("equation".len())
        };
        let (arrays, equation) = (width(|step| &step.arrays), width(|step| &step.equation));
        writeln!(
            f,
            "{:arrays$}  {:equation$}  {:14}  {:>15}  {:>10}",
            "step", "equation", "method", "multiplications", "elements"
        )?;
        for step in &self.steps {
            writeln!(
                f,
                "{:arrays$}  {:equation$}  {:14}  {:>15}  {:>10}",
                step.arrays,
                step.equation,
                step.method,
                number(step.multiplications),
                number(step.elements)
            )?;
        }
        let (work, naive) = (self.multiplications(), self.naive_multiplications);
        write!(f, "multiplications: {}, all loops at once: {}", number(work), number(naive))
    }
}

/// A whole number with spaces between thousands, or a power of ten where it is long.
fn number(value: f64) -> String {
    if value >= 1e12 {
        return format!("{value:.2e}");
    }
    whole(value)
}

impl Show for Path {
    fn text(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_step() {
        let path = path("ij,jj,jl->il", &[[2, 3], [3, 3], [3, 4000]]).unwrap();
        let text = path.to_string();
        assert_eq!(text.lines().count(), 2 + path.steps.len() + 1, "{text}");
        assert!(text.contains("matrix product") && text.contains("product "), "{text}");
        assert!(text.contains("24 000"), "{text}");
    }

    #[test]
    fn one_operand_has_no_steps() {
        let path = path("ii->", &[[3, 3]]).unwrap();
        assert_eq!((path.multiplications(), path.naive_multiplications), (0.0, 0.0));
        assert!(path.to_string().ends_with("nothing to multiply"));
    }

    #[test]
    fn the_strategy_decides_the_order() {
        let shapes = [&[100, 100][..], &[100, 100], &[100]];
        let work = |strategy| path_with(strategy, "ab,bc,c->a", &shapes).unwrap().multiplications();
        assert_eq!(work(Strategy::LeftToRight), 1.01e6);
        assert_eq!(work(Strategy::Optimal), 2e4);
    }
}
