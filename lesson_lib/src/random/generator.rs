//! A source of random numbers with its own state.

use super::{Mt19937, normal};
use crate::{Error, Result};
use ndarray::{Array, Array1, Dimension, IntoDimension};
use std::hash::{BuildHasher, RandomState};

/// From this many entries PyTorch's `randperm` draws 64 bits at a time.
const LARGE_PERMUTATION: usize = (u32::MAX / 20) as usize;

/// PyTorch's generator for the CPU: the same seed gives the same numbers, bit for bit.
///
/// The state is a Mersenne Twister and, as in PyTorch, the second half of a pair of normals that
/// a small [`randn`](Self::randn) did not use up.
///
/// A clone repeats its original: both go on to draw the same numbers. To give several threads
/// numbers of their own, use [`split`](Self::split).
///
/// ```
/// use lesson_lib::random::Generator;
/// let mut generator = Generator::new(42);
/// let mut repeat = generator.clone();
/// assert_eq!(generator.rand((6, 2)), repeat.rand((6, 2)));
/// ```
#[derive(Clone, PartialEq)]
pub struct Generator {
    seed: u64,
    engine: Mt19937,
    kept_normal: Option<f64>,
}

/// The seed of a generator that was given none, as `torch.Generator()` has it.
const DEFAULT_SEED: u64 = 67_280_421_310_721;

impl Default for Generator {
    fn default() -> Self {
        Self::new(DEFAULT_SEED)
    }
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Generator(seed {})", self.seed)
    }
}

impl Generator {
    /// The generator for a seed. The engine takes its low 32 bits, as PyTorch's does.
    pub fn new(seed: u64) -> Self {
        Self { seed, engine: Mt19937::new(seed as u32), kept_normal: None }
    }

    /// A generator with an unpredictable seed; [`initial_seed`](Self::initial_seed) returns it, so
    /// that a surprising run can be repeated.
    ///
    /// ```
    /// use lesson_lib::random::Generator;
    /// let mut generator = Generator::from_entropy();
    /// let mut repeat = Generator::new(generator.initial_seed());
    /// assert_eq!(generator.rand(4), repeat.rand(4));
    /// ```
    pub fn from_entropy() -> Self {
        // Every new `RandomState` has other keys, drawn from the system's randomness.
        Self::new(RandomState::new().hash_one(0))
    }

    /// Starts again from a seed, as `torch.manual_seed` does.
    pub fn manual_seed(&mut self, seed: u64) {
        *self = Self::new(seed);
    }

    /// The seed this generator started from.
    pub fn initial_seed(&self) -> u64 {
        self.seed
    }

    /// `count` generators for as many threads or pieces of work.
    ///
    /// Each child depends only on this generator's state and its own index, so a result computed
    /// with one child per piece of work does not depend on the number of threads. This generator
    /// moves on by four draws of 32 bits, so a later split gives other children. The children start
    /// at unrelated points of a cycle of 2¹⁹⁹³⁷ − 1 numbers: two of them could overlap in theory.
    ///
    /// ```
    /// use lesson_lib::random::Generator;
    /// let mut children = Generator::new(1).split(2);
    /// assert_ne!(children[0].rand(3), children[1].rand(3));
    /// ```
    pub fn split(&mut self, count: usize) -> Vec<Self> {
        let key: [u32; 4] = std::array::from_fn(|_| self.engine.next_u32());
        (0..count as u64).map(|index| self.child(key, index)).collect()
    }

    fn child(&self, [a, b, c, d]: [u32; 4], index: u64) -> Self {
        let engine = Mt19937::from_key(&[a, b, c, d, index as u32, (index >> 32) as u32]);
        Self { seed: self.seed, engine, kept_normal: None }
    }

    /// Uniform numbers of [0, 1), multiples of 2⁻²⁴, as `torch.rand`.
    ///
    /// ```
    /// # use lesson_lib::random::Generator;
    /// let x = Generator::new(42).rand((6, 2)); // (6, 2)
    /// assert_eq!(x[[0, 0]], 0.88226926);
    /// ```
    pub fn rand<D: Dimension>(&mut self, shape: impl IntoDimension<Dim = D>) -> Array<f32, D> {
        filled(shape, |values| self.fill_uniform(values))
    }

    /// Uniform numbers of [0, 1) in double precision, as `torch.rand(…, dtype=torch.float64)`.
    pub fn rand_f64<D: Dimension>(&mut self, shape: impl IntoDimension<Dim = D>) -> Array<f64, D> {
        filled(shape, |values| self.fill_uniform_f64(values))
    }

    /// Standard normal numbers, as `torch.randn`.
    ///
    /// As in PyTorch, fewer than 16 come pair by pair in double precision, and 16 or more in
    /// blocks of 16 from single-precision polynomials; so the first entries of a longer array are
    /// not those of a shorter one.
    ///
    /// ```
    /// # use lesson_lib::random::Generator;
    /// let weights = Generator::new(1).randn((784, 10)); // (784, 10)
    /// assert_eq!(weights[[0, 0]], -1.5255959);
    /// ```
    pub fn randn<D: Dimension>(&mut self, shape: impl IntoDimension<Dim = D>) -> Array<f32, D> {
        filled(shape, |values| self.fill_normal(values))
    }

    /// Standard normal numbers in double precision, as `torch.randn(…, dtype=torch.float64)`.
    ///
    /// The uniforms and the formula are PyTorch's; ln, sin and cos are the platform's, whose last
    /// bits may differ from those of the machine that PyTorch ran on.
    pub fn randn_f64<D: Dimension>(&mut self, shape: impl IntoDimension<Dim = D>) -> Array<f64, D> {
        filled(shape, |values| self.fill_normal_f64(values))
    }

