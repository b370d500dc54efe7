//! Random numbers: PyTorch's CPU generator bit for bit, and the lesson's generator by hand.
//!
//! The functions here share one generator, as `torch.rand` and its relatives do. Threads may call
//! them too: each call locks it once. A [`Generator`] has its own state.
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
#[cfg(test)]
pub(crate) mod property;
mod shared;
mod wichmann_hill;

pub use generator::Generator;
pub use mt19937::Mt19937;
pub use multivariate_normal::MultivariateNormal;
pub use rand_distr;
pub use shared::{
    global, manual_seed, rand, rand_f64, randint, randn, randn_f64, randperm, set_state, state,
};
pub use wichmann_hill::WichmannHill;
