//! Points halved again and again.

use crate::points::side;
use ndarray::Array2;
use std::array;

/// Points that are halved by one thread.
const ONE_THREAD: usize = 1 << 12;

/// The rows of `x: (n, d)` in an order in which those of each node stand side by side: down to nodes
/// of at most `leaf` rows, which begin at a multiple of `multiple`.
///
/// A node's first half has the lower coordinates along the longest side of its box.
pub(crate) fn rows_in_halves(x: &Array2<f64>, leaf: usize, multiple: usize) -> Vec<u32> {
    match x.ncols() {
        1 => in_halves(&mut packed::<1>(x), leaf, multiple),
        2 => in_halves(&mut packed::<2>(x), leaf, multiple),
        3 => in_halves(&mut packed::<3>(x), leaf, multiple),
        _ => {
            let mut points: Vec<RowOf> =
                (0..x.nrows() as u32).map(|row| RowOf { x, row }).collect();
            in_halves(&mut points, leaf, multiple)
        }
    }
}

/// The first half of so many rows, as a multiple of `multiple`.
pub(crate) fn half(rows: usize, multiple: usize) -> usize {
    (rows / 2).next_multiple_of(multiple)
}

/// A point that knows its row.
trait Located: Send {
    fn row(&self) -> u32;
    fn axes(&self) -> usize;
    fn coordinate(&self, axis: usize) -> f64;
}

/// A point with its few coordinates: they move with it, so that each half lies side by side in
/// memory, and nobody looks at rows far apart.
struct Packed<const D: usize> {
    point: [f64; D],
    row: u32,
}

/// A point that is looked at where it is.
struct RowOf<'a> {
    x: &'a Array2<f64>,
    row: u32,
}

fn packed<const D: usize>(x: &Array2<f64>) -> Vec<Packed<D>> {
    let rows = x.rows().into_iter().zip(0..);
    rows.map(|(point, row)| Packed { point: array::from_fn(|k| point[k]), row }).collect()
}

fn in_halves<P: Located>(points: &mut [P], leaf: usize, multiple: usize) -> Vec<u32> {
    sort_into_halves(points, leaf, multiple);
    points.iter().map(Located::row).collect()
}

fn sort_into_halves<P: Located>(points: &mut [P], leaf: usize, multiple: usize) {
    if points.len() <= leaf {
        return;
    }
    let length = |axis: usize| side(points.iter().map(|point| point.coordinate(axis)));
    let sides: Vec<f64> = (0..points[0].axes()).map(length).collect();
    let longest = (0..sides.len()).max_by(|&a, &b| sides[a].total_cmp(&sides[b])).unwrap_or(0);
    let middle = half(points.len(), multiple);
    points.select_nth_unstable_by(middle, |a, b| {
        a.coordinate(longest).total_cmp(&b.coordinate(longest)).then(a.row().cmp(&b.row()))
    });
    let many = points.len() > ONE_THREAD;
    let (first, second) = points.split_at_mut(middle);
    let mut sort = [first, second].map(|half| move || sort_into_halves(half, leaf, multiple));
    let [first, second] = &mut sort;
    if many {
        rayon::join(first, second);
    } else {
        first();
        second();
    }
}

impl<const D: usize> Located for Packed<D> {
    fn row(&self) -> u32 {
        self.row
    }

    fn axes(&self) -> usize {
        D
    }

    fn coordinate(&self, axis: usize) -> f64 {
        self.point[axis]
    }
}

impl Located for RowOf<'_> {
    fn row(&self) -> u32 {
        self.row
    }

    fn axes(&self) -> usize {
        self.x.ncols()
    }

    fn coordinate(&self, axis: usize) -> f64 {
        self.x[[self.row as usize, axis]]
    }
}
