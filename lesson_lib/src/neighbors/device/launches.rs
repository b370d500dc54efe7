//! What the kernels are asked, and their answers in the device's memory.

use super::cells::{DeviceCells, PointWithRow, in_order_of_rows};
use super::sorting::scan;
use super::{FEW_NEAREST, KernelVersion, Question, kernel};
use crate::Result;
use crate::device::{Buffer, Launch};
use ndarray::{Ix1, Ix2};

/// Blocks that look at all points for the queries that are left, each with some of them.
const BLOCKS_FOR_THE_REST: usize = 1024;

/// Queries on their way to a kernel.
pub(super) struct Asked<'a> {
    version: KernelVersion,
    cells: &'a DeviceCells,
    /// In the order in which threads take them: `(m)`.
    queries: Buffer<PointWithRow, Ix1>,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        version: KernelVersion,
        cells: &'a DeviceCells,
        queries: &Buffer<f32, Ix2>,
    ) -> Result<Self> {
        let queries = match version {
            KernelVersion::V3Sorted => cells.in_order(queries)?,
            _ => in_order_of_rows(&cells.device, queries)?,
        };
        Ok(Self { version, cells, queries })
    }

    /// How many points lie within `radius` of each query, and a zero: `(m + 1)`.
    pub(super) fn counts(&self, radius: f64) -> Result<Buffer<i32, Ix1>> {
        let (n, m) = (self.cells.len(), self.queries.len());
        let mut counts = self.cells.device.zeros_of(m + 1)?;
        if n == 0 || m == 0 {
            return Ok(counts);
        }
        let kernel = self.version.kernel(&self.cells.device, Question::Count)?;
        let DeviceCells { grid, starts, points, .. } = self.cells;
        let (launch, queries) = (self.launch(), &self.queries);
        match self.version {
            KernelVersion::V1AllPairs => {
                kernel.launch(launch, (points, queries, &mut counts, radius, n, m))?;
            }
            _ => {
                let arguments = (points, *grid, starts, queries, &mut counts, radius, m);
                kernel.launch(launch, arguments)?;
            }
        }
        Ok(counts)
    }

    /// The rows of the points within `radius` of each query, list after list; there are `counts`
    /// of them, and `pairs` in all.
    pub(super) fn lists(
        &self,
        radius: f64,
        counts: Buffer<i32, Ix1>,
        pairs: usize,
    ) -> Result<Buffer<i32, Ix1>> {
        let device = &self.cells.device;
        let mut rows = device.zeros_of(pairs)?;
        if pairs == 0 {
            return Ok(rows);
        }
        let mut begins = counts;
        scan(device, &mut begins)?;
        let (n, m, begins) = (self.cells.len(), self.queries.len(), &begins);
        let kernel = self.version.kernel(device, Question::List)?;
        let DeviceCells { grid, starts, points, .. } = self.cells;
        let (launch, queries) = (self.launch(), &self.queries);
        match self.version {
            KernelVersion::V1AllPairs => {
                kernel.launch(launch, (points, queries, begins, &mut rows, radius, n, m))?;
            }
            _ => {
                let arguments = (points, *grid, starts, queries, begins, &mut rows, radius, m);
                kernel.launch(launch, arguments)?;
            }
        }
        Ok(rows)
    }

    /// The rows of the `k` nearest of each query, and the squares of their distances: `(m, k)`.
    pub(super) fn nearest(&self, k: usize) -> Result<(Buffer<i32, Ix2>, Buffer<f64, Ix2>)> {
        let (n, m, device) = (self.cells.len(), self.queries.len(), &self.cells.device);
        let (mut rows, mut squared) = (device.zeros_of((m, k))?, device.zeros_of((m, k))?);
        if n == 0 || m == 0 {
            return Ok((rows, squared));
        }
        let many = self.version == KernelVersion::V3Sorted && k > FEW_NEAREST;
        let question = if many { Question::NearestMany } else { Question::Nearest };
        let kernel = self.version.kernel(device, question)?;
        let DeviceCells { grid, starts, points, .. } = self.cells;
        let (launch, queries) = (self.launch(), &self.queries);
        if self.version == KernelVersion::V1AllPairs {
            kernel.launch(launch, (points, queries, &mut rows, &mut squared, n, m, k))?;
            return Ok((rows, squared));
        }
        let mut left = device.zeros_of(m + 1)?;
        let out = (&mut rows, &mut squared, &mut left);
        kernel.launch(launch, (points, *grid, starts, queries, out.0, out.1, out.2, n, m, k))?;
        self.nearest_of_those_left(&left, &mut rows, &mut squared, k)?;
        Ok((rows, squared))
    }

    /// How many queries were left, stands in the device's memory: nothing waits for it.
    fn nearest_of_those_left(
        &self,
        left: &Buffer<i32, Ix1>,
        rows: &mut Buffer<i32, Ix2>,
        squared: &mut Buffer<f64, Ix2>,
        k: usize,
    ) -> Result<()> {
        let (points, queries) = (&self.cells.points, &self.queries);
        let (n, m) = (points.len(), queries.len());
        let launch = Launch::blocks(m.min(BLOCKS_FOR_THE_REST)).block(128);
        kernel(&self.cells.device, "neighbors_nearest_left")?
            .launch(launch, (points, queries, left, rows, squared, n, m, k))
    }

    fn launch(&self) -> Launch {
        Launch::over(self.queries.len()).block(128)
    }
}
