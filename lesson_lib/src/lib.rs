//! The library behind the course's notebooks.
//!
//! Each module has the name of one idea of the lesson; a notebook imports them all with
//! `use lesson_lib::prelude::*;`.
//!
//! | the lesson | module |
//! |---|---|
//! | `tensor([[…]])` printed under a cell, `set_printoptions` | [`show`] |
//! | `test_close`, `allclose` | [`check`] |
//! | what you have solved | [`exercises`] |
//! | what you predict before a cell runs | [`predict`] |
//! | `%time`, `%timeit -n 10` | [`timing`] |
//! | `rand()` by hand, `torch.randn`, `manual_seed` | [`random`] |
//! | MNIST, the six clouds of points, a table of your own | [`data`] |
//! | `plt.imshow`, `plt.plot`, `plt.hist`, `plot_data`, `plot_func` | [`plot`] |
//! | `FuncAnimation` and its player | [`plot::animation`] |
//! | `tqdm`, a long cell's progress | [`progress`] |
//! | matrix multiplication, from three loops on | [`matmul`] |
//! | `torch.einsum` | [`einsum`](mod@einsum) |
//! | mean shift, k-means, DBSCAN, labels and how good they are | [`cluster`] |
//! | who is near: grids, trees, locality-sensitive hashing | [`neighbors`] |
//! | `torch.linalg.svd` | [`linalg`] |
//! | the derivative, and dy/dx = dy/du · du/dx | [`dual`] |
//! | a function of one row, for a whole batch | [`vmap`] |
//! | "implement it in APL too", in a living language | [`uiua`] |
//! | `launch_kernel`, CUDA kernels, `.cuda()` and `.cpu()` | [`device`] |
//! | what each thread reads and writes | [`trace`] |
//! | what a notebook imports | [`prelude`] |
//! | what can go wrong, and how it says so | [`error`] |

mod cache;
pub mod check;
pub mod cluster;
pub mod data;
pub mod device;
pub mod dual;
pub mod einsum;
pub mod error;
pub mod exercises;
mod gemm;
mod instructions;
mod learner;
pub mod linalg;
pub mod matmul;
pub mod neighbors;
pub mod plot;
mod points;
pub mod predict;
pub mod prelude;
pub mod progress;
pub mod random;
mod setup;
pub mod show;
mod tasks;
mod text;
pub mod timing;
pub mod trace;
pub mod uiua;
mod vmap;

pub use error::{Error, Result};
pub use ndarray;
pub use plotters;
pub use setup::{Setup, setup};
pub use vmap::vmap;
