//! The one list of the versions on the host.

use std::fmt;

/// A step of the ladder from loops to the fast version: what one iteration does, and how.
///
/// All find the same clusters but [`ScatterMeanWithZero`](Self::ScatterMeanWithZero), which keeps
/// a mistake of the forum's.
///
/// ```
/// use lesson_lib::{cluster::kmeans::{KMeans, VERSIONS}, ndarray::array};
/// let x = array![[0.0], [1.0], [9.0], [11.0]];
/// for version in VERSIONS.into_iter().filter(|version| !version.counts_a_zero()) {
///     println!("{version}: {}", version.idea());
///     let run = version.run_from(&KMeans::as_posted(2), &x, &array![[0.0], [1.0]])?;
///     assert_eq!(run.centroids, array![[0.5], [10.0]]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// The forum's version 1: a list of members for each centroid. An empty cluster starts again at
    /// a random point.
    Loops,
    /// The forum's version 2: all [`distances`](super::distances) at once, then a loop over the
    /// clusters. An empty cluster keeps its centroid.
    AllDistances,
    /// The forum's version 3: no loop over the clusters. An empty cluster keeps its centroid.
    ScatterAdd,
    /// The forum's version 3.1, **which is wrong**: PyTorch's `scatter_reduce_(…, "mean")` into
    /// zeros counts those zeros. So a mean of n points is their sum divided by n + 1, too near the
    /// origin, and the centroid of an empty cluster goes to the origin. The inertia may rise.
    ScatterMeanWithZero,
    /// What [`KMeans::run`](super::KMeans::run) does: one pass over the points on all cores. An
    /// empty cluster starts again at a random point.
    Fused,
}

/// Every version, in the order of the forum.
pub const VERSIONS: [Version; 5] = [
    Version::Loops,
    Version::AllDistances,
    Version::ScatterAdd,
    Version::ScatterMeanWithZero,
    Version::Fused,
];

impl Version {
    /// A short name for tables.
    pub fn name(self) -> &'static str {
        match self {
            Version::Loops => "loops",
            Version::AllDistances => "all distances",
            Version::ScatterAdd => "scatter add",
            Version::ScatterMeanWithZero => "scatter mean with a zero",
            Version::Fused => "fused",
        }
    }

    /// What is new in this version, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            Version::Loops => "One point after another joins the list of its centroid.",
            Version::AllDistances => "All distances at once, then the mean of each cluster.",
            Version::ScatterAdd => "Each point is added to the sum of its cluster.",
            Version::ScatterMeanWithZero => "The same as a mean, which counts one zero too many.",
            Version::Fused => "Labels and sums in one pass, vector instructions, every core.",
        }
    }

    /// Whether its means are off by one point: it is there to be looked at, not to be used.
    pub fn counts_a_zero(self) -> bool {
        self == Version::ScatterMeanWithZero
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
