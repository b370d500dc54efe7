//! From joined core points to the numbers of clusters.

/// The label of noise.
pub(super) const NOISE: i64 = -1;

/// Each row's cluster and whether it is a core point.
pub(super) struct Joined {
    pub(super) labels: Vec<i64>,
    pub(super) is_core: Vec<bool>,
}

impl Joined {
    /// Numbers the sets that core points belong to in the order of their first rows; `set_of` is
    /// the set of each core point, one of `sets`. All other points are noise so far.
    pub(super) fn new(is_core: Vec<bool>, sets: usize, set_of: Vec<usize>) -> Self {
        let (mut number_of, mut clusters) = (vec![NOISE; sets], 0);
        let mut numbers = set_of.into_iter().map(|set| {
            if number_of[set] == NOISE {
                (number_of[set], clusters) = (clusters, clusters + 1);
            }
            number_of[set]
        });
        let label = |&is_core: &bool| if is_core { numbers.next() } else { None };
        let labels = is_core.iter().map(label).map(|number| number.unwrap_or(NOISE));
        Self { labels: labels.collect(), is_core }
    }

    /// The rows that are not core points.
    pub(super) fn others(&self) -> Vec<usize> {
        (0..self.is_core.len()).filter(|&row| !self.is_core[row]).collect()
    }

    /// The lowest label among the core points of `neighbors`; that of noise if there is none.
    pub(super) fn border_label(&self, neighbors: impl Iterator<Item = usize>) -> i64 {
        let core = neighbors.filter(|&row| self.is_core[row]);
        core.map(|row| self.labels[row]).min().unwrap_or(NOISE)
    }

    /// Gives each of `rows` its label.
    pub(super) fn label(&mut self, rows: &[usize], labels: Vec<i64>) {
        rows.iter().zip(labels).for_each(|(&row, label)| self.labels[row] = label);
    }

    pub(super) fn clusters(&self) -> usize {
        self.labels.iter().max().map_or(0, |&last| (last + 1) as usize)
    }
}
