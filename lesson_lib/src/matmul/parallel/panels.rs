//! A few columns, packed for the microkernels.

use ndarray::{ArrayRef2, ArrayView2, Axis, LinalgScalar, Slice};

/// The columns of `b`, copied in the order in which a microkernel reads them.
///
/// A panel holds as many columns as the microkernel has sums for: `lanes` values of its first
/// column, `lanes` of its second, and so on, then the next `lanes` of each; zeros fill up the last
/// `lanes`. A microkernel then walks through a panel with one pointer.
pub(super) struct PackedPanels<T> {
    values: Vec<T>,
    start: usize,
    widths: Vec<usize>,
    /// The values that each column takes, a multiple of `lanes`.
    depth: usize,
}

impl<T: LinalgScalar> PackedPanels<T> {
    /// A cache line; a vector that lies across two costs two reads.
    const ALIGNMENT: usize = 64;

    /// Packs `b: (k, n)`; the widths add up to `n`.
    pub(super) fn pack(b: &ArrayRef2<T>, lanes: usize, widths: Vec<usize>) -> Self {
        let depth = b.nrows().next_multiple_of(lanes);
        let mut values = vec![T::zero(); depth * b.ncols() + Self::ALIGNMENT];
        let start = values.as_ptr().align_offset(Self::ALIGNMENT);
        let (mut first, mut rest) = (0, &mut values[start..]);
        for &width in &widths {
            let columns = b.slice_axis(Axis(1), Slice::from(first..first + width));
            let (panel, others) = rest.split_at_mut(width * depth);
            fill(panel, columns, lanes);
            (first, rest) = (first + width, others);
        }
        PackedPanels { values, start, widths, depth }
    }

    /// For each panel its first column, its width, and its values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize, &[T])> {
        let mut first = 0;
        self.widths.iter().map(move |&width| {
            let begin = self.start + first * self.depth;
            let panel = (first, width, &self.values[begin..begin + width * self.depth]);
            first += width;
            panel
        })
    }
}

/// Copies the columns of a panel, `lanes` rows at a time.
fn fill<T: LinalgScalar>(panel: &mut [T], columns: ArrayView2<T>, lanes: usize) {
    let chunks = panel.chunks_exact_mut(lanes * columns.ncols());
    for (chunk, rows) in chunks.zip(columns.axis_chunks_iter(Axis(0), lanes)) {
        for (lane, row) in rows.rows().into_iter().enumerate() {
            for (column, &value) in row.iter().enumerate() {
                chunk[column * lanes + lane] = value;
            }
        }
    }
}
