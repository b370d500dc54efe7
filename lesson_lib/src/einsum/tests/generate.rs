//! Random equations with operands of every kind of memory layout.
//!
//! A case is drawn as plain lists of choices, each of which means something whatever the others
//! are: so a case that fails shrinks to one with fewer operands, letters and peculiarities.

use crate::random::Generator;
use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use std::fmt;

/// Letters from which equations are made: small, or with a capital in each place.
const LETTERS: [[char; 2]; 5] = [['a', 'V'], ['b', 'W'], ['c', 'X'], ['d', 'Y'], ['e', 'Z']];

/// The most axes that `...` stands for.
const ELLIPSIS_AXES: usize = 2;

/// An equation and operands that fit it. The elements are small whole numbers, so that every
/// number type and every order of summation gives the same result exactly.
pub(super) struct Case {
    pub(super) equation: String,
    pub(super) operands: Vec<Layout>,
}

/// An array and the way to look at it.
pub(super) struct Layout {
    pub(super) base: ArrayD<f64>,
    axes: Vec<AxisLayout>,
    order: Vec<usize>,
    pub(super) shape: Vec<usize>,
}

/// How one axis of the base is seen.
#[derive(Clone, Copy, Debug, Default)]
struct AxisLayout {
    /// From its end.
    reversed: bool,
    /// Every second element.
    skipping: bool,
    /// One element, again and again.
    repeated: bool,
}

/// The choices for one operand's memory.
#[derive(Clone, Debug)]
struct Memory {
    axes: Vec<AxisLayout>,
    /// For each axis, how far before it lies the one that it changes places with.
    swaps: Vec<usize>,
    /// What the elements are drawn with.
    seed: u64,
}

/// The choices for one operand's term.
#[derive(Clone, Debug)]
struct TermChoice {
    /// Letters by number, and whether the axis has size 1 instead of the letter's.
    letters: Vec<(Index, bool)>,
    ellipsis: Option<EllipsisChoice>,
    memory: Memory,
}

/// Where `...` stands in a term, and how many axes it stands for.
#[derive(Clone, Debug)]
struct EllipsisChoice {
    place: Index,
    rank: Index,
    ones: [bool; ELLIPSIS_AXES],
}

/// The choices for the output: which letters of the operands, and where `...` stands.
#[derive(Clone, Debug)]
struct OutputChoice {
    letters: Vec<Index>,
    ellipsis: Option<Index>,
}

/// The sizes and names that all terms share.
#[derive(Clone, Debug)]
struct Alphabet {
    sizes: Vec<usize>,
    capitals: [bool; LETTERS.len()],
    ellipsis: Vec<usize>,
}

pub(super) fn case() -> impl Strategy<Value = Case> {
    let terms = prop_oneof![9 => vec(term(), 1..=3), 1 => vec(term(), 1..=6)];
    let output = proptest::option::weighted(0.75, output());
    let spaces = vec(any::<Index>(), 0..3);
    (alphabet(), terms, output, spaces).prop_map(|(alphabet, terms, output, spaces)| {
        let (texts, operands): (Vec<String>, Vec<Layout>) =
            terms.into_iter().map(|term| alphabet.operand(term)).unzip();
        let output = output.map_or(String::new(), |output| output.text(&texts));
        Case { equation: spaced(texts.join(",") + &output, &spaces), operands }
    })
}

fn alphabet() -> impl Strategy<Value = Alphabet> {
    let size = || prop_oneof![34 => 2..=4_usize, 4 => Just(1), 1 => Just(9), 1 => Just(0)];
    let sizes = vec(size(), 1..=LETTERS.len());
    (sizes, any::<[bool; LETTERS.len()]>(), vec(size(), 0..=ELLIPSIS_AXES))
        .prop_map(|(sizes, capitals, ellipsis)| Alphabet { sizes, capitals, ellipsis })
}

fn term() -> impl Strategy<Value = TermChoice> {
    let letters = vec((any::<Index>(), seldom(0.15)), 0..5);
    let ones = [seldom(0.2), seldom(0.2)];
    let ellipsis = (any::<Index>(), any::<Index>(), ones)
        .prop_map(|(place, rank, ones)| EllipsisChoice { place, rank, ones });
    (letters, proptest::option::weighted(0.25, ellipsis), memory(4 + ELLIPSIS_AXES))
        .prop_map(|(letters, ellipsis, memory)| TermChoice { letters, ellipsis, memory })
}

fn output() -> impl Strategy<Value = OutputChoice> {
    let ellipsis = proptest::option::weighted(0.8, any::<Index>());
    (vec(any::<Index>(), 0..5), ellipsis)
        .prop_map(|(letters, ellipsis)| OutputChoice { letters, ellipsis })
}

fn seldom(probability: f64) -> impl Strategy<Value = bool> + Copy {
    proptest::bool::weighted(probability)
}

