//! Points in the order of their cells, in a device's memory.

use super::kernel;
use super::sorting::SortedRows;
use super::wrapped_grid::{AXES, WrappedGrid};
use crate::device::{Buffer, Device, Launch};
use crate::points::{BoundingBox, not_finite};
use crate::{Error, Result};
use ndarray::{Array1, ArrayRef2, Dimension, Ix1, Ix2};

/// Buckets and rows are numbered by an `int`.
const MOST_POINTS: usize = 1 << 29;

/// Blocks that look for the bounds, each with many points.
const MOST_BLOCKS: usize = 1024;

/// A point as the kernels read it: three coordinates, and the bits of its row.
pub(crate) type PointWithRow = [f32; 4];

/// The rows of `x: (n, d)` in a device's memory, sorted by the buckets of a grid.
pub(crate) struct DeviceCells {
    pub(crate) device: Device,
    pub(crate) grid: WrappedGrid,
    /// Where the points of each bucket begin: `(buckets + 1)`.
    pub(crate) starts: Buffer<i32, Ix1>,
    /// `(n)`.
    pub(crate) points: Buffer<PointWithRow, Ix1>,
    /// The number of coordinates.
    pub(crate) d: usize,
}

impl DeviceCells {
    /// Sorts finite points of one to three coordinates into cells of this side, a length above 0; or
    /// into half as many as there are points.
    pub(crate) fn new(device: &Device, x: &Buffer<f32, Ix2>, side: Option<f64>) -> Result<Self> {
        let (n, d) = x.raw_dim().into_pattern();
        let [low, high] = bounds(device, x)?;
        let grid = WrappedGrid::around(n, low, high, side);
        let (points, starts) = in_order_of(device, &grid, x)?;
        Ok(Self { device: device.clone(), grid, starts, points, d })
    }

    /// How many points there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }

    /// `queries: (m, d)` in the order of the grid's buckets: `(m)`.
    pub(super) fn in_order(&self, queries: &Buffer<f32, Ix2>) -> Result<Buffer<PointWithRow, Ix1>> {
        Ok(in_order_of(&self.device, &self.grid, queries)?.0)
    }
}

/// The points as kernels read them, in the order of their rows.
pub(super) fn in_order_of_rows(
    device: &Device,
    x: &Buffer<f32, Ix2>,
) -> Result<Buffer<PointWithRow, Ix1>> {
    let rows: Array1<i32> = (0..x.shape()[0] as i32).collect();
    gather(device, x, &device.upload(&rows)?)
}

/// The points in the order of their buckets, and where each bucket begins.
fn in_order_of(
    device: &Device,
    grid: &WrappedGrid,
    x: &Buffer<f32, Ix2>,
) -> Result<(Buffer<PointWithRow, Ix1>, Buffer<i32, Ix1>)> {
    let (n, d) = x.raw_dim().into_pattern();
    let mut bucket_of = device.zeros_of(n)?;
    if n > 0 {
        let buckets = kernel(device, "neighbors_buckets")?;
        buckets.launch(Launch::over(n), (x, *grid, &mut bucket_of, n, d))?;
    }
    let SortedRows { starts, rows } = SortedRows::new(device, &bucket_of, grid.buckets())?;
    Ok((gather(device, x, &rows)?, starts))
}

fn gather(
    device: &Device,
    x: &Buffer<f32, Ix2>,
    rows: &Buffer<i32, Ix1>,
) -> Result<Buffer<PointWithRow, Ix1>> {
    let (n, d) = x.raw_dim().into_pattern();
    let mut points = device.zeros_of(n)?;
    if n > 0 {
        let gather = kernel(device, "neighbors_gather")?;
        gather.launch(Launch::over(n), (x, rows, &mut points, n, d))?;
    }
    Ok(points)
}

/// The corners of the box around `x: (n, d)`, with zeros for coordinates that are missing; the origin for
/// no points.
pub(crate) fn bounds(device: &Device, x: &Buffer<f32, Ix2>) -> Result<[[f64; AXES]; 2]> {
    let (n, d) = x.raw_dim().into_pattern();
    if n == 0 {
        return Ok([[0.0; AXES]; 2]);
    }
    let blocks = n.div_ceil(256).min(MOST_BLOCKS);
    let mut parts = device.zeros((blocks, 2, AXES))?;
    kernel(device, "neighbors_bounds")?.launch(Launch::blocks(blocks), (x, &mut parts, n, d))?;
    let parts = parts.download()?.mapv(f64::from);
    let end = |side: usize, axis: usize, better: fn(f64, f64) -> f64| {
        let values = parts.outer_iter().map(|part| part[[side, axis]]);
        values.reduce(better).unwrap_or_default()
    };
    let low = std::array::from_fn(|axis| end(0, axis, f64::min));
    Ok([low, std::array::from_fn(|axis| end(1, axis, f64::max))])
}

/// Refuses points that the kernels cannot search; `instead` says who can, for more coordinates.
pub(crate) fn check_for_device(operation: &str, x: &ArrayRef2<f32>, instead: &str) -> Result<()> {
    check_columns(operation, x.shape(), instead)?;
    if !BoundingBox::around(x).finite {
        return Err(not_finite(operation, x));
    }
    Ok(())
}

/// Refuses points by their shape.
pub(crate) fn check_columns(operation: &str, shape: &[usize], instead: &str) -> Result<()> {
    let (n, d) = (shape[0], shape[1]);
    if d == 0 {
        return Err(Error::shape(operation, [shape], "points need at least one coordinate"));
    }
    if d > AXES {
        let help = format!("the kernels take up to {AXES} coordinates; {instead} takes any number");
        return Err(Error::shape(operation, [shape], help));
    }
    if n > MOST_POINTS {
        let problem = format!("{n} points are more than {MOST_POINTS}: search fewer");
        return Err(Error::argument(operation, problem));
    }
    Ok(())
}
