//! k-means, iteration after iteration.

use super::engine::Engine;
use super::fused::Fused;
use super::ladder::Readable;
use super::nearest::Lookups;
use super::prepared::Prepared;
use super::settings::KMeans;
use super::update::largest_move;
use super::version::Version;
use crate::Result;
use crate::random::Generator;
use crate::show::Show;
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2};

/// Called with the number of the iteration, the centroids `(k, d)` and the cluster of each point,
/// `(n)`, as those centroids see it.
pub type ClusterObserver<'a, T> = dyn FnMut(usize, ArrayView2<T>, ArrayView1<usize>) + 'a;

/// What became of the points and the centroids.
///
/// ```
/// use lesson_lib::{cluster::kmeans::KMeans, ndarray::array};
/// let x = array![[0.0], [1.0], [9.0], [11.0]];
/// let run = KMeans::new(2).run_from(&x, &array![[0.0], [1.0]])?;
/// assert_eq!(run.centroids, array![[0.5], [10.0]]);
/// assert_eq!(run.labels, array![0, 0, 1, 1]);
/// assert_eq!((run.inertia, run.converged), (2.5, true));
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Clustered<T> {
    /// Where the centroids ended: `(k, d)`.
    pub centroids: Array2<T>,
    /// The nearest of these for each point: `(n)`.
    pub labels: Array1<usize>,
    /// The sum of the squared distances to them.
    pub inertia: f64,
    /// The inertia at the start of each iteration; it never rises. Empty after a run on a
    /// [`device`](crate::device), which does not measure it.
    pub inertias: Vec<f64>,
    /// How many iterations there were.
    pub iterations: usize,
    /// Whether the last iteration moved no centroid farther than the tolerance.
    pub converged: bool,
}

impl<T> Show for Clustered<T> {
    fn text(&self) -> String {
        let end = if self.converged { "converged" } else { "not converged" };
        format!(
            "{} points in {} clusters after {} iterations, {end}; inertia {:.6}",
            self.labels.len(),
            self.centroids.nrows(),
            self.iterations,
            self.inertia
        )
    }
}

impl KMeans {
    /// Clusters the rows of `x: (n, d)`, `f32` or `f64`.
    ///
    /// The result does not depend on the number of threads. Of equally near centroids the first
    /// counts; a cluster that has lost all its points starts again at a random point.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is out of range, there are fewer points than clusters, or a
    /// coordinate is not finite; [`Error::Shape`](crate::Error::Shape) if the points have no coordinates.
    ///
    /// ```
    /// use lesson_lib::{cluster::{self, kmeans::KMeans}, data};
    /// let blobs = data::lesson_blobs(); // 6 clouds of 250 points
    /// let run = KMeans::new(6).seed(3).run(&blobs.data)?;
    /// assert!(run.inertias.is_sorted_by(|before, after| before >= after));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run<T: Clusterable>(&self, x: &ArrayRef2<T>) -> Result<Clustered<T>> {
        T::kmeans(self, Version::Fused, x, None, None)
    }

    /// [`run`](Self::run) from these centroids, `(k, d)`.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`Error::Shape`](crate::Error::Shape) if the centroids are not `(k, d)`.
    pub fn run_from<T: Clusterable>(
        &self,
        x: &ArrayRef2<T>,
        centroids: &ArrayRef2<T>,
    ) -> Result<Clustered<T>> {
        T::kmeans(self, Version::Fused, x, Some(centroids), None)
    }

    /// [`run`](Self::run), showing centroids and clusters to `observer` before the first iteration,
    /// as number 0, and after each.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    ///
    /// ```
    /// use lesson_lib::{cluster::kmeans::KMeans, ndarray::array};
    /// let mut frames = vec![];
    /// KMeans::new(2).iterations(3).observe(&array![[0.0], [1.0], [9.0]], |_, centroids, labels| {
    ///     frames.push((centroids.to_owned(), labels.to_owned()));
    /// })?;
    /// assert_eq!(frames.len(), 4);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn observe<T: Clusterable>(
        &self,
        x: &ArrayRef2<T>,
        mut observer: impl FnMut(usize, ArrayView2<T>, ArrayView1<usize>),
    ) -> Result<Clustered<T>> {
        T::kmeans(self, Version::Fused, x, None, Some(&mut observer))
    }
}

