//! The lesson's points: round clouds about random centroids.

use crate::random::Generator;
use ndarray::{Array2, Axis};

/// The variance of a cloud along each axis.
const VARIANCE: f32 = 5.0;

/// Points in the plane, drawn in clouds about centroids.
#[derive(Clone, Debug, PartialEq)]
pub struct Blobs {
    /// The middle of each cloud: `(n_clusters, 2)`.
    pub centroids: Array2<f32>,
    /// The points, cloud after cloud: `(n_clusters · n_samples, 2)`.
    pub data: Array2<f32>,
}

/// The lesson's 1500 points about 6 centroids, which it draws after `torch.manual_seed(42)`.
///
/// The numbers are PyTorch's, bit for bit. The shared generator is not touched.
///
/// ```
/// let blobs = lesson_lib::data::lesson_blobs();
/// assert_eq!(blobs.data.dim(), (1500, 2));
/// assert_eq!(blobs.centroids[[0, 0]], 26.75885);
/// ```
pub fn lesson_blobs() -> Blobs {
    blobs(6, 250, &mut Generator::new(42))
}

/// `n_samples` points about each of `n_clusters` centroids, which are uniform in [−35, 35)².
/// Each cloud is normal with variance 5 along both axes.
///
/// ```
/// use lesson_lib::{data, random::Generator};
/// let blobs = data::blobs(3, 10, &mut Generator::new(0));
/// assert_eq!((blobs.centroids.dim(), blobs.data.dim()), ((3, 2), (30, 2)));
/// ```
pub fn blobs(n_clusters: usize, n_samples: usize, generator: &mut Generator) -> Blobs {
    let centroids = generator.rand((n_clusters, 2)) * 70.0 - 35.0;
    let mut data = Array2::zeros((n_clusters * n_samples, 2));
    // The covariance is diagonal, so its Cholesky factor is the standard deviation.
    let deviation = VARIANCE.sqrt();
    for (centroid, mut cloud) in
        centroids.rows().into_iter().zip(data.axis_chunks_iter_mut(Axis(0), n_samples.max(1)))
    {
        cloud.assign(&(generator.randn((n_samples, 2)) * deviation + centroid));
    }
    Blobs { centroids, data }
}
