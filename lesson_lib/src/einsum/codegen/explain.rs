//! An equation written out as nested loops in Rust.

use crate::Result;
use crate::einsum::equation::{Binding, Label};
use crate::show::Show;
use std::fmt;

/// An equation as nested loops, ready to be printed; from [`explain()`].
#[derive(Clone, Debug)]
pub struct Explanation {
    shapes: Vec<Vec<usize>>,
    binding: Binding,
}

/// Writes `equation` out as nested loops over arrays of the given shapes: one loop per letter,
/// the summed letters innermost. The text is Rust that computes the result, for operands `x0`,
/// `x1`, …
///
/// ```
/// use lesson_lib::einsum::explain;
/// let loops = explain("ik,kj->ij", &[[5, 784], [784, 10]])?;
/// assert_eq!(loops.to_string(), "\
/// // ik,kj->ij with x0: (5, 784), x1: (784, 10)
/// let mut out = Array::zeros([5, 10]);
/// for i in 0..5 {
///     for j in 0..10 {
///         for k in 0..784 { // k is not in the output: summed
///             out[[i, j]] += x0[[i, k]] * x1[[k, j]];
///         }
///     }
/// }");
/// # Ok::<(), lesson_lib::Error>(())
/// ```
///
/// # Errors
/// As [`einsum`](crate::einsum::einsum()).
pub fn explain<S: AsRef<[usize]>>(equation: &str, shapes: &[S]) -> Result<Explanation> {
    let shapes: Vec<&[usize]> = shapes.iter().map(S::as_ref).collect();
    let binding = Binding::new(equation, &shapes)?;
    let shapes = shapes.into_iter().map(<[usize]>::to_vec).collect();
    Ok(Explanation { shapes, binding })
}

impl Explanation {
    fn index(&self, labels: &[Label], shape: &[usize]) -> String {
        let one = |(&label, &size): (&Label, &usize)| {
            if size == 1 { "0".to_owned() } else { self.binding.name(label).to_string() }
        };
        let indices: Vec<String> = labels.iter().zip(shape).map(one).collect();
        format!("[[{}]]", indices.join(", "))
    }

    fn product(&self) -> String {
        let operands = self.binding.operands.iter().zip(&self.shapes).enumerate();
        let factor = |(i, (labels, shape)): (usize, (&Vec<Label>, &Vec<usize>))| {
            format!("x{i}{}", self.index(labels, shape))
        };
        operands.map(factor).collect::<Vec<_>>().join(" * ")
    }

    fn write_header(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operands = self.shapes.iter().enumerate();
        let operands: Vec<String> = operands
            .map(|(i, shape)| format!("x{i}: {}", crate::error::shape_text(shape)))
            .collect();
        writeln!(f, "// {} with {}", self.binding.equation.text().trim(), operands.join(", "))?;
        writeln!(f, "let mut out = Array::zeros({:?});", self.binding.output_shape())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_header(f)?;
        let binding = &self.binding;
        for (depth, label) in binding.loops().enumerate() {
            let (name, size) = (binding.name(label), binding.size(label));
            write!(f, "{:1$}for {name} in 0..{size} {{", "", 4 * depth)?;
            if !binding.output.contains(&label) {
                write!(f, " // {name} is not in the output: summed")?;
            }
            writeln!(f)?;
        }
        let depth = binding.loops().count();
        let out = self.index(&binding.output, &binding.output_shape());
        let assign = if binding.summed().next().is_some() { "+=" } else { "=" };
        write!(f, "{:1$}out{out} {assign} {2};", "", 4 * depth, self.product())?;
        (0..depth).rev().try_for_each(|depth| write!(f, "\n{:1$}}}", "", 4 * depth))
    }
}

impl Show for Explanation {
    fn text(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(equation: &str, shapes: &[&[usize]]) -> String {
        explain(equation, shapes).unwrap().to_string()
    }

    #[test]
    fn no_sum_assigns() {
        let text = text("i,j->ij", &[&[2], &[3]]);
        assert!(text.contains("out[[i, j]] = x0[[i]] * x1[[j]];"), "{text}");
        assert!(!text.contains("summed"));
    }

    #[test]
    fn a_broadcast_axis_is_read_at_zero() {
        let text = text("ij,ij->i", &[&[4, 1], &[1, 3]]);
        assert!(text.contains("out[[i]] += x0[[i, 0]] * x1[[0, j]];"), "{text}");
    }

    #[test]
    fn ellipsis_axes_are_named() {
        let text = text("...i->...", &[&[2, 3, 4]]);
        assert!(text.contains("for e1 in 0..3 {"), "{text}");
        assert!(text.contains("out[[e0, e1]] += x0[[e0, e1, i]];"), "{text}");
    }

    #[test]
    fn no_axes_no_loops() {
        let text = text(",->", &[&[], &[]]);
        assert!(text.ends_with("let mut out = Array::zeros([]);\nout[[]] = x0[[]] * x1[[]];"));
    }
}