impl Version {
    /// [`KMeans::run`] in this version's way.
    ///
    /// # Errors
    /// As [`KMeans::run`]; [`Error::Argument`](crate::Error::Argument) if the version, other than the first and the last,
    /// takes over 1 GiB for the differences of all points to all centroids.
    pub fn run<T: Clusterable>(self, settings: &KMeans, x: &ArrayRef2<T>) -> Result<Clustered<T>> {
        T::kmeans(settings, self, x, None, None)
    }

    /// [`KMeans::run_from`] in this version's way.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`Error::Shape`](crate::Error::Shape) if the centroids are not `(k, d)`.
    pub fn run_from<T: Clusterable>(
        self,
        settings: &KMeans,
        x: &ArrayRef2<T>,
        centroids: &ArrayRef2<T>,
    ) -> Result<Clustered<T>> {
        T::kmeans(settings, self, x, Some(centroids), None)
    }
}

/// `f32` and `f64`, for which k-means is compiled here and not in every notebook cell that calls it.
pub trait Clusterable: Lookups {
    /// Runs k-means; see [`KMeans::observe`].
    #[doc(hidden)]
    fn kmeans(
        settings: &KMeans,
        version: Version,
        x: &ArrayRef2<Self>,
        start: Option<&ArrayRef2<Self>>,
        observer: Option<&mut ClusterObserver<Self>>,
    ) -> Result<Clustered<Self>>;
}

macro_rules! clusterable {
    ($float:ty) => {
        impl Clusterable for $float {
            fn kmeans(
                settings: &KMeans,
                version: Version,
                x: &ArrayRef2<Self>,
                start: Option<&ArrayRef2<Self>>,
                observer: Option<&mut ClusterObserver<Self>>,
            ) -> Result<Clustered<Self>> {
                cluster(settings, version, x, start, observer)
            }
        }
    };
}

clusterable!(f32);
clusterable!(f64);

fn cluster<T: Lookups>(
    settings: &KMeans,
    version: Version,
    x: &ArrayRef2<T>,
    start: Option<&ArrayRef2<T>>,
    mut observer: Option<&mut ClusterObserver<T>>,
) -> Result<Clustered<T>> {
    let points = Prepared::new(settings, x)?;
    let (unit, tolerance) = (points.unit, points.tolerance(settings));
    let mut generator = Generator::new(settings.seed);
    let mut centroids = match start {
        Some(start) => points.given(settings, start)?,
        None => points.drawn(settings, &mut generator),
    };
    let mut engine = engine(version, &points.x, settings.k)?;
    let mut inertia = engine.assign(&centroids);
    let (mut inertias, mut converged) = (Vec::new(), false);
    let mut show = |number: usize, centroids: &Array2<T>, engine: &dyn Engine<T>| {
        if let Some(observer) = &mut observer {
            let mut centroids = centroids.clone();
            unit.undo(&mut centroids);
            observer(number, centroids.view(), engine.labels().view());
        }
    };
    show(0, &centroids, &*engine);
    while inertias.len() < settings.limit() && !(converged && settings.stops_early()) {
        inertias.push(inertia / (unit.scale * unit.scale));
        let moved = match x.is_empty() {
            true => centroids.clone(),
            false => engine.means(&centroids, &mut generator),
        };
        converged = largest_move(&centroids, &moved) <= tolerance;
        centroids = moved;
        inertia = engine.assign(&centroids);
        show(inertias.len(), &centroids, &*engine);
    }
    unit.undo(&mut centroids);
    let (labels, inertia) = (engine.labels(), inertia / (unit.scale * unit.scale));
    Ok(Clustered { centroids, labels, inertia, iterations: inertias.len(), inertias, converged })
}

fn engine<'a, T: Lookups>(
    version: Version,
    x: &'a ArrayRef2<T>,
    k: usize,
) -> Result<Box<dyn Engine<T> + 'a>> {
    Ok(match version {
        Version::Fused => Box::new(Fused::new(x)),
        readable => Box::new(Readable::new(readable, x, k)?),
    })
}
