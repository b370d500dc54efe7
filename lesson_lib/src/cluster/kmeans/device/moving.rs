//! Centroids in a device's memory, moved by the kernels.

use super::{CELLS, KernelVersion, kernel, too_many};
use crate::cluster::kmeans::settings::NAME;
use crate::device::{Buffer, Device, Launch};
use crate::{Error, Result};
use ndarray::{Ix1, Ix2, IxDyn};

/// Points and centroids in a device's memory, and room for what an iteration needs.
pub(super) struct Moving<'a> {
    version: KernelVersion,
    device: &'a Device,
    x: &'a Buffer<f32, Ix2>,
    launch: Launch,
    pub(super) centroids: Buffer<f32, Ix2>,
    labels: Buffer<i32, Ix1>,
    cells: Buffer<u32, Ix1>,
    /// The sums of each block, `(parts, k, d)`, or those of all, `(k, d)`.
    sums: Buffer<f32, IxDyn>,
    /// As `sums`, without d.
    counts: Buffer<i32, IxDyn>,
    /// How far the last iteration has moved each coordinate: `(k, d)`.
    moves: Buffer<f32, Ix2>,
}

impl<'a> Moving<'a> {
    /// # Errors
    /// Those of [`KernelVersion::run`]. There is at least one point.
    pub(super) fn new(
        version: KernelVersion,
        device: &'a Device,
        x: &'a Buffer<f32, Ix2>,
        centroids: Buffer<f32, Ix2>,
    ) -> Result<Self> {
        let (n, d, k) = sizes(x, &centroids)?;
        if !version.takes(device.properties(), (k, d)) {
            return Err(too_many(version, device, [x.shape(), centroids.shape()]));
        }
        let launch = version.launch(device.properties(), (n, d), k);
        let parts = version.is_deterministic().then_some(launch.grid()[0]);
        let shape = |of_each: &[usize]| IxDyn(&[parts.as_slice(), of_each].concat());
        let has_labels = [KernelVersion::V1Atomics, KernelVersion::V2Privatized].contains(&version);
        Ok(Self {
            version,
            device,
            x,
            launch,
            centroids,
            labels: device.zeros_of(if has_labels { n } else { 0 })?,
            cells: device.zeros_of(if version == KernelVersion::V5Cells { CELLS } else { 0 })?,
            sums: device.zeros(shape(&[k, d]))?,
            counts: device.zeros_of(shape(&[k]))?,
            moves: device.zeros((k, d))?,
        })
    }

    /// Launches what makes one iteration, and does not wait for it.
    pub(super) fn iterate(&mut self) -> Result<()> {
        self.add_up()?;
        self.move_centroids()
    }

    /// How far the last iteration has moved the centroid that it moved farthest. Waits for it.
    pub(super) fn largest_move(&self) -> Result<f64> {
        let moves = self.moves.download()?.mapv(f64::from);
        let lengths =
            moves.rows().into_iter().map(|row| row.fold(0.0, |sum: f64, v| sum.hypot(*v)));
        Ok(lengths.fold(0.0, f64::max))
    }

    fn add_up(&mut self) -> Result<()> {
        let (n, d, k) = sizes(self.x, &self.centroids)?;
        let (x, centroids, launch) = (self.x, &self.centroids, self.launch);
        let (sums, counts) = (&mut self.sums, &mut self.counts);
        let kernel = self.version.kernel(self.device)?;
        match self.version {
            KernelVersion::V1Atomics | KernelVersion::V2Privatized => {
                assign(self.device, x, centroids, &mut self.labels)?;
                kernel.launch(launch, (x, centroids, &self.labels, sums, counts, n, d, k))
            }
            KernelVersion::V3Fused | KernelVersion::V4Deterministic => {
                kernel.launch(launch, (x, centroids, sums, counts, n, d, k))
            }
            KernelVersion::V5Cells => {
                self::kernel(self.device, "kmeans_cells")?
                    .launch(Launch::over(CELLS), (centroids, &mut self.cells, k))?;
                kernel.launch(launch, (x, centroids, &self.cells, sums, counts, n, k))
            }
        }
    }

    fn move_centroids(&mut self) -> Result<()> {
        let (_, d, k) = sizes(self.x, &self.centroids)?;
        let (centroids, moves) = (&mut self.centroids, &mut self.moves);
        if self.version.is_deterministic() {
            let (sums, counts) = (&self.sums, &self.counts);
            let parts = sums.shape()[0];
            let launch = Launch::blocks(k * d).block(parts.next_multiple_of(32).min(256));
            kernel(self.device, "kmeans_means_of_parts")?
                .launch(launch, (centroids, sums, counts, moves, parts, d, k))
        } else {
            let (sums, counts) = (&mut self.sums, &mut self.counts);
            kernel(self.device, "kmeans_means")?
                .launch(Launch::over(k), (centroids, sums, counts, moves, d, k))
        }
    }
}

impl KernelVersion {
    /// Moves the centroids `(k, d)` by `iterations` steps of k-means over `x: (n, d)` into a new
    /// buffer. Does not wait for its end, and not for any of its iterations.
    ///
    /// The centroid of an empty cluster stays where it is. A point that is not finite joins the
    /// first centroid and makes it NaN. Squares of distances must be in the range of `f32`.
    ///
    /// # Errors
    /// [`Error::Shape`] when points and centroids have different numbers of columns or none, when
    /// there is no centroid, or more than the kernel [takes](Self::takes); [`Error::Launch`] when
    /// `x` is on another device; those of [`kernel`](KernelVersion::kernel).
    pub fn run(
        self,
        device: &Device,
        x: &Buffer<f32, Ix2>,
        centroids: &Buffer<f32, Ix2>,
        iterations: usize,
    ) -> Result<Buffer<f32, Ix2>> {
        sizes(x, centroids)?;
        let centroids = centroids.to(device)?;
        if x.is_empty() {
            return Ok(centroids);
        }
        let mut moving = Moving::new(self, device, x, centroids)?;
        (0..iterations).try_for_each(|_| moving.iterate())?;
        Ok(moving.centroids)
    }
}

/// Writes the number of the nearest of the centroids `(k, d)` for each point of `x: (n, d)` to
/// `labels: (n)`; there is at least one point.
pub(super) fn assign(
    device: &Device,
    x: &Buffer<f32, Ix2>,
    centroids: &Buffer<f32, Ix2>,
    labels: &mut Buffer<i32, Ix1>,
) -> Result<()> {
    let (n, d, k) = sizes(x, centroids)?;
    kernel(device, "kmeans_assign")?.launch(Launch::over(n), (x, centroids, labels, n, d, k))
}

/// `(n, d, k)`, neither d nor k 0.
fn sizes(x: &Buffer<f32, Ix2>, centroids: &Buffer<f32, Ix2>) -> Result<(usize, usize, usize)> {
    let ([n, d], [k, columns]) =
        ([0, 1].map(|i| x.shape()[i]), [0, 1].map(|i| centroids.shape()[i]));
    if d != columns || d == 0 || k == 0 {
        let help = "there must be a centroid, with a column for each coordinate of the points";
        return Err(Error::shape(NAME, [x.shape(), centroids.shape()], help));
    }
    Ok((n, d, k))
}
