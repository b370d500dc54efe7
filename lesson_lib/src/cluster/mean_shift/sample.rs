//! `k` points at random for every row, at the price of one shuffle.

use std::ops::Range;

/// Added to every weight of a sample, so that not all of them are 0.
pub(super) const EXTRA_WEIGHT: f64 = 1e-4;

/// The samples of one iteration.
///
/// After a shuffle, any `k` positions side by side hold `k` of the points at random, each set
/// equally likely. Gathering `k` points for each row would take longer than summing over them.
pub(super) struct Sample {
    k: usize,
    n: usize,
    /// The seed of this iteration.
    key: u64,
}

impl Sample {
    pub(super) fn new(k: usize, seed: u64, iteration: usize, n: usize) -> Self {
        Self { k, n, key: SplitMix(seed).jump(iteration as u64).draw() }
    }

    /// The rows in random order (Fisher and Yates).
    pub(super) fn shuffled(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.n).collect();
        let mut random = SplitMix(self.key);
        for i in 0..self.n {
            rows.swap(i, i + random.below(self.n - i));
        }
        rows
    }

    /// The positions of sample number `number`, in two ranges if they wrap around.
    pub(super) fn positions(&self, number: usize) -> [Range<usize>; 2] {
        let start = SplitMix(!self.key).jump(number as u64).below(self.n);
        let end = start + self.k;
        [start..end.min(self.n), 0..end.saturating_sub(self.n)]
    }
}

/// The generator of Steele, Lea and Flood (2014): a counter, thoroughly mixed, so that any of its
/// numbers can be computed without those before it. `random::Generator` cannot do that.
struct SplitMix(u64);

impl SplitMix {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// Skips `count` numbers.
    fn jump(self, count: u64) -> Self {
        SplitMix(self.0.wrapping_add(Self::STEP.wrapping_mul(count)))
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(Self::STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `0..range`; the bias is below `range` / 2⁶⁴.
    fn below(&mut self, range: usize) -> usize {
        ((u128::from(self.draw()) * range as u128) >> 64) as usize
    }
}
