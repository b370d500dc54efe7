//! A function of one row, applied to every row.

use crate::{Error, Result};
use ndarray::{Array, ArrayRef2, ArrayView1, Axis, Dimension};
use rayon::prelude::*;
use std::sync::OnceLock;

/// Applies `f` to every row of `rows: (n, d)` and stacks what it returns along a new first axis.
///
/// This is the idea of `vmap` in JAX and PyTorch: write the function for one row, without a
/// thought about the batch. There it rewrites the function; here every row is a call of its own,
/// and the calls share the threads. A function that returns one number returns it as an array
/// without axes, [`arr0`](ndarray::arr0).
///
/// # Errors
/// [`Error::Shape`] if the results differ in shape, or if there is no row to give one.
///
/// ```
/// use lesson_lib::{ndarray::{Array2, array}, vmap};
/// let x: Array2<f64> = array![[3.0, 4.0], [5.0, 12.0]]; // (2, 2)
/// let unit = vmap(&x, |row| &row / row.dot(&row).sqrt())?; // (2, 2)
/// assert_eq!(unit, array![[0.6, 0.8], [5.0 / 13.0, 12.0 / 13.0]]);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub fn vmap<T, U, D>(
    rows: &ArrayRef2<T>,
    f: impl Fn(ArrayView1<T>) -> Array<U, D> + Sync,
) -> Result<Array<U, D::Larger>>
where
    T: Sync,
    U: Clone + Send + Sync,
    D: Dimension,
{
    let results: Vec<OnceLock<Array<U, D>>> = (0..rows.nrows()).map(|_| OnceLock::new()).collect();
    for_each_index(rows.nrows(), &|i| {
        let _ = results[i].set(f(rows.row(i)));
    });
    let results: Vec<Array<U, D>> = results.into_iter().filter_map(OnceLock::into_inner).collect();
    let shapes: Vec<&[usize]> = results.iter().map(Array::shape).collect();
    check_shapes(rows.shape(), &shapes)?;
    let views: Vec<_> = results.iter().map(|result| result.view()).collect();
    ndarray::stack(Axis(0), &views)
        .map_err(|error| Error::shape("vmap", shapes.into_iter().take(2), error.to_string()))
}

/// Calls `f` for `0..n` on all threads. It knows no type of the caller, so that a notebook cell
/// need not compile the sharing anew.
fn for_each_index(n: usize, f: &(dyn Fn(usize) + Sync)) {
    (0..n).into_par_iter().for_each(f);
}

fn check_shapes(rows: &[usize], shapes: &[&[usize]]) -> Result<()> {
    let Some(&first) = shapes.first() else {
        let help = "without a row nothing tells the shape of a result";
        return Err(Error::shape("vmap", [rows], help));
    };
    match shapes.iter().position(|&shape| shape != first) {
        None => Ok(()),
        Some(row) => {
            let help = format!(
                "the results for row 0 and row {row} are to be stacked, so every row has to give \
                 the same shape"
            );
            Err(Error::shape("vmap", [first, shapes[row]], help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array1, Array2, arr0, array, s};

    #[test]
    fn results_of_any_rank_are_stacked() -> Result<()> {
        let x = Array2::from_shape_fn((301, 3), |(i, k)| (10 * i + k) as f64);
        assert_eq!(vmap(&x, |row| arr0(row.sum()))?, x.sum_axis(Axis(1)));
        assert_eq!(vmap(&x, |row| row.to_owned())?, x);
        let outer = vmap(&x, |row| Array2::from_shape_fn((3, 3), |(i, j)| row[i] * row[j]))?;
        assert_eq!(outer.dim(), (301, 3, 3));
        assert_eq!(outer[[300, 1, 2]], 3001.0 * 3002.0);
        assert_eq!(vmap(&x.slice(s![..;-7, ..;2]), |row| arr0(row[1]))?[1], 2932.0);
        assert_eq!(vmap(&x, |_| Array1::<u8>::zeros(0))?.dim(), (301, 0));
        Ok(())
    }

    #[test]
    fn shapes_that_differ_are_named() {
        let x = array![[1.0], [2.0], [3.0]];
        let ragged = vmap(&x, |row| Array1::<f64>::zeros(if row[0] < 3.0 { 2 } else { 5 }));
        let error = ragged.unwrap_err().to_string();
        assert!(error.contains("(2,) and (5,)") && error.contains("row 2"), "{error}");
    }

    #[test]
    fn without_rows_there_is_no_shape() {
        let error = vmap(&Array2::<f32>::zeros((0, 2)), |row| row.to_owned()).unwrap_err();
        assert!(error.to_string().contains("(0, 2)"), "{error}");
    }
}