fn memory(rank: usize) -> impl Strategy<Value = Memory> {
    let axis = (seldom(0.25), seldom(0.15), seldom(0.1))
        .prop_map(|(reversed, skipping, repeated)| AxisLayout { reversed, skipping, repeated });
    let plain = (Just(vec![AxisLayout::default(); rank]), Just(vec![0; rank]));
    let other = (vec(axis, rank), vec(0..=rank, rank));
    (prop_oneof![2 => plain, 3 => other], any::<u64>()).prop_map(|((axes, swaps), seed)| Memory {
        axes,
        swaps,
        seed,
    })
}

/// An array seen with `shape`: contiguous, permuted, backwards, with gaps, or repeated.
pub(super) fn layout(shape: &[usize]) -> impl Strategy<Value = Layout> {
    let shape = shape.to_vec();
    memory(shape.len()).prop_map(move |memory| Layout::new(memory, shape.clone()))
}

impl Alphabet {
    /// The text of a term and an operand that fits it.
    fn operand(&self, term: TermChoice) -> (String, Layout) {
        let letters: Vec<(usize, bool)> =
            term.letters.iter().map(|(index, one)| (index.index(self.sizes.len()), *one)).collect();
        let (mut text, mut shape) = (String::new(), Vec::new());
        let dots = term.ellipsis.as_ref().map(|dots| dots.place.index(letters.len() + 1));
        for place in 0..=letters.len() {
            if let Some(dots) = term.ellipsis.as_ref().filter(|_| dots == Some(place)) {
                text += "...";
                let first = self.ellipsis.len() - dots.rank.index(self.ellipsis.len() + 1);
                let axes = self.ellipsis[first..].iter().zip(&dots.ones);
                shape.extend(axes.map(|(&size, &one)| if one { 1 } else { size }));
            }
            let Some(&(letter, one)) = letters.get(place) else { break };
            // A diagonal has one size.
            let alone = letters.iter().filter(|(other, _)| *other == letter).count() == 1;
            text.push(LETTERS[letter][usize::from(self.capitals[letter])]);
            shape.push(if one && alone { 1 } else { self.sizes[letter] });
        }
        (text, Layout::new(term.memory, shape))
    }
}

impl OutputChoice {
    fn text(&self, terms: &[String]) -> String {
        let mut letters: Vec<char> = terms.concat().replace('.', "").chars().collect();
        letters.sort_unstable();
        letters.dedup();
        let mut output = String::new();
        for index in &self.letters {
            if !letters.is_empty() {
                output.push(letters.remove(index.index(letters.len())));
            }
        }
        if let Some(place) = self.ellipsis.filter(|_| terms.iter().any(|term| term.contains('.'))) {
            output.insert_str(place.index(output.len() + 1), "...");
        }
        format!("->{output}")
    }
}

/// Puts spaces where they mean nothing.
fn spaced(mut equation: String, places: &[Index]) -> String {
    for place in places {
        let place = place.index(equation.len() + 1);
        if !equation[place..].starts_with(['>', '.']) {
            equation.insert(place, ' ');
        }
    }
    equation
}

impl Layout {
    fn new(memory: Memory, shape: Vec<usize>) -> Self {
        let rank = shape.len();
        let axes = memory.axes[..rank].to_vec();
        let mut order: Vec<usize> = (0..rank).collect();
        for axis in (1..rank).rev() {
            order.swap(axis, axis - memory.swaps[axis] % (axis + 1));
        }
        // Axis `order[i]` of the base becomes axis `i` of the view.
        let mut sizes = vec![0; rank];
        for (&axis, &size) in order.iter().zip(&shape) {
            let size = if axes[axis].repeated { size.min(1) } else { size };
            sizes[axis] = if axes[axis].skipping { (2 * size).saturating_sub(1) } else { size };
        }
        let elements = Generator::new(memory.seed).randint(-2, 3, IxDyn(&sizes));
        let base = elements.expect("a range of numbers").mapv(|x| x as f64);
        Layout { base, axes, order, shape }
    }

    /// The view of an array made from the base; it still has to be broadcast to `shape`.
    pub(super) fn arrange<'a, A>(&self, base: &'a ArrayD<A>) -> ArrayViewD<'a, A> {
        let mut view = base.view();
        for (axis, layout) in self.axes.iter().enumerate() {
            if layout.skipping {
                view.slice_axis_inplace(Axis(axis), Slice::new(0, None, 2));
            }
            if layout.reversed {
                view.invert_axis(Axis(axis));
            }
        }
        view.permuted_axes(self.order.as_slice())
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" with {:?}", self.equation, self.operands)
    }
}

/// The shape, and the strides that say how it lies in memory.
impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let view = self.arrange(&self.base);
        let view = view.broadcast(self.shape.as_slice()).ok_or(fmt::Error)?;
        write!(f, "shape {:?}, strides {:?}", view.shape(), view.strides())
    }
}
