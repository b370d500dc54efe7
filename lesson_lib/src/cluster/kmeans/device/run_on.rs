//! k-means with points in a device's memory.

use super::KernelVersion;
use super::moving::{Moving, assign};
use crate::Result;
use crate::cluster::kmeans::prepared::Prepared;
use crate::cluster::kmeans::run::Clustered;
use crate::cluster::kmeans::settings::KMeans;
use crate::device::Device;
use crate::points::BoundingBox;
use crate::random::Generator;
use ndarray::{Array1, Array2, ArrayRef2};

/// Iterations that are launched before the device is asked whether it has converged. To ask is to
/// wait for all that was launched.
const BETWEEN_QUESTIONS: usize = 8;

impl KMeans {
    /// Clusters the rows of `x: (n, d)` on `device`: copies them there, launches what should be the
    /// fastest kernels, and copies centroids and labels back.
    ///
    /// It starts where [`run`](Self::run) does and agrees with it up to the rounding of `f32`, but
    /// for empty clusters: on a device they keep their centroids. With a number of iterations alone,
    /// nothing waits for the device between them. Otherwise it is asked after every eighth whether
    /// it has converged, so that there may be up to seven iterations more than needed; a tolerance is at least
    /// the last place of the coordinates. The device
    /// does not measure the inertia: `inertias` stays empty, and the last one is computed here.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of [`KernelVersion::run`].
    ///
    /// ```no_run
    /// use lesson_lib::{cluster::kmeans::KMeans, data, device::Device};
    /// let x = data::lesson_blobs().data; // (1500, 2)
    /// let run = KMeans::new(6).iterations(10).run_on(&Device::best()?, &x)?;
    /// assert_eq!((run.centroids.dim(), run.labels.len()), ((6, 2), 1500));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_on(&self, device: &Device, x: &ArrayRef2<f32>) -> Result<Clustered<f32>> {
        let points = Prepared::new(self, x)?;
        if x.is_empty() {
            return self.run(x);
        }
        let start = points.drawn(self, &mut Generator::new(self.seed));
        let version = KernelVersion::best(device.properties(), start.dim());
        let uploaded = device.upload(&points.x)?;
        let mut moving = Moving::new(version, device, &uploaded, device.upload(&start)?)?;
        let tolerance = points.tolerance(self).max(last_place(&points.x));
        let (iterations, converged) = self.repeat(&mut moving, tolerance)?;
        let mut labels = device.zeros_of(x.nrows())?;
        assign(device, &uploaded, &moving.centroids, &mut labels)?;
        let labels = labels.download()?.mapv(|label: i32| label as usize);
        let mut centroids = moving.centroids.download()?;
        points.unit.undo(&mut centroids);
        let inertia = inertia(x, &centroids, &labels);
        let inertias = Vec::new();
        Ok(Clustered { centroids, labels, inertia, inertias, iterations, converged })
    }

    /// Iterates as long as the settings say; returns how often, and whether the centroids have
    /// converged.
    fn repeat(&self, moving: &mut Moving, tolerance: f64) -> Result<(usize, bool)> {
        let (mut done, mut converged) = (0, false);
        while done < self.limit() && !(converged && self.stops_early()) {
            let left = self.limit() - done;
            let now = if self.stops_early() { left.min(BETWEEN_QUESTIONS) } else { left };
            (0..now).try_for_each(|_| moving.iterate())?;
            converged = moving.largest_move()? <= tolerance;
            done += now;
        }
        Ok((done, converged))
    }
}

/// How far rounding alone may move a centroid back and forth: a unit in the last place of each
/// coordinate. No tolerance can be less.
fn last_place(x: &ArrayRef2<f32>) -> f64 {
    f64::from(f32::EPSILON) * BoundingBox::around(x).farthest() * (x.ncols() as f64).sqrt()
}

/// The sum of the squared distances of all points to their centroids.
fn inertia(x: &ArrayRef2<f32>, centroids: &Array2<f32>, labels: &Array1<usize>) -> f64 {
    let squares = x.rows().into_iter().zip(labels).map(|(row, &label)| {
        let pairs = row.into_iter().zip(centroids.row(label));
        pairs.map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum::<f64>()
    });
    squares.sum()
}
