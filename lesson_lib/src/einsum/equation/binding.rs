//! Gives every letter of an equation its size, from the shapes of the operands.

use super::errors;
use super::label::{Label, LabelSet, MAX_LABELS, Name};
use super::parse::{Equation, Subscript, Symbol, Term};
use crate::Result;

/// An equation together with shapes that fit it.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    /// The equation.
    pub(crate) equation: Equation,
    /// The name of each label.
    pub(crate) names: Vec<Name>,
    /// The size of each label.
    pub(crate) sizes: Vec<usize>,
    /// The label of each axis of each operand.
    pub(crate) operands: Vec<Vec<Label>>,
    /// The labels along which each operand varies: all its labels but those it broadcasts over.
    pub(crate) varying: Vec<LabelSet>,
    /// The label of each axis of the output.
    pub(crate) output: Vec<Label>,
}

impl Binding {
    /// Reads the equation in `text` and matches `shapes` with its terms; the axes of `...` align
    /// from the right.
    ///
    /// # Errors
    /// Text that is not an equation, another number of operands or axes than the equation names,
    /// or two sizes for one letter.
    pub(crate) fn new(text: &str, shapes: &[&[usize]]) -> Result<Self> {
        let equation = Equation::parse(text)?;
        let inputs = equation.inputs();
        if inputs.len() != shapes.len() {
            return Err(errors::operand_count(text, inputs.len(), shapes.len()));
        }
        let mut labels = Labels::new(ellipsis_rank(&equation, shapes)?);
        let operands: Vec<_> = inputs
            .iter()
            .zip(shapes)
            .map(|(term, shape)| labels.of_term(term, shape.len() - term.letter_count()))
            .collect();
        let output = labels.of_term(equation.output(), labels.ellipsis_rank);
        if labels.count > MAX_LABELS {
            return Err(errors::too_many_axes(text, shapes));
        }
        let (names, sizes, varying) = (labels.names(), vec![], vec![]);
        let mut binding = Binding { equation, names, sizes, operands, varying, output };
        binding.sizes = binding.find_sizes(text, shapes)?;
        binding.varying = binding.find_varying(shapes);
        Ok(binding)
    }

    /// What `label` is called.
    pub(crate) fn name(&self, label: Label) -> Name {
        self.names[label as usize]
    }

    /// The size of `label`.
    pub(crate) fn size(&self, label: Label) -> usize {
        self.sizes[label as usize]
    }

    /// The shape of the output.
    pub(crate) fn output_shape(&self) -> Vec<usize> {
        self.output.iter().map(|&label| self.size(label)).collect()
    }

    /// The labels that the output leaves out.
    pub(crate) fn summed(&self) -> impl Iterator<Item = Label> {
        let all = (0..self.names.len()).map(|label| label as Label);
        all.filter(|label| !self.output.contains(label))
    }

    /// The loops of the definition, one label each: the output's, then the summed ones.
    pub(crate) fn loops(&self) -> impl Iterator<Item = Label> {
        self.output.iter().copied().chain(self.summed())
    }

    fn find_varying(&self, shapes: &[&[usize]]) -> Vec<LabelSet> {
        let varies =
            |(&label, &size): (&Label, &usize)| (size == self.size(label)).then_some(label);
        let of_operand = |(labels, shape): (&Vec<Label>, &&[usize])| {
            labels.iter().zip(*shape).filter_map(varies).collect()
        };
        self.operands.iter().zip(shapes).map(of_operand).collect()
    }

    fn find_sizes(&self, text: &str, shapes: &[&[usize]]) -> Result<Vec<usize>> {
        let mut known = vec![(1, (0, 0)); self.names.len()];
        for (operand, labels) in self.operands.iter().enumerate() {
            self.check_diagonals(text, shapes, operand)?;
            for (axis, &label) in labels.iter().enumerate() {
                let (size, here) = (shapes[operand][axis], (operand, axis));
                match known[label as usize] {
                    (1, _) => known[label as usize] = (size, here),
                    (before, _) if size == 1 || size == before => {}
                    (_, earlier) => {
                        let name = self.name(label);
                        return Err(errors::size_mismatch(text, shapes, name, earlier, here));
                    }
                }
            }
        }
        Ok(known.into_iter().map(|(size, _)| size).collect())
    }

