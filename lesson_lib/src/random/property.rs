//! Runs properties over random cases: the same ones in every run, and fresh ones.

use super::Generator;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// The seed of the cases that every run tries.
const FIXED_SEED: u64 = 12;

/// Fails with the smallest case found for which `property` does not hold, and with the seed that
/// leads to it, which can stand in for [`FIXED_SEED`].
pub(crate) fn holds<S: Strategy>(
    cases: u32,
    strategy: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    for seed in [FIXED_SEED, Generator::from_entropy().initial_seed()] {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(config, random);
        if let Err(failure) = runner.run(&strategy, &property) {
            panic!("seed {seed}: {failure}");
        }
    }
}
