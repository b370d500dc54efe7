//! k-means: every point joins the nearest of `k` centroids, every centroid moves to the mean of its
//! points, and so on until nothing changes.
//!
//! Both steps can only lower the **inertia**, the sum of the squared distances of all points to
//! their centroids, so that every run comes to rest; not always at the lowest inertia there is.
//!
//! One iteration is this. All else in this module computes the same, only faster, but for one
//! [`Version`] that keeps a mistake of the course's forum on show:
//!
//! ```
//! # use lesson_lib::cluster::kmeans::KMeans;
//! # use lesson_lib::{data, ndarray::{Array2, ArrayView1, Axis, s}};
#![doc = include_str!("plain.rs")]
//! let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
//! let start = x.slice(s![..6, ..]).to_owned();
//! let (labels, centroids) = plain_iteration(&x, &start);
//! let (none, one) = (KMeans::new(6).iterations(0), KMeans::new(6).iterations(1));
//! assert!(none.run_from(&x, &start)?.labels.to_vec() == labels);
//! assert!((one.run_from(&x, &start)?.centroids - centroids).iter().all(|error| error.abs() < 1e-9));
//! # Ok::<(), lesson_lib::Error>(())
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `settings` | [`KMeans`]: what a caller chooses |
//! | `start` | where the centroids start: at random points, or at points far from each other |
//! | `version` | [`Version`]: the list of ways to do it, from loops to the fast one |
//! | `prepared` | what is done before the first iteration |
//! | `run` | the loop over iterations, and what becomes of it |
//! | `engine` | what an iteration needs of a version |
//! | `ladder` | the readable versions, as the course's forum posted them |
//! | `searched` | points that find their centroids by a search |
//! | `distances` | all distances at once, for some of these |
//! | `fused` | the fast version; the rest is its parts: |
//! | `update` | the new centroids, and what an empty cluster gets |
//! | `packed` | the points, laid out for vectors |
//! | `pass` | one look at all points: the nearest centroid of each, and the sums for the means |
//! | `sums` | the sums for the means |
//! | `nearest` | the innermost loop, compiled for each set of vector instructions |
//!
//! [`KMeans::run_on`] clusters on a [`device`](crate::device); [`KernelVersion`] lists the kernels.
//!
//! | what | source |
//! |---|---|
//! | assign, then move to the means | Lloyd, *Least squares quantization in PCM*, 1957 (published 1982) |
//! | starting at `k` of the points | Forgy, *Cluster analysis of multivariate data*, 1965 |
//! | starting far apart: [`Start::PlusPlus`] | Arthur and Vassilvitskii, *k-means++: the advantages of careful seeding*, 2007 |
//! | an empty cluster starts again at a random point; the readable versions | the course's forum |

mod device;
mod distances;
mod engine;
mod fused;
mod ladder;
mod nearest;
mod packed;
mod pass;
mod prepared;
mod run;
mod searched;
mod settings;
mod start;
mod sums;
#[cfg(test)]
mod tests;
mod update;
mod version;

pub use device::{KERNEL_VERSIONS, KernelVersion};
pub use distances::distances;
pub use run::{ClusterObserver, Clusterable, Clustered};
pub use searched::CentroidSearch;
pub use settings::KMeans;
pub use start::Start;
pub use version::{VERSIONS, Version};
