//! k-means, iteration after iteration.

use super::nearest::{Lookups, Nearest};
use super::packed::{LANES, Packed};
use super::pass::Pass;
use super::settings::{KMeans, NAME};
use super::update::{largest_move, means};
use crate::cluster::pairs::Unit;
use crate::random::Generator;
use crate::show::Show;
use crate::{Error, Result};
use ndarray::{Array1, Array2, ArrayRef2, ArrayView1, ArrayView2, Axis};

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
    /// The inertia at the start of each iteration; it never rises.
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
    /// [`Error::Argument`] if a setting is out of range, there are fewer points than clusters, or a
    /// coordinate is not finite; [`Error::Shape`] if the points have no coordinates.
    ///
    /// ```
    /// use lesson_lib::{cluster::{self, kmeans::KMeans}, data};
    /// let blobs = data::lesson_blobs(); // 6 clouds of 250 points
    /// let run = KMeans::new(6).seed(3).run(&blobs.data)?;
    /// assert!(run.inertias.is_sorted_by(|before, after| before >= after));
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run<T: Clusterable>(&self, x: &ArrayRef2<T>) -> Result<Clustered<T>> {
        T::kmeans(self, x, None, None)
    }

    /// [`run`](Self::run) from these centroids, `(k, d)`.
    ///
    /// # Errors
    /// As [`run`](Self::run), and [`Error::Shape`] if the centroids are not `(k, d)`.
    pub fn run_from<T: Clusterable>(
        &self,
        x: &ArrayRef2<T>,
        centroids: &ArrayRef2<T>,
    ) -> Result<Clustered<T>> {
        T::kmeans(self, x, Some(centroids), None)
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
        T::kmeans(self, x, None, Some(&mut observer))
    }
}

/// `f32` and `f64`, for which k-means is compiled here and not in every notebook cell that calls it.
pub trait Clusterable: Lookups {
    /// Runs k-means; see [`KMeans::observe`].
    #[doc(hidden)]
    fn kmeans(
        settings: &KMeans,
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
                x: &ArrayRef2<Self>,
                start: Option<&ArrayRef2<Self>>,
                observer: Option<&mut ClusterObserver<Self>>,
            ) -> Result<Clustered<Self>> {
                cluster(settings, x, start, observer)
            }
        }
    };
}

clusterable!(f32);
clusterable!(f64);

fn cluster<T: Lookups>(
    settings: &KMeans,
    x: &ArrayRef2<T>,
    start: Option<&ArrayRef2<T>>,
    mut observer: Option<&mut ClusterObserver<T>>,
) -> Result<Clustered<T>> {
    settings.check(x.nrows())?;
    let unit = Unit::new(NAME, x, f64::INFINITY)?;
    let scaled = unit.apply(x);
    let mut generator = Generator::new(settings.seed);
    let mut centroids = match start {
        Some(start) => given(settings, x, start, unit)?,
        None if x.is_empty() => Array2::zeros((settings.k, x.ncols())),
        None => {
            let rows = settings.start.rows(&T::to_f64_array(&scaled), settings.k, &mut generator);
            scaled.select(Axis(0), &rows)
        }
    };
    let mut state = State::new(&scaled);
    let mut pass = state.look(&centroids);
    let tolerance = settings.convergence_distance(1.0 / unit.scale) * unit.scale;
    let (mut inertias, mut converged) = (Vec::new(), false);
    let mut show = |number: usize, centroids: &Array2<T>, state: &State<T>| {
        if let Some(observer) = &mut observer {
            let mut centroids = centroids.clone();
            unit.undo(&mut centroids);
            observer(number, centroids.view(), state.labels().view());
        }
    };
    show(0, &centroids, &state);
    while inertias.len() < settings.limit() && !(converged && settings.stops_early()) {
        inertias.push(pass.inertia / (unit.scale * unit.scale));
        let moved =
            if x.is_empty() { centroids.clone() } else { means(&pass, &scaled, &mut generator) };
        converged = largest_move(&centroids, &moved) <= tolerance;
        centroids = moved;
        pass = state.look(&centroids);
        show(inertias.len(), &centroids, &state);
    }
    unit.undo(&mut centroids);
    let (labels, inertia) = (state.labels(), pass.inertia / (unit.scale * unit.scale));
    Ok(Clustered { centroids, labels, inertia, iterations: inertias.len(), inertias, converged })
}

/// The centroids that the caller gave, in the unit of the points.
fn given<T: Lookups>(
    settings: &KMeans,
    x: &ArrayRef2<T>,
    start: &ArrayRef2<T>,
    unit: Unit,
) -> Result<Array2<T>> {
    if start.dim() != (settings.k, x.ncols()) {
        let problem =
            format!("{} centroids with as many columns as the points are needed", settings.k);
        return Err(Error::shape(NAME, [x.shape(), start.shape()], problem));
    }
    if let Some(((row, column), value)) = start.indexed_iter().find(|(_, value)| !value.is_finite())
    {
        let problem = format!("centroid {row}, column {column} is {value}: it must be finite");
        return Err(Error::argument(NAME, problem));
    }
    let start = unit.apply(start);
    let farthest = start.iter().fold(0.0_f64, |far, &value| far.max(value.into().abs()));
    let largest: f64 = T::max_value().into();
    if farthest > largest.sqrt() / x.ncols() as f64 / 4.0 {
        let problem = "a centroid starts too far from the points: start nearer to them";
        return Err(Error::argument(NAME, problem));
    }
    Ok(start)
}

/// The points, and the cluster of each.
struct State<T: 'static> {
    points: Packed<T>,
    labels: Vec<u32>,
    nearest: Nearest<T>,
}

impl<T: Lookups> State<T> {
    fn new(x: &ArrayRef2<T>) -> Self {
        Self {
            points: Packed::new(x),
            labels: vec![0; x.nrows().div_ceil(LANES) * LANES],
            nearest: T::available().swap_remove(0),
        }
    }

    fn look(&mut self, centroids: &Array2<T>) -> Pass {
        Pass::over(&self.points, centroids, self.nearest, &mut self.labels)
    }

    fn labels(&self) -> Array1<usize> {
        self.labels[..self.points.n].iter().map(|&label| label as usize).collect()
    }
}
