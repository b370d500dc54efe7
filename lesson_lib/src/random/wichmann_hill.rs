//! The generator that the lesson builds by hand.

/// Wichmann and Hill's generator (Applied Statistics 31, 1982; algorithm AS 183): three small
/// multiplicative generators, whose fractions are added. Python used it before version 2.3.
///
/// It is an endless iterator of numbers in [0, 1).
///
/// ```
/// use lesson_lib::random::WichmannHill;
/// let mut generator = WichmannHill::new(457428938475);
/// assert_eq!(generator.state(), (4976, 20238, 499));
/// let first: Vec<f64> = generator.by_ref().take(2).collect();
/// assert_eq!(first, [0.7645251082582081, 0.7920889799553945]);
/// assert_eq!(generator.random(), 0.06912886811267205);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WichmannHill {
    state: (u32, u32, u32),
}

impl WichmannHill {
    /// Splits a seed into the three states: remainder after remainder, each plus one so that none
    /// is zero.
    pub fn new(seed: u64) -> Self {
        let (seed, x) = (seed / 30268, seed % 30268);
        let (seed, y) = (seed / 30306, seed % 30306);
        let z = seed % 30322;
        Self { state: (x as u32 + 1, y as u32 + 1, z as u32 + 1) }
    }

    /// The three numbers that the next draw starts from.
    pub fn state(&self) -> (u32, u32, u32) {
        self.state
    }

    /// The next number of [0, 1).
    pub fn random(&mut self) -> f64 {
        let (x, y, z) = self.state;
        let (x, y, z) = (171 * x % 30269, 172 * y % 30307, 170 * z % 30323);
        self.state = (x, y, z);
        (f64::from(x) / 30269.0 + f64::from(y) / 30307.0 + f64::from(z) / 30323.0).fract()
    }
}

impl Iterator for WichmannHill {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        Some(self.random())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_seed_gives_states_above_zero() {
        for seed in [0, 1, 30267, 30268, u64::MAX] {
            let (x, y, z) = WichmannHill::new(seed).state();
            assert!(x.min(y).min(z) >= 1, "seed {seed}");
        }
    }

    #[test]
    fn draws_fill_the_unit_interval_evenly() {
        let mut counts = [0; 10];
        for draw in WichmannHill::new(1).take(10_000) {
            counts[(draw * 10.0) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
