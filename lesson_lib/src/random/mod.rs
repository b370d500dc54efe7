//! Random numbers: PyTorch's CPU generator bit for bit, and the lesson's generator by hand.
//!
//! The functions here share one generator, as `torch.rand` and its relatives do; each call takes
//! it for itself once, so threads may call them, in whatever order the threads come. A
//! [`Generator`] has a state of its own.
//!
//! | the lesson (PyTorch) | here |
//! |---|---|
//! | `torch.manual_seed(42)` | [`manual_seed`]`(42)` |
//! | `torch.rand(6, 2)` | [`rand()`]`((6, 2))` |
//! | `torch.randn(784, 10)` | [`randn`]`((784, 10))` |
//! | `torch.randint(0, 10, (5,))` | [`randint`]`(0, 10, 5)?` |
//! | `torch.randperm(n)` | [`randperm`]`(n)` |
//! | `MultivariateNormal(m, cov).sample((250,))` | [`MultivariateNormal::new`]`(&m, &cov)?.sample(250)` |
//! | `torch.get_rng_state()`, `set_rng_state` | [`state`]`()`, [`set_state`] |
//! | the lesson's own `rand()` | [`WichmannHill`] |
//!
//! Every other distribution comes from [`rand_distr`]: a [`Generator`] is an engine of the `rand`
//! crate too.

mod cephes;
mod engine;
mod generator;
mod mt19937;
mod multivariate_normal;
mod normal;
mod wichmann_hill;

pub use generator::Generator;
pub use mt19937::Mt19937;
pub use multivariate_normal::MultivariateNormal;
pub use rand_distr;
pub use wichmann_hill::WichmannHill;

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
/// [`crate::Error::Argument`] if `low..high` is empty.
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