    /// Whole numbers of `low..high`, as `torch.randint(low, high, shape)`.
    ///
    /// The draw is reduced modulo the range, as PyTorch does it: the bias is below the range
    /// divided by 2³² (by 2⁶⁴ for a range of 2²⁸ or more).
    ///
    /// # Errors
    /// [`Error::Argument`] if `low..high` is empty.
    ///
    /// ```
    /// # use lesson_lib::random::Generator;
    /// let digits = Generator::new(42).randint(0, 10, (2, 3))?;
    /// assert!(digits.iter().all(|digit| (0..10).contains(digit)));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn randint<D: Dimension>(
        &mut self,
        low: i64,
        high: i64,
        shape: impl IntoDimension<Dim = D>,
    ) -> Result<Array<i64, D>> {
        if low >= high {
            return Err(Error::argument(
                "randint",
                format!("no whole number lies in {low}..{high}: give a low end below the high end"),
            ));
        }
        let range = high.wrapping_sub(low) as u64;
        Ok(filled(shape, |values| {
            values.fill_with(|| low.wrapping_add(self.below(range) as i64));
        }))
    }

    /// The numbers `0..n` in random order, as `torch.randperm`: shape `(n,)`.
    ///
    /// ```
    /// # use lesson_lib::random::Generator;
    /// assert_eq!(Generator::new(42).randperm(10).to_vec(), [2, 6, 1, 8, 4, 5, 0, 9, 3, 7]);
    /// ```
    pub fn randperm(&mut self, n: usize) -> Array1<usize> {
        if n < LARGE_PERMUTATION { self.shuffled(n) } else { self.shuffled_inside_out(n) }.into()
    }

    /// Fisher and Yates's shuffle, forwards.
    fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in 0..n.saturating_sub(1) {
            order.swap(i, i + self.engine.next_u32() as usize % (n - i));
        }
        order
    }

    /// The shuffle that inserts `i` at a random place and moves what was there to the end: PyTorch
    /// takes it where 32 bits would make some places visibly likelier.
    fn shuffled_inside_out(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for i in 0..n {
            let place = (self.engine.next_u64() % (i as u64 + 1)) as usize;
            order[i] = order[place];
            order[place] = i;
        }
        order
    }

    /// The next 32 random bits.
    pub(super) fn next_u32(&mut self) -> u32 {
        self.engine.next_u32()
    }

    /// The next 64 random bits.
    pub(super) fn next_u64(&mut self) -> u64 {
        self.engine.next_u64()
    }

    /// A whole number of `0..range`.
    fn below(&mut self, range: u64) -> u64 {
        if range < 1 << 28 {
            u64::from(self.engine.next_u32()) % range
        } else {
            self.engine.next_u64() % range
        }
    }

    fn uniform_f64(&mut self) -> f64 {
        const BITS: u32 = f64::MANTISSA_DIGITS;
        (self.engine.next_u64() & ((1 << BITS) - 1)) as f64 / (1u64 << BITS) as f64
    }

    /// One normal: the one kept from last time, or the first of a new pair, keeping the second.
    fn normal_f64(&mut self) -> f64 {
        self.kept_normal.take().unwrap_or_else(|| {
            let (first, second) = normal::pair(self.uniform_f64(), self.uniform_f64());
            self.kept_normal = Some(second);
            first
        })
    }

    fn fill_uniform(&mut self, values: &mut [f32]) {
        const BITS: u32 = f32::MANTISSA_DIGITS;
        // Below 2²⁴ the conversion to i32, which vector units have, is that to u32.
        let scale = 1.0 / (1u32 << BITS) as f32;
        self.engine.fill(values, |word| (word & ((1 << BITS) - 1)) as i32 as f32 * scale);
    }

    fn fill_uniform_f64(&mut self, values: &mut [f64]) {
        values.fill_with(|| self.uniform_f64());
    }

    fn fill_normal(&mut self, values: &mut [f32]) {
        if values.len() < normal::BLOCK {
            return values.fill_with(|| self.normal_f64() as f32);
        }
        self.fill_uniform(values);
        normal::transform_blocks(values);
        if let Some(last) = unfinished_block(values) {
            self.fill_uniform(last);
            normal::transform_blocks(last);
        }
    }

    fn fill_normal_f64(&mut self, values: &mut [f64]) {
        if values.len() < normal::BLOCK {
            return values.fill_with(|| self.normal_f64());
        }
        self.fill_uniform_f64(values);
        normal::transform_blocks_f64(values);
        if let Some(last) = unfinished_block(values) {
            self.fill_uniform_f64(last);
            normal::transform_blocks_f64(last);
        }
    }
}

/// The last 16 values, unless the length is a multiple of 16: PyTorch draws those afresh.
fn unfinished_block<T>(values: &mut [T]) -> Option<&mut [T]> {
    let whole = values.len().is_multiple_of(normal::BLOCK);
    (!whole)
        .then(|| values.last_chunk_mut::<{ normal::BLOCK }>())
        .flatten()
        .map(|last| &mut last[..])
}

/// An array of this shape whose entries, in row-major order, `fill` has written.
fn filled<T: Clone + Default, D: Dimension>(
    shape: impl IntoDimension<Dim = D>,
    fill: impl FnOnce(&mut [T]),
) -> Array<T, D> {
    let mut array = Array::from_elem(shape.into_dimension(), T::default());
    if let Some(values) = array.as_slice_mut() {
        fill(values);
    }
    array
}

#[cfg(test)]
#[path = "generator_tests.rs"]
mod tests;
