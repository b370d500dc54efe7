//! DBSCAN: clusters are crowds, of any shape and number; who is in none is noise.
//!
//! A point with at least `min_points` points within the distance `eps`, itself among them, is a
//! **core point**. Core points within `eps` of each other belong to the same cluster, and so on from
//! core point to core point. A point that is not core but within `eps` of a core point is a
//! **border point** of its cluster. All others are **noise**.
//!
//! This is all of it. All else in this module computes the same, only faster:
//!
//! ```
//! # use lesson_lib::cluster::dbscan::Dbscan;
//! # use lesson_lib::{data, ndarray::Array2};
#![doc = include_str!("plain.rs")]
//! let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
//! let run = Dbscan::new(1.0, 5).run(&x)?;
//! assert_eq!(run.labels.to_vec(), plain_dbscan(&x, 1.0, 5));
//! # Ok::<(), lesson_lib::Error>(())
//! ```
//!
//! Clusters are numbered by the first row of a core point of each. A border point within `eps` of
//! several clusters belongs to the one with the lowest number, whose walk comes upon it first. So
//! labels are those of scikit-learn's `DBSCAN`. Noise has the label −1, as there, which
//! [`plot::scatter`](crate::plot::scatter) draws grey.
//!
//! | file | what it holds |
//! |---|---|
//! | `settings` | [`Dbscan`]: what a caller chooses |
//! | `run` | the run, and what becomes of the points |
//! | `by_cells` | up to three coordinates: cells so small that all points of one are neighbours |
//! | `by_search` | any number of coordinates, by any [`Neighbors`](crate::neighbors::Neighbors) |
//! | `device` | up to three coordinates, by the kernels in `kernels/dbscan.cu` |
//!
//! | what | source |
//! |---|---|
//! | the definition, and the walk | Ester, Kriegel, Sander and Xu, *A density-based algorithm for discovering clusters in large spatial databases with noise*, 1996 |
//! | cells of diagonal `eps`: their points need no walk | Gunawan, *A faster algorithm for DBSCAN*, 2013 |
//! | no index makes it faster than n² in every case | Gan and Tao, *DBSCAN revisited: mis-claim, un-fixability, and approximation*, 2015 |
//! | joined sets in place of the walk | Patwary and others, *A new scalable parallel DBSCAN algorithm using the disjoint-set data structure*, 2012 |
//! | the same by atomic operations on a GPU | Prokopenko, Lebrun-Grandié and Arndt, *Fast tree-based algorithms for DBSCAN for low-dimensional data on GPUs*, 2023 |

mod by_cells;
mod by_search;
mod device;
mod joined;
mod run;
mod settings;
#[cfg(test)]
mod tests;

pub use device::{KERNEL_VERSIONS, KernelVersion};
pub use run::Crowds;
pub use settings::Dbscan;
