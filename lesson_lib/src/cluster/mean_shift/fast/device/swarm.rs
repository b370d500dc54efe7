//! Points in a device's memory, in the order of their cells.

use super::cell_numbers::CellNumbers;
use super::kernel;
use crate::Result;
use crate::device::{Buffer, Device, Launch};
use crate::neighbors::{DistinctKeys, KeySort, bounds};
use ndarray::{Array1, Array2, ArrayRef2, Dimension, Ix1, Ix2};

/// Points that move, at least one. They are put into the order of their cells before each iteration, and
/// stay in it: it is nearly right the next time too.
pub(super) struct Swarm {
    pub(super) device: Device,
    /// `(n, d)`.
    pub(super) x: Buffer<f32, Ix2>,
    /// Where the points are moved or reordered to.
    pub(super) spare: Buffer<f32, Ix2>,
    /// The row of the data that each point is of: `(n)`.
    rows: Buffer<i32, Ix1>,
    spare_rows: Buffer<i32, Ix1>,
    sort: KeySort,
    /// The bits of the largest move of the iteration, as a number: `(1)`.
    pub(super) farthest: Buffer<i32, Ix1>,
}

impl Swarm {
    pub(super) fn new(device: &Device, x: &ArrayRef2<f32>) -> Result<Self> {
        let n = x.nrows();
        let rows: Array1<i32> = (0..n as i32).collect();
        Ok(Self {
            device: device.clone(),
            x: device.upload(x)?,
            spare: device.zeros(x.raw_dim())?,
            rows: device.upload(&rows)?,
            spare_rows: device.zeros_of(n)?,
            sort: KeySort::new(device, device.zeros_of(n)?)?,
            farthest: device.zeros_of(1)?,
        })
    }

    pub(super) fn dim(&self) -> (usize, usize) {
        self.x.raw_dim().into_pattern()
    }

    /// Cells of this side around the points, and whether they are enough; see [`CellNumbers::around`].
    pub(super) fn cells(&self, side: f64, room: usize) -> Result<(CellNumbers, bool)> {
        Ok(CellNumbers::around(bounds(&self.device, &self.x)?, side, self.dim().1, room))
    }

    /// Puts the points into the order of their cells; returns the cells that have points.
    pub(super) fn order_by(&mut self, cells: CellNumbers) -> Result<DistinctKeys> {
        let ((n, d), launch) = (self.dim(), Launch::over(self.dim().0));
        let Self { device, x, spare, rows, spare_rows, sort, .. } = self;
        let number = kernel(device, "number")?;
        number.launch(launch, (&*x, cells, &mut sort.keys, n, d))?;
        sort.sort(cells.bits())?;
        let out = (&mut *spare, &mut *spare_rows);
        kernel(device, "order")?.launch(launch, (&*x, &*rows, &sort.rows, out.0, out.1, n, d))?;
        std::mem::swap(x, spare);
        std::mem::swap(rows, spare_rows);
        DistinctKeys::new(device, &sort.keys)
    }

    /// How far the last iteration has moved the point that it moved farthest. Waits for it.
    pub(super) fn take_farthest(&mut self) -> Result<f64> {
        let bits = self.farthest.download()?[0];
        self.farthest.copy_from(&Array1::zeros(1))?;
        Ok(f32::from_bits(bits.cast_unsigned()).into())
    }

    /// The points in the order of the data: `(n, d)`.
    pub(super) fn in_rows(mut self) -> Result<Array2<f32>> {
        let (n, d) = self.dim();
        let arguments = (&self.x, &self.rows, &mut self.spare, n, d);
        kernel(&self.device, "restore")?.launch(Launch::over(n), arguments)?;
        self.spare.download()
    }
}
