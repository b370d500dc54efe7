//! Every value of an array on its own.

use ndarray::{Array2, ArrayRef2};
use rayon::prelude::*;

/// Values for which threads pay.
const MANY: usize = 1 << 16;

/// Values that one thread maps at a time.
const TASK: usize = 1 << 14;

/// `x.mapv(f)`; by all threads if `x` is large.
pub(crate) fn mapped<A, B>(x: &ArrayRef2<A>, f: impl Fn(A) -> B + Sync) -> Array2<B>
where
    A: Copy + Sync,
    B: Send,
{
    match x.as_slice() {
        Some(values) if values.len() >= MANY => {
            let values = values.par_iter().with_min_len(TASK).map(|&value| f(value)).collect();
            Array2::from_shape_vec(x.dim(), values).expect("as many as before")
        }
        _ => x.mapv(f),
    }
}
