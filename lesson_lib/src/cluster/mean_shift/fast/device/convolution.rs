//! How cells reach each other: through series along one axis after another.

use super::cell_numbers::CellNumbers;
use super::kernel;
use crate::Result;
use crate::cluster::mean_shift::fast::interpolation::coefficients;
use crate::device::{Buffer, Device, Launch};
use crate::neighbors::keys_around;
use ndarray::{Array3, Ix1, Ix2, Ix3};

/// The kernels' length of a series. With fewer terms cells would have to be so small, for single
/// precision, that they cost more in all.
pub(super) const TERMS: usize = 12;

/// How many numbers a cell's tensor has.
pub(super) fn size_of_tensor(d: usize) -> usize {
    TERMS.pow(d as u32)
}

/// Cells by their numbers, ascending.
type Numbers = Buffer<i64, Ix1>;

/// The tensor of each of some cells: `(m, terms^d)`.
type CellTensors = Buffer<f64, Ix2>;

/// The series between cells of one size.
pub(super) struct DeviceConvolution {
    /// How many cells away another one may be.
    reach: usize,
    /// The series for cells that are −`reach` to `reach` apart: `(offsets, terms, terms)`.
    matrices: Buffer<f64, Ix3>,
}

impl DeviceConvolution {
    /// For cells of this side, in widths of the Gaussian.
    pub(super) fn new(device: &Device, side: f64, reach: usize) -> Result<Self> {
        Ok(Self { reach, matrices: device.upload(&matrices(side, reach))? })
    }

    /// What reaches each of the cells from all of them: along the last axis first, by way of the cells
    /// that lie between them.
    pub(super) fn run(
        &self,
        device: &Device,
        cells: &CellNumbers,
        occupied: &Numbers,
        tensors: CellTensors,
    ) -> Result<CellTensors> {
        let along = |axis, from: (&Numbers, &CellTensors), to: &Numbers| {
            self.along(device, cells, axis, from, to)
        };
        match cells.axes() {
            1 => along(0, (occupied, &tensors), occupied),
            2 => {
                let between = self.around(device, cells, (occupied, 1), Some((occupied, 0)))?;
                let tensors = along(1, (occupied, &tensors), &between)?;
                along(0, (&between, &tensors), occupied)
            }
            _ => {
                let useful = self.around(device, cells, (occupied, 0), None)?;
                let first = self.around(device, cells, (occupied, 2), Some((&useful, 1)))?;
                let tensors = along(2, (occupied, &tensors), &first)?;
                let second = self.around(device, cells, (&first, 1), Some((occupied, 0)))?;
                let tensors = along(1, (&first, &tensors), &second)?;
                along(0, (&second, &tensors), occupied)
            }
        }
    }

    /// The cells of a list, and those that it reaches along an axis; of the latter only those from which a
    /// cell of another list is reached along another axis.
    fn around(
        &self,
        device: &Device,
        cells: &CellNumbers,
        (list, axis): (&Numbers, usize),
        near: Option<(&Numbers, usize)>,
    ) -> Result<Numbers> {
        let near = near.map(|(list, axis)| (list, cells.strides[axis]));
        keys_around(device, list, (cells.strides[axis], self.reach), near, cells.bits())
    }

    /// What reaches the cells `to: (m)` along an axis from those of a list.
    fn along(
        &self,
        device: &Device,
        cells: &CellNumbers,
        axis: usize,
        (list, tensors): (&Numbers, &CellTensors),
        to: &Numbers,
    ) -> Result<CellTensors> {
        let (d, m, others, stride) = (cells.axes(), to.len(), list.len(), cells.strides[axis]);
        let size = size_of_tensor(d);
        let mut reached = device.zeros_of((m, size))?;
        let (threads, cells_of_block) = [(96, 96), (96, 8), (144, 1)][d - 1];
        let sources = cells_of_block * (2 * self.reach + 1);
        let launch = Launch::blocks(m.div_ceil(cells_of_block)).block(threads);
        let (out, matrices, reach) = (&mut reached, &self.matrices, self.reach);
        let arguments = (list, tensors, to, out, matrices, axis, stride, reach, d, m, others, size);
        kernel(device, "convolve")?.launch(launch.shared(sources * size_of::<i32>()), arguments)?;
        Ok(reached)
    }
}

/// The series for cells that are −`reach` to `reach` apart, whose sides are in widths of the Gaussian.
fn matrices(side: f64, reach: usize) -> Array3<f64> {
    let offsets = (0..=2 * reach).map(|at| at as f64 - reach as f64);
    let values = offsets.flat_map(|offset| coefficients(offset, side, TERMS)).collect();
    let shape = (2 * reach + 1, TERMS, TERMS);
    let mut matrices = Array3::from_shape_vec(shape, values).expect("a matrix for each offset");
    // Within a cell even and odd terms do not reach each other. Without what rounding makes of these zeros
    // the gradient is right to the last place, even where all points are nearly in one place.
    for ((offset, j, k), value) in matrices.indexed_iter_mut() {
        if offset == reach && (j + k) % 2 == 1 {
            *value = 0.0;
        }
    }
    matrices
}
