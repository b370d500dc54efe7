//! Which points are near?
//!
//! Points are the rows of `x: (n, d)`, in `f32` or `f64`. A search is built once, from the points,
//! and then asked about any number of queries: how many points lie within a radius, which ones, or
//! which `k` are the nearest ([`Neighbors`]).
//!
//! | search | looks at | takes |
//! |---|---|---|
//! | [`AllPairs`] | every point | any `d`; few queries |
//! | [`UniformGrid`] | the cells within reach | `d` up to 3, points spread out |
//! | [`KdTree`] | the boxes within reach | any points; `d` up to about 10, or clumps |
//! | [`BallTree`] | the balls within reach | any points; slower than boxes where `d` is small |
//! | [`Lsh`] | points whose random hashes agree | any `d`, if some neighbours may be missed |
//!
//! All but the last answer as these plain loops do:
//!
//! ```
//! # use lesson_lib::neighbors::{KdTree, Neighbors};
//! # use lesson_lib::{data, ndarray::{Array2, ArrayView1}};
#![doc = include_str!("plain.rs")]
//! let x = data::lesson_blobs().data.mapv(f64::from); // (1500, 2)
//! let tree = KdTree::new(&x)?;
//! let (lists, nearest) = (tree.within(&x, 1.0)?, tree.nearest(&x, 5)?);
//! assert_eq!(lists.of(7).collect::<Vec<_>>(), plain_within(&x, x.row(7), 1.0));
//! assert_eq!(nearest.rows.row(7).to_vec(), plain_nearest(&x, x.row(7), 5));
//! # Ok::<(), lesson_lib::Error>(())
//! ```
//!
//! [`DeviceNeighbors`] and [`DeviceLsh`] answer as the host does, by kernels on a GPU or on the processor.
//!
//! | file | what it holds |
//! |---|---|
//! | `search` | [`Neighbors`]: the questions |
//! | `answers` | [`NeighborLists`], [`NearestNeighbors`] |
//! | `collector` | what a search does with the points that it comes upon, for each question |
//! | `bulk` | all queries, on all threads |
//! | `columns` | the points, laid out for vectors |
//! | `lattice`, `cell_list` | equal cells, and the points sorted into them |
//! | `shared_candidates` | lists for queries of the same cell |
//! | `halves` | points halved again and again |
//! | `tree` | halves of halves of points, each with a bound |
//! | `random_projections` | hashes that near points share |
//! | `buckets` | rows sorted by a key, for cells and for hashes |
//! | `device` | [`DeviceNeighbors`], [`DeviceLsh`], and the list of the kernels |

mod all_pairs;
mod answers;
mod ball_tree;
mod buckets;
mod bulk;
mod cell_list;
mod checks;
mod collector;
mod columns;
mod device;
mod halves;
mod kd_tree;
mod lattice;
mod list_writer;
mod lsh;
mod random_projections;
mod search;
mod shared_candidates;
#[cfg(test)]
mod tests;
mod tree;
mod uniform_grid;

pub use all_pairs::AllPairs;
pub use answers::{NearestNeighbors, NeighborLists};
pub use ball_tree::BallTree;
pub(crate) use cell_list::CellList;
pub(crate) use checks::{check_radius, checked_points};
pub(crate) use device::{
    DeviceCells, DistinctKeys, KeySort, bounds, check_columns, check_for_device, keys_around, scan,
};
pub use device::{DeviceLsh, DeviceNeighbors, KERNEL_VERSIONS, KernelVersion};
pub(crate) use halves::{half, rows_in_halves};
pub use kd_tree::KdTree;
pub use lsh::Lsh;
pub use random_projections::RandomProjections;
pub use search::Neighbors;
pub use uniform_grid::UniformGrid;
