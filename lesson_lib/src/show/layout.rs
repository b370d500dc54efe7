//! Brackets, line breaks and dots around the numbers of an array.

use super::{PrintElement, PrintOptions, number::NumberFormat};
use crate::error::shape_text;
use ndarray::{ArrayRef, ArrayViewD, Axis, Dimension};

/// The text of `array` under the given options, whatever [`set_printoptions`] was told.
///
/// The layout is PyTorch's, without the word `tensor` and its parentheses; the element type and
/// the shape follow, on the same line where there is one line and room for both.
///
/// [`set_printoptions`]: super::set_printoptions
///
/// ```
/// use lesson_lib::{ndarray::Array, show::{PrintOptions, text_with}};
/// let steps = Array::range(0.0_f32, 2000.0, 0.5);
/// assert_eq!(
///     text_with(&steps, &PrintOptions::new().edgeitems(2).sci_mode(false)),
///     "[   0.0000,    0.5000,  ..., 1999.0000, 1999.5000]  f32 (4000,)"
/// );
/// ```
pub fn text_with<A: PrintElement, D: Dimension>(
    array: &ArrayRef<A, D>,
    options: &PrintOptions,
) -> String {
    A::array_text(array.view().into_dyn(), options)
}

/// [`text_with`] itself; see [`PrintElement::array_text`].
pub(super) fn array_text<A: PrintElement>(array: ArrayViewD<A>, options: &PrintOptions) -> String {
    let numbers = numbers_text(array.view(), options);
    let kind = format!("{} {}", A::DTYPE, shape_text(array.shape()));
    let one_line =
        !numbers.contains('\n') && numbers.chars().count() + 2 + kind.len() <= options.linewidth;
    format!("{numbers}{}{kind}", if one_line { "  " } else { "\n" })
}

fn numbers_text<A: PrintElement>(view: ArrayViewD<'_, A>, options: &PrintOptions) -> String {
    if view.is_empty() {
        return "[]".into();
    }
    let edge = (view.len() > options.threshold).then_some(options.edgeitems);
    let mut printed = Vec::new();
    collect_printed(view.clone(), edge, &mut printed);
    let format = NumberFormat::new(&printed, options);
    Printer { format, edge, linewidth: options.linewidth }.array(view, 0)
}

/// Collects, in order, the elements that will be printed: they alone decide the format.
fn collect_printed<'a, A>(view: ArrayViewD<'a, A>, edge: Option<usize>, printed: &mut Vec<&'a A>) {
    if view.ndim() == 0 {
        printed.extend(view);
        return;
    }
    for index in printed_indices(view.shape()[0], edge).into_iter().flatten() {
        collect_printed(view.clone().index_axis_move(Axis(0), index), edge, printed);
    }
}

/// The indices of an axis that are printed; `None` stands for the dots between the edges.
fn printed_indices(n: usize, edge: Option<usize>) -> Vec<Option<usize>> {
    match edge {
        Some(edge) if n > edge.saturating_mul(2) => {
            let head = (0..edge).map(Some);
            head.chain([None]).chain((n - edge..n).map(Some)).collect()
        }
        _ => (0..n).map(Some).collect(),
    }
}

struct Printer {
    format: NumberFormat,
    /// How many entries at each end of an axis are printed, where the array is cut.
    edge: Option<usize>,
    linewidth: usize,
}

impl Printer {
    fn array<A: PrintElement>(&self, view: ArrayViewD<'_, A>, indent: usize) -> String {
        match view.ndim() {
            0 => view.iter().map(|element| self.format.element(element)).collect(),
            1 => self.vector(view, indent),
            _ => self.stack(view, indent),
        }
    }

    /// One row: as many numbers on a line as fit.
    fn vector<A: PrintElement>(&self, view: ArrayViewD<'_, A>, indent: usize) -> String {
        let entries: Vec<String> = printed_indices(view.len(), self.edge)
            .into_iter()
            .map(|index| match index {
                Some(index) => self.format.element(&view[[index].as_slice()]),
                None if self.edge == Some(0) => "...".into(),
                None => " ...".into(),
            })
            .collect();
        let per_line = self.linewidth.saturating_sub(indent) / (self.format.width() + 2);
        let lines: Vec<String> =
            entries.chunks(per_line.max(1)).map(|line| line.join(", ")).collect();
        format!("[{}]", lines.join(&format!(",\n{}", " ".repeat(indent + 1))))
    }

    /// The sub-arrays along the first axis, one below the other.
    fn stack<A: PrintElement>(&self, view: ArrayViewD<'_, A>, indent: usize) -> String {
        let parts: Vec<String> = printed_indices(view.shape()[0], self.edge)
            .into_iter()
            .map(|index| match index {
                Some(index) => self.array(view.index_axis(Axis(0), index), indent + 1),
                None => "...".into(),
            })
            .collect();
        let line_breaks = "\n".repeat(view.ndim() - 1);
        let separator = format!(",{line_breaks}{}", " ".repeat(indent + 1));
        format!("[{}]", parts.join(&separator))
    }
}
