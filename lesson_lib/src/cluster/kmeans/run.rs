//! k-means, iteration after iteration.

use super::engine::Engine;
use super::fused::Fused;
use super::ladder::Readable;
use super::nearest::Lookups;
use super::prepared::Prepared;
use super::searched::{CentroidSearch, Searched};
use super::settings::KMeans;
use super::version::Version;
use crate::Result;
use crate::cluster::moves::largest_move;
use crate::neighbors::Neighbors;
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

    /// [`run`](Self::run), where each point joins the nearest of the centroids that a search finds:
    /// `search` is called with the centroids, `(k, d)`, whenever they have moved.
    ///
    /// An exact search makes no difference but for rounding. With one that misses some, as
    /// [`Lsh`](crate::neighbors::Lsh) does, points join centroids farther away, and the inertia may
    /// rise; a point for which it finds none is compared with all.
    ///
    /// # Errors
    /// As [`run`](Self::run), those of `search`, and [`Error::Shape`](crate::Error::Shape) if it was
    /// not built from the centroids.
    ///
    /// ```
    /// use lesson_lib::{cluster::kmeans::KMeans, data, neighbors::KdTree};
    /// let x = data::lesson_blobs().data; // (1500, 2)
    /// let (all, tree) = (KMeans::new(6).run(&x)?, KMeans::new(6).run_with(&x, |c| KdTree::new(c))?);
    /// assert_eq!(tree.labels, all.labels);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_with<T: Clusterable, N: Neighbors + 'static>(
        &self,
        x: &ArrayRef2<T>,
        mut search: impl FnMut(&Array2<f64>) -> Result<N>,
    ) -> Result<Clustered<T>> {
        T::kmeans_with(self, x, &mut |centroids| Ok(Box::new(search(centroids)?)))
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

    /// Runs k-means; see [`KMeans::run_with`].
    #[doc(hidden)]
    fn kmeans_with(
        settings: &KMeans,
        x: &ArrayRef2<Self>,
        search: &mut CentroidSearch,
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
                cluster(settings, Way::Version(version), x, start, observer)
            }

            fn kmeans_with(
                settings: &KMeans,
                x: &ArrayRef2<Self>,
                search: &mut CentroidSearch,
            ) -> Result<Clustered<Self>> {
                cluster(settings, Way::Search(search), x, None, None)
            }
        }
    };
}

clusterable!(f32);
clusterable!(f64);

fn cluster<T: Lookups>(
    settings: &KMeans,
    way: Way,
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
    let mut engine = engine(way, &points, settings.k)?;
    let mut inertia = engine.assign(&centroids)?;
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
        inertia = engine.assign(&centroids)?;
        show(inertias.len(), &centroids, &*engine);
    }
    unit.undo(&mut centroids);
    let (labels, inertia) = (engine.labels(), inertia / (unit.scale * unit.scale));
    Ok(Clustered { centroids, labels, inertia, iterations: inertias.len(), inertias, converged })
}

/// How points find their centroids.
enum Way<'a, 'b> {
    Version(Version),
    Search(&'a mut CentroidSearch<'b>),
}

fn engine<'a, T: Lookups>(
    way: Way<'a, '_>,
    points: &'a Prepared<T>,
    k: usize,
) -> Result<Box<dyn Engine<T> + 'a>> {
    Ok(match way {
        Way::Version(Version::Fused) => Box::new(Fused::new(&points.x)),
        Way::Version(readable) => Box::new(Readable::new(readable, &points.x, k)?),
        Way::Search(search) => Box::new(Searched::new(&points.x, points.unit, search)),
    })
}
