//! Sets of rows that are being joined (union-find).

/// Every row begins as a set of its own; the earliest row of a set stands for all of it.
pub(super) struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    pub(super) fn new(n: usize) -> Self {
        Sets { parents: (0..n).collect() }
    }

    /// The row that stands for the set of `row`; halves the path to it for the next time.
    pub(super) fn root(&mut self, mut row: usize) -> usize {
        while self.parents[row] != row {
            self.parents[row] = self.parents[self.parents[row]];
            row = self.parents[row];
        }
        row
    }

    /// Joins two sets; the earlier row stands for both.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}
