//! The engine that looks at the points of the cells around.

use super::kernel;
use super::swarm::Swarm;
use crate::Result;
use crate::cluster::weight::Weight;
use crate::device::{Buffer, Device, Launch};
use crate::neighbors::DistinctKeys;
use ndarray::Ix3;

/// More than a width, so that rounding puts no points two cells apart that are within reach.
const WIDE: f64 = 1.0 + 1e-6;

/// Moves points to the mean of those within reach.
pub(super) struct PointByPoint {
    weight: Weight,
    /// Where the weight ends, or does not count any more.
    reach: f64,
    step: f64,
}

impl PointByPoint {
    pub(super) fn new(weight: Weight, reach: f64, step: f64) -> Self {
        Self { weight, reach, step }
    }

    pub(super) fn iterate(&self, swarm: &mut Swarm) -> Result<()> {
        let near = self.order(swarm)?;
        self.advance(swarm, &near)
    }

    /// Puts the points into the order of cells as wide as the weight reaches.
    pub(super) fn order(&self, swarm: &mut Swarm) -> Result<Near> {
        let (cells, _) = swarm.cells(WIDE * self.reach, 1)?;
        let occupied = swarm.order_by(cells)?;
        let (m, rows) = (occupied.len(), 3_usize.pow(swarm.dim().1 as u32 - 1));
        let mut spans = swarm.device.zeros_of::<i32, _>((m, rows, 2))?;
        let arguments = (&occupied.keys, &occupied.starts, cells, &mut spans, m, rows);
        kernel(&swarm.device, "spans")?.launch(Launch::over(m * rows), arguments)?;
        Ok(Near { occupied, spans })
    }

    /// Moves the points, which are still in that order.
    pub(super) fn advance(&self, swarm: &mut Swarm, near: &Near) -> Result<()> {
        let ((n, d), rows) = (swarm.dim(), near.rows());
        let Swarm { device, x, spare, farthest, .. } = swarm;
        let (kind, width) = (self.weight.kernel_number(), self.weight.width());
        let (begun, spans) = (&near.occupied.begun, &near.spans);
        let out = (&mut *spare, &mut *farthest);
        let arguments = (&*x, out.0, begun, spans, out.1, kind, width, self.step, n, d, rows);
        kernel(device, "near_pairs")?.launch(Launch::over(n).block(128), arguments)?;
        std::mem::swap(x, spare);
        Ok(())
    }
}

/// The cells that have points, and which points are in the cells around each.
pub(super) struct Near {
    occupied: DistinctKeys,
    /// Positions of points in the rows of cells around each: `(m, rows, 2)`.
    spans: Buffer<i32, Ix3>,
}

impl Near {
    fn rows(&self) -> usize {
        self.spans.shape()[1]
    }

    /// How many pairs of points there are to look at. Waits for the device.
    pub(super) fn pairs(&self, device: &Device) -> Result<f64> {
        let (m, rows) = (self.occupied.len(), self.rows());
        let mut pairs = device.zeros_of::<u64, _>(1)?;
        let arguments = (&self.occupied.starts, &self.spans, &mut pairs, m, rows);
        kernel(device, "pairs")?.launch(Launch::over(m * rows), arguments)?;
        Ok(pairs.download()?[0] as f64)
    }
}
