//! The `rand` crate's view of a [`Generator`]: a source of random bits for its distributions.

use super::Generator;
use rand::{SeedableRng, TryRng, rand_core::utils::fill_bytes_via_next_word};
use std::convert::Infallible;

/// ```
/// use lesson_lib::random::{Generator, rand_distr::{Distribution, Exp1}};
/// let waiting_time: f64 = Exp1.sample(&mut Generator::new(42));
/// assert!(waiting_time > 0.0);
/// ```
impl TryRng for Generator {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(bytes, || self.try_next_u32())
    }
}

/// Seeds are those of [`Generator::new`]: `seed_from_u64(42)` is `torch.manual_seed(42)`.
impl SeedableRng for Generator {
    type Seed = [u8; 8];

    fn from_seed(seed: [u8; 8]) -> Self {
        Self::new(u64::from_le_bytes(seed))
    }

    fn seed_from_u64(seed: u64) -> Self {
        Self::new(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt};

    #[test]
    fn words_come_from_the_engine() {
        let (mut as_rng, mut own) = (Generator::seed_from_u64(42), Generator::new(42));
        assert_eq!(Rng::next_u32(&mut as_rng), own.next_u32());
        assert_eq!(Rng::next_u64(&mut as_rng), own.next_u64());
        let mut bytes = [0; 6];
        as_rng.fill_bytes(&mut bytes);
        assert_eq!(bytes[..4], own.next_u32().to_le_bytes());
        assert_eq!(bytes[4..], own.next_u32().to_le_bytes()[..2]);
    }

    #[test]
    fn a_seed_of_bytes_is_the_number() {
        let seeded = Generator::from_seed(42u64.to_le_bytes());
        assert!(seeded == Generator::new(42));
    }

    #[test]
    fn rand_draws_from_it() {
        let mut generator = Generator::new(0);
        let draws: Vec<u8> = (0..1000).map(|_| generator.random_range(0..4)).collect();
        for value in 0..4 {
            let count = draws.iter().filter(|&&draw| draw == value).count();
            assert!((150..350).contains(&count), "{value} came {count} times of 1000");
        }
    }
}
