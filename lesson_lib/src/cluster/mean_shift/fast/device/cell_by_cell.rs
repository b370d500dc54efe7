//! The engine that replaces a Gaussian by Chebyshev series between cells.

use super::cell_numbers::CellNumbers;
use super::convolution::{DeviceConvolution, TERMS, size_of_tensor};
use super::kernel;
use super::swarm::Swarm;
use crate::Result;
use crate::cluster::mean_shift::fast::interpolation::{bound, radius};
use crate::device::{Buffer, Device, Launch};
use crate::neighbors::{DistinctKeys, scan};
use ndarray::Ix2;

/// Sides that are tried, in widths of the Gaussian.
const SIDES: [f64; 8] = [2.0, 1.5, 1.25, 1.0, 0.75, 0.5, 0.35, 0.25];

/// Points that one block adds up.
const PIECE: usize = 2048;

/// Moves points up the gradient of the sum over all of them.
pub(super) struct CellByCell {
    /// The side of a cell, and how many cells away another one may be and still matter.
    side: f64,
    reach: usize,
    /// A step for a gradient of 1 in half a side.
    unit: f64,
    convolution: DeviceConvolution,
    /// Room for the sums over further pieces of cells with many points: `(most, terms^d)`.
    parts: Buffer<f64, Ix2>,
}

impl CellByCell {
    /// For `(n, d)` points and a Gaussian of a width; the accuracy is a share of it.
    pub(super) fn new(
        device: &Device,
        (n, d): (usize, usize),
        width: f64,
        accuracy: f64,
        step: f64,
    ) -> Result<Self> {
        let farthest = radius(n as f64, accuracy / 2.0);
        let reach = |side: f64| (farthest / side).ceil() as usize;
        let is_right =
            |side: &f64| bound(n as f64, d, *side, TERMS, reach(*side)) <= accuracy / 2.0;
        let side = SIDES.into_iter().find(is_right).unwrap_or(SIDES[SIDES.len() - 1]);
        Ok(Self {
            side: side * width,
            reach: reach(side),
            unit: step * width * 2.0 / side,
            convolution: DeviceConvolution::new(device, side, reach(side))?,
            parts: device.zeros_of((n.div_ceil(PIECE), size_of_tensor(d)))?,
        })
    }

    /// Puts the points into the order of the cells; `None` if space is too wide to number these.
    pub(super) fn order(&self, swarm: &mut Swarm) -> Result<Option<CellOrder>> {
        let (cells, is_whole) = swarm.cells(self.side, self.reach)?;
        if !is_whole {
            return Ok(None);
        }
        let occupied = swarm.order_by(cells)?;
        Ok(Some(CellOrder { cells, occupied }))
    }

    /// Moves the points, which are still in that order.
    pub(super) fn advance(&mut self, swarm: &mut Swarm, order: &CellOrder) -> Result<()> {
        let CellOrder { cells, occupied } = order;
        let tensors = self.spread(swarm, *cells, occupied)?;
        let tensors = self.convolution.run(&swarm.device, cells, &occupied.keys, tensors)?;
        self.read(swarm, *cells, occupied, &tensors)
    }

    /// Multiplications and additions of an iteration, about, over so many points in `m` cells.
    pub(super) fn products(&self, (n, d): (usize, usize), m: usize) -> f64 {
        let of_cell = d * (2 * self.reach + 1) * size_of_tensor(d) * TERMS;
        let of_point = (d + 1) * size_of_tensor(d);
        m as f64 * of_cell as f64 + n as f64 * of_point as f64
    }

    /// The sums of the polynomials over the points of each cell: `(m, terms^d)`.
    fn spread(
        &mut self,
        swarm: &Swarm,
        cells: CellNumbers,
        occupied: &DistinctKeys,
    ) -> Result<Buffer<f64, Ix2>> {
        let (device, (n, d), m) = (&swarm.device, swarm.dim(), occupied.len());
        let size = size_of_tensor(d);
        let mut more = device.zeros_of(m + 1)?;
        let arguments = (&occupied.starts, &mut more, m, PIECE);
        kernel(device, "more")?.launch(Launch::over(m), arguments)?;
        scan(device, &mut more)?;
        let mut tensors = device.zeros_of((m, size))?;
        let (starts, parts) = (&occupied.starts, &mut self.parts);
        let most = parts.shape()[0];
        let launch = Launch::blocks(m + most).block(TERMS * TERMS);
        let arguments =
            (&swarm.x, cells, starts, &more, &mut tensors, &mut *parts, PIECE, n, d, m, size);
        kernel(device, "spread")?.launch(launch, arguments)?;
        let arguments = (&more, &mut tensors, &*parts, m, size);
        kernel(device, "add")?.launch(Launch::blocks(most).block(TERMS * TERMS), arguments)?;
        Ok(tensors)
    }

    fn read(
        &self,
        swarm: &mut Swarm,
        cells: CellNumbers,
        occupied: &DistinctKeys,
        tensors: &Buffer<f64, Ix2>,
    ) -> Result<()> {
        let ((n, d), m) = (swarm.dim(), occupied.len());
        let Swarm { device, x, farthest, .. } = swarm;
        let arguments =
            (x, cells, &occupied.begun, tensors, farthest, self.unit, n, d, m, size_of_tensor(d));
        kernel(device, "read")?.launch(Launch::over(n).block(128), arguments)
    }
}

/// Cells, and those of them that have points.
pub(super) struct CellOrder {
    cells: CellNumbers,
    occupied: DistinctKeys,
}

impl CellOrder {
    /// How many have points.
    pub(super) fn len(&self) -> usize {
        self.occupied.len()
    }
}
