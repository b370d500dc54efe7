//! The generator that all functions of this module share.

use super::Generator;
use crate::Result;
use ndarray::{Array, Array1, Dimension, IntoDimension};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The shared generator, locked for as long as the guard lives.
///
/// Until the first [`manual_seed`] it is [`Generator::default`], so that a program repeats itself;
/// PyTorch starts from an unpredictable seed instead. Do not call the functions of this module
/// while you hold the guard: they would wait for it forever.
///
/// ```
/// use lesson_lib::random::{self, rand_distr::{Distribution, Poisson}};
/// let count: f64 = Poisson::new(3.0).unwrap().sample(&mut *random::global());
/// assert!(count >= 0.0);
/// ```
pub fn global() -> MutexGuard<'static, Generator> {
    static GLOBAL: LazyLock<Mutex<Generator>> = LazyLock::new(Mutex::default);
    // A panic elsewhere leaves a valid state behind: every draw completes or does not begin.
    GLOBAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the shared generator again from a seed, as `torch.manual_seed`.
pub fn manual_seed(seed: u64) {
    global().manual_seed(seed);
}

/// A copy of the shared generator: what [`set_state`] needs to repeat the numbers from here on.
///
/// ```
/// use lesson_lib::random;
/// let before = random::state();
/// println!("{}", random::rand(3));
/// random::set_state(before);
/// println!("{}", random::rand(3)); // the same three
/// ```
pub fn state() -> Generator {
    global().clone()
}

/// Makes the shared generator go on from a state that [`state`] gave.
pub fn set_state(state: Generator) {
    *global() = state;
}

/// Uniform numbers of [0, 1), any shape: [`Generator::rand`] of the shared generator.
///
/// ```
/// use lesson_lib::random;
/// assert_eq!(random::rand((6, 2)).shape(), [6, 2]);
/// ```
pub fn rand<D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Array<f32, D> {
    global().rand(shape)
}

/// Uniform numbers in double precision: [`Generator::rand_f64`] of the shared generator.
pub fn rand_f64<D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Array<f64, D> {
    global().rand_f64(shape)
}

/// Standard normal numbers, any shape: [`Generator::randn`] of the shared generator.
pub fn randn<D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Array<f32, D> {
    global().randn(shape)
}

/// Standard normal numbers in double precision: [`Generator::randn_f64`] of the shared generator.
pub fn randn_f64<D: Dimension>(shape: impl IntoDimension<Dim = D>) -> Array<f64, D> {
    global().randn_f64(shape)
}

/// Whole numbers of `low..high`: [`Generator::randint`] of the shared generator.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) if `low..high` is empty.
pub fn randint<D: Dimension>(
    low: i64,
    high: i64,
    shape: impl IntoDimension<Dim = D>,
) -> Result<Array<i64, D>> {
    global().randint(low, high, shape)
}

/// The numbers `0..n` in random order: [`Generator::randperm`] of the shared generator.
pub fn randperm(n: usize) -> Array1<usize> {
    global().randperm(n)
}
