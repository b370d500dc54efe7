//! The lesson's `launch_kernel`: one plain function called for every cell of a grid.

use crate::tasks::task_size;
use ndarray::{ArrayRef2, ArrayViewMut2, Axis};

/// Calls `kernel((i, j), cell)` for every cell of `output: (rows, columns)`, one after another.
///
/// A **kernel** fills one cell of the output and depends on no other. Here the type says so: the
/// kernel is handed its own cell, `&mut`, and has no way to reach the rest of the output, while
/// it may read anything. Called by hand with one cell, it fills that cell alone.
///
/// As in the lesson, what the kernel needs besides its place comes from outside: a closure
/// captures it, a function gets it through a closure.
///
/// ```
/// use lesson_lib::{device::launch_kernel, ndarray::{Array2, array}};
///
/// fn matmul((i, j): (usize, usize), a: &Array2<f32>, b: &Array2<f32>, cell: &mut f32) {
///     for k in 0..a.ncols() {
///         *cell += a[(i, k)] * b[(k, j)];
///     }
/// }
///
/// let (a, b) = (array![[1., 2.], [3., 4.]], array![[5., 6.], [7., 8.]]);
/// let mut c = Array2::zeros((2, 2));
/// matmul((0, 0), &a, &b, &mut c[(0, 0)]);
/// assert_eq!(c, array![[19., 0.], [0., 0.]]);
///
/// c.fill(0.0);
/// launch_kernel(|at, cell| matmul(at, &a, &b, cell), &mut c);
/// assert_eq!(c, array![[19., 22.], [43., 50.]]);
/// ```
pub fn launch_kernel<T, F>(kernel: F, output: &mut ArrayRef2<T>)
where
    T: Send,
    F: Fn((usize, usize), &mut T) + Sync,
{
    for (place, cell) in output.indexed_iter_mut() {
        kernel(place, cell);
    }
}

/// Calls `kernel((i, j), cell)` for every cell of `output: (rows, columns)`, on every core and in
/// no particular order.
///
/// The same kernel goes through [`launch_kernel`] and through this one: no cell depends on
/// another, so that nothing has to change. A kernel that changes something shared does not
/// compile:
///
/// ```compile_fail
/// # use lesson_lib::{device::launch_kernel_parallel, ndarray::Array2};
/// # let mut c = Array2::<f32>::zeros((2, 2));
/// let mut calls = 0;
/// launch_kernel_parallel(|_, _| calls += 1, &mut c);
/// ```
///
/// ```
/// use lesson_lib::{device::launch_kernel_parallel, ndarray::{Array2, array}};
/// let mut table = Array2::zeros((2, 3));
/// launch_kernel_parallel(|(i, j), cell| *cell = 10 * i + j, &mut table);
/// assert_eq!(table, array![[0, 1, 2], [10, 11, 12]]);
/// ```
pub fn launch_kernel_parallel<T, F>(kernel: F, output: &mut ArrayRef2<T>)
where
    T: Send,
    F: Fn((usize, usize), &mut T) + Sync,
{
    let size = task_size(output.len(), rayon::current_num_threads());
    fill(&kernel, (0, 0), output.view_mut(), size);
}

/// Halves the longer side until at most `size` cells are left.
fn fill<T, F>(kernel: &F, (i, j): (usize, usize), output: ArrayViewMut2<T>, size: usize)
where
    T: Send,
    F: Fn((usize, usize), &mut T) + Sync,
{
    let (rows, columns) = output.dim();
    if output.len() <= size {
        let mut output = output;
        return launch_kernel(|(di, dj), cell| kernel((i + di, j + dj), cell), &mut output);
    }
    let axis = if rows >= columns { Axis(0) } else { Axis(1) };
    let half = rows.max(columns) / 2;
    let (first, second) = output.split_at(axis, half);
    let beyond = if rows >= columns { (i + half, j) } else { (i, j + half) };
    rayon::join(|| fill(kernel, (i, j), first, size), || fill(kernel, beyond, second, size));
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, s};

    const SHAPES: [(usize, usize); 9] =
        [(0, 0), (0, 5), (5, 0), (1, 1), (1, 10_000), (10_000, 1), (3, 7), (97, 101), (500, 10)];

    #[test]
    fn both_call_the_kernel_once_for_every_cell() {
        for shape in SHAPES {
            let (mut one_by_one, mut together) = (Array2::zeros(shape), Array2::zeros(shape));
            let kernel = |(i, j): (usize, usize), cell: &mut usize| *cell += 1 + i * 20_000 + j;
            launch_kernel(kernel, &mut one_by_one);
            launch_kernel_parallel(kernel, &mut together);
            let expected = Array2::from_shape_fn(shape, |(i, j)| 1 + i * 20_000 + j);
            assert_eq!(one_by_one, expected);
            assert_eq!(together, expected);
        }
    }

    #[test]
    fn views_are_filled_in_place() {
        let mut whole = Array2::zeros((40, 60));
        let mut view = whole.slice_mut(s![1..;3, ..;-2]);
        let expected = Array2::from_shape_fn(view.dim(), |(i, j)| 1 + 100 * i + j);
        launch_kernel_parallel(|(i, j), cell| *cell = 1 + 100 * i + j, &mut view);
        assert_eq!(view, expected);
        assert_eq!(whole.iter().filter(|&&cell| cell != 0).count(), 13 * 30);
    }
}