    /// A letter that is repeated in one operand must have the same size each time.
    fn check_diagonals(&self, text: &str, shapes: &[&[usize]], operand: usize) -> Result<()> {
        let (labels, shape) = (&self.operands[operand], shapes[operand]);
        for (axis, label) in labels.iter().enumerate() {
            let first = labels[..axis].iter().position(|earlier| earlier == label);
            if let Some(first) = first.filter(|&first| shape[first] != shape[axis]) {
                let name = self.name(*label);
                let (earlier, here) = ((operand, first), (operand, axis));
                return Err(errors::size_mismatch(text, shapes, name, earlier, here));
            }
        }
        Ok(())
    }
}

/// The largest number of axes that `...` stands for.
fn ellipsis_rank(equation: &Equation, shapes: &[&[usize]]) -> Result<usize> {
    let mut rank = 0;
    for (operand, (term, shape)) in equation.inputs().iter().zip(shapes).enumerate() {
        let (letters, ellipsis) = (term.letter_count(), term.has_ellipsis());
        let all_named = if ellipsis { letters <= shape.len() } else { letters == shape.len() };
        if !all_named {
            return Err(errors::axis_count(equation.text(), shapes, operand, letters, ellipsis));
        }
        rank = rank.max(shape.len() - letters);
    }
    Ok(rank)
}

/// Hands out labels: first the axes of `...`, then letters as they appear.
struct Labels {
    ellipsis_rank: usize,
    count: usize,
    of_letter: [Option<Label>; 128],
}

impl Labels {
    fn new(ellipsis_rank: usize) -> Self {
        Labels { ellipsis_rank, count: ellipsis_rank, of_letter: [None; 128] }
    }

    /// The labels of a term whose `...` stands for the last `rank` of the broadcast axes.
    fn of_term(&mut self, term: &Term, rank: usize) -> Vec<Label> {
        let mut labels = Vec::with_capacity(term.letter_count() + rank);
        for &Subscript { symbol, .. } in term.subscripts() {
            match symbol {
                Symbol::Letter(letter) => labels.push(self.of_letter(letter)),
                Symbol::Ellipsis => {
                    let axes = self.ellipsis_rank - rank..self.ellipsis_rank;
                    labels.extend(axes.map(|axis| axis as Label));
                }
            }
        }
        labels
    }

    fn of_letter(&mut self, letter: char) -> Label {
        *self.of_letter[letter as usize].get_or_insert_with(|| {
            self.count += 1;
            (self.count - 1) as Label
        })
    }

    fn names(&self) -> Vec<Name> {
        let mut names: Vec<Name> = (0..self.count).map(Name::Ellipsis).collect();
        for (letter, label) in (0_u8..).zip(&self.of_letter) {
            if let Some(label) = label {
                names[*label as usize] = Name::Letter(char::from(letter));
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(equation: &str, shapes: &[&[usize]]) -> Result<Binding> {
        Binding::new(equation, shapes)
    }

    #[test]
    fn letters_take_their_sizes_and_ones_broadcast() {
        let binding = binding("ij,jk->ki", &[&[2, 1], &[3, 4]]).unwrap();
        assert_eq!(binding.output_shape(), [4, 2]);
        assert_eq!(binding.sizes, [2, 3, 4]);
    }

    #[test]
    fn ellipsis_axes_align_from_the_right() {
        let binding = binding("...i,i...->...", &[&[5, 1, 3, 2], &[2, 4, 3]]).unwrap();
        assert_eq!(binding.output_shape(), [5, 4, 3]);
        assert_eq!(binding.operands[1], [3, 1, 2]);
        let names: Vec<String> = binding.names.iter().map(Name::to_string).collect();
        assert_eq!(names, ["e0", "e1", "e2", "i"]);
    }

    #[test]
    fn errors_name_operand_letter_and_sizes() {
        for (equation, shapes, expected) in [
            ("ij,jk", &[&[2, 3][..], &[4, 5]][..], "letter `j` is 3 in operand 0 (axis 1) and 4"),
            ("ii->i", &[&[2, 3]], "axis 0 of size 2 and axis 1 of size 3"),
            ("ii->i", &[&[1, 3]], "a diagonal needs equal sizes"),
            ("i,ii->i", &[&[3], &[3, 1]], "repeated in operand 1"),
            ("i->i", &[&[2, 3]], "operand 0 has 2 axes but 1 letter"),
            ("ij...->i", &[&[2]], "operand 0 has 1 axis but 2 letters"),
            ("i,j", &[&[2]], "names 2 operands, but 1 was given"),
            ("...", &[&[1; 129]], "at most 128"),
        ] {
            let message = binding(equation, shapes).unwrap_err().to_string();
            assert!(message.contains(expected), "{equation}: {message}");
        }
    }
}
