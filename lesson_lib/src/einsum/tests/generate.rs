//! Random equations with operands of every kind of memory layout.

use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use std::time::{SystemTime, UNIX_EPOCH};

/// SplitMix64: small, and good enough to draw test cases.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// A seed nobody has seen; tests print it when they fail.
    pub(super) fn fresh_seed() -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A whole number in `0..n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// An equation and operands that fit it. The elements are small whole numbers, so that every
/// element type and every order of summation gives the same result exactly.
pub(super) struct Case {
    pub(super) equation: String,
    pub(super) operands: Vec<Layout>,
}

/// An array and the way to look at it.
pub(super) struct Layout {
    pub(super) base: ArrayD<f64>,
    turned: Vec<bool>,
    skipping: Vec<bool>,
    order: Vec<usize>,
    pub(super) shape: Vec<usize>,
}

pub(super) fn case(random: &mut Random) -> Case {
    let letters = random_letters(random);
    let sizes: Vec<usize> = letters.iter().map(|_| random_size(random)).collect();
    let ellipsis: Vec<usize> = (0..random.below(3)).map(|_| random_size(random)).collect();
    let most = if random.chance(10) { 6 } else { 3 };
    let count = 1 + random.below(most);
    let mut terms = Vec::new();
    let mut operands = Vec::new();
    for _ in 0..count {
        let picked: Vec<usize> =
            (0..random.below(5)).map(|_| random.below(letters.len())).collect();
        let dots = random.chance(25).then(|| random.below(picked.len() + 1));
        let (term, shape) = term(random, &letters, &sizes, &ellipsis, &picked, dots);
        terms.push(term);
        operands.push(layout(random, &shape));
    }
    let output = output(random, &terms);
    Case { equation: spaced(random, &(terms.join(",") + &output)), operands }
}

fn random_letters(random: &mut Random) -> Vec<char> {
    let mut pool: Vec<char> = ('a'..='e').chain('V'..='Z').collect();
    (0..1 + random.below(5)).map(|_| pool.remove(random.below(pool.len()))).collect()
}

fn random_size(random: &mut Random) -> usize {
    match random.below(40) {
        0 => 0,
        1..=4 => 1,
        5 => 9,
        _ => 2 + random.below(3),
    }
}

/// The text of one term and the shape of its operand.
fn term(
    random: &mut Random,
    letters: &[char],
    sizes: &[usize],
    ellipsis: &[usize],
    picked: &[usize],
    dots: Option<usize>,
) -> (String, Vec<usize>) {
    let (mut text, mut shape) = (String::new(), Vec::new());
    for place in 0..=picked.len() {
        if dots == Some(place) {
            let stretch = &ellipsis[random.below(ellipsis.len() + 1)..];
            shape.extend(stretch.iter().map(|&size| if random.chance(20) { 1 } else { size }));
            text += "...";
        }
        let Some(&letter) = picked.get(place) else { break };
        let alone = picked.iter().filter(|&&other| other == letter).count() == 1;
        shape.push(if alone && random.chance(15) { 1 } else { sizes[letter] });
        text.push(letters[letter]);
    }
    (text, shape)
}

fn output(random: &mut Random, terms: &[String]) -> String {
    if random.chance(25) {
        return String::new();
    }
    let mut letters: Vec<char> = terms.concat().replace('.', "").chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let mut output = String::from("->");
    let dots = random.chance(80) && terms.iter().any(|term| term.contains("..."));
    let place = random.below(letters.len() + 1);
    for turn in 0..=letters.len() {
        if dots && turn == place {
            output += "...";
        }
        if letters.is_empty() || random.chance(30) {
            continue;
        }
        output.push(letters.remove(random.below(letters.len())));
    }
    if dots && !output.contains("...") { output + "..." } else { output }
}

fn spaced(random: &mut Random, equation: &str) -> String {
    let mut text = String::new();
    for symbol in equation.chars() {
        if random.chance(5) && !matches!(symbol, '>' | '.') {
            text.push(' ');
        }
        text.push(symbol);
    }
    text
}

/// An array seen with `shape`: contiguous, permuted, backwards, with gaps, or repeated.
pub(super) fn layout(random: &mut Random, shape: &[usize]) -> Layout {
    let rank = shape.len();
    let plain = random.chance(40);
    let mut coin = |percent| !plain && random.chance(percent);
    let skipping: Vec<bool> = shape.iter().map(|_| coin(15)).collect();
    let turned: Vec<bool> = shape.iter().map(|_| coin(25)).collect();
    let repeated: Vec<bool> = shape.iter().map(|_| coin(10)).collect();
    let mut order: Vec<usize> = (0..rank).collect();
    for axis in (1..rank).rev().filter(|_| !plain) {
        order.swap(axis, random.below(axis + 1));
    }
    // Axis `order[i]` of the base becomes axis `i` of the view.
    let mut base = vec![0; rank];
    for (i, &axis) in order.iter().enumerate() {
        let size = if repeated[i] && shape[i] > 0 { 1 } else { shape[i] };
        base[axis] = if skipping[axis] { (2 * size).saturating_sub(1) } else { size };
    }
    let base = ArrayD::from_shape_fn(IxDyn(&base), |_| random.below(5) as f64 - 2.0);
    Layout { base, turned, skipping, order, shape: shape.to_vec() }
}

impl Layout {
    /// The view of an array made from the base; it still has to be broadcast to `shape`.
    pub(super) fn arrange<'a, A>(&self, base: &'a ArrayD<A>) -> ArrayViewD<'a, A> {
        let mut view = base.view();
        for axis in 0..view.ndim() {
            if self.skipping[axis] {
                view.slice_axis_inplace(Axis(axis), Slice::new(0, None, 2));
            }
            if self.turned[axis] {
                view.invert_axis(Axis(axis));
            }
        }
        view.permuted_axes(self.order.as_slice())
    }
}
