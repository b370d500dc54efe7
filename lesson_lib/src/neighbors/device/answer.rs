//! Neighbours, found by a device.

use super::KernelVersion;
use super::cells::{DeviceCells, check_columns, check_for_device};
use super::launches::Asked;
use super::results::{check_nearest, counted, listed, nearest};
use crate::device::{Buffer, Device};
use crate::neighbors::answers::{NearestNeighbors, NeighborLists};
use crate::neighbors::checks::check_radius;
use crate::{Error, Result};
use ndarray::{Array1, ArrayRef2, Ix1, Ix2};

const NAME: &str = "DeviceNeighbors";

/// A [`UniformGrid`](super::super::UniformGrid) in a device's memory, over points of one to three
/// coordinates in `f32`.
///
/// It answers as the host does, bit for bit: distances are computed in double precision, and of
/// equally near points the lower row comes first. Points are copied to the device once, queries and
/// answers with every question.
///
/// The grid is wrapped around where it would be too large: a point far away, or a short side, costs
/// no memory. Where most points crowd in few cells, or most queries are far from all points, it
/// looks at so many points that a [`KdTree`](super::super::KdTree) is the better search.
///
/// ```no_run
/// use lesson_lib::{data, device::Device, neighbors::{DeviceNeighbors, Neighbors, UniformGrid}};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let search = DeviceNeighbors::with_side(&Device::best()?, &x, 1.0)?;
/// let host = UniformGrid::with_side(&x, 1.0)?;
/// assert_eq!(search.within(&x, 1.0)?, host.within(&x, 1.0)?);
/// assert_eq!(search.nearest(&x, 5)?, host.nearest(&x, 5)?);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub struct DeviceNeighbors {
    version: KernelVersion,
    cells: DeviceCells,
}

impl DeviceNeighbors {
    /// A grid around the rows of `x: (n, d)` with half as many cells as points, empty ones among
    /// them.
    ///
    /// # Errors
    /// [`Error::Argument`] if a coordinate is not finite; [`Error::Shape`] if the points have no
    /// coordinates, or more than three; those of [`Device::upload`] and [`Device::kernels`].
    pub fn new(device: &Device, x: &ArrayRef2<f32>) -> Result<Self> {
        check_for_device(NAME, x, "KdTree")?;
        Self::of_buffer(device, &device.upload(x)?, None)
    }

    /// A grid with cells of this side: best the radius of the queries that are to come.
    ///
    /// # Errors
    /// As [`new`](Self::new), and if the side is not a length above 0.
    pub fn with_side(device: &Device, x: &ArrayRef2<f32>, side: f64) -> Result<Self> {
        check_for_device(NAME, x, "KdTree")?;
        Self::of_buffer(device, &device.upload(x)?, Some(side))
    }

    /// A grid over points that are on the device already, and that are known to be finite.
    ///
    /// # Errors
    /// As [`with_side`](Self::with_side), but for what the values of the points are;
    /// [`Error::Launch`] when `x` is on another device.
    pub fn of_buffer(device: &Device, x: &Buffer<f32, Ix2>, side: Option<f64>) -> Result<Self> {
        if let Some(side) = side {
            check_radius(NAME, side)?;
            if side == 0.0 {
                return Err(Error::argument(NAME, "cells need a side above 0, not 0"));
            }
        }
        check_columns(NAME, x.shape(), "KdTree")?;
        Ok(Self { version: KernelVersion::best(), cells: DeviceCells::new(device, x, side)? })
    }

    /// The same, by another version of the kernels.
    #[must_use]
    pub fn by(self, version: KernelVersion) -> Self {
        Self { version, ..self }
    }

    /// The number of points and of their coordinates: `(n, d)`.
    pub fn dim(&self) -> (usize, usize) {
        (self.cells.len(), self.cells.d)
    }

    /// How many points lie within `radius` of each of `queries: (m, d)`: `(m)`.
    ///
    /// # Errors
    /// As [`Neighbors::count_within`](super::super::Neighbors::count_within), and what the device
    /// reports.
    pub fn count_within(&self, queries: &ArrayRef2<f32>, radius: f64) -> Result<Array1<usize>> {
        const NAME: &str = "count_within";
        check_radius(NAME, radius)?;
        let counts = self.counts_on_device(&self.uploaded(NAME, queries)?, radius)?;
        counted(&counts, queries.nrows())
    }

    /// Which points lie within `radius` of each of `queries: (m, d)`.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within); [`Error::Argument`] if there are 2³¹ pairs of a query
    /// and a neighbour or more.
    pub fn within(&self, queries: &ArrayRef2<f32>, radius: f64) -> Result<NeighborLists> {
        const NAME: &str = "within";
        check_radius(NAME, radius)?;
        let asked = Asked::new(self.version, &self.cells, &self.uploaded(NAME, queries)?)?;
        let counts = asked.counts(radius)?;
        listed(counts, queries.nrows(), |counts, pairs| asked.lists(radius, counts, pairs))
    }

    /// The `k` points nearest to each of `queries: (m, d)`, the nearest first; of points at the same
    /// distance the lower row comes first.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within), and [`Error::Argument`] if `k` is 0, more than there
    /// are points, or more than 32.
    pub fn nearest(&self, queries: &ArrayRef2<f32>, k: usize) -> Result<NearestNeighbors> {
        nearest(self.nearest_on_device(&self.uploaded("nearest", queries)?, k)?)
    }

    /// [`count_within`](Self::count_within) for finite queries on the device, where the counts stay:
    /// `(m + 1)`, the last one 0.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within), but for what the values of the queries are.
    pub fn counts_on_device(
        &self,
        queries: &Buffer<f32, Ix2>,
        radius: f64,
    ) -> Result<Buffer<i32, Ix1>> {
        check_radius("count_within", radius)?;
        self.asked(queries)?.counts(radius)
    }

    /// [`nearest`](Self::nearest) for finite queries on the device, where the answers stay: rows and
    /// squared distances, each `(m, k)`.
    ///
    /// # Errors
    /// As [`nearest`](Self::nearest), but for what the values of the queries are.
    pub fn nearest_on_device(
        &self,
        queries: &Buffer<f32, Ix2>,
        k: usize,
    ) -> Result<(Buffer<i32, Ix2>, Buffer<f64, Ix2>)> {
        check_nearest(k, self.cells.len())?;
        self.asked(queries)?.nearest(k)
    }

    fn asked(&self, queries: &Buffer<f32, Ix2>) -> Result<Asked<'_>> {
        self.check_like(NAME, queries.shape())?;
        Asked::new(self.version, &self.cells, queries)
    }

    fn uploaded(&self, operation: &str, queries: &ArrayRef2<f32>) -> Result<Buffer<f32, Ix2>> {
        self.check_like(operation, queries.shape())?;
        check_for_device(operation, queries, "KdTree")?;
        self.cells.device.upload(queries)
    }

    /// Refuses queries that have other coordinates than the points.
    fn check_like(&self, operation: &str, shape: &[usize]) -> Result<()> {
        let (n, d) = self.dim();
        if shape[1] == d {
            return Ok(());
        }
        let help = "queries need as many coordinates as the points";
        Err(Error::shape(operation, [shape, &[n, d]], help))
    }
}
