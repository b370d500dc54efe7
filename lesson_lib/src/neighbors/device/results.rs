//! From a device's memory to what a search on the host answers.

use super::MOST_NEAREST;
use crate::device::Buffer;
use crate::neighbors::answers::{NearestNeighbors, NeighborLists};
use crate::neighbors::checks::check_count;
use crate::{Error, Result};
use ndarray::{Array1, Ix1, Ix2, s};

/// The counts of `m` queries, from `counts: (m + 1)`.
pub(super) fn counted(counts: &Buffer<i32, Ix1>, m: usize) -> Result<Array1<usize>> {
    Ok(counts.download()?.slice(s![..m]).mapv(|count| count as usize))
}

/// The lists of `m` queries, of which the lengths are `counts: (m + 1)`; `fill` launches what makes
/// the rows of so many pairs.
pub(super) fn listed(
    counts: Buffer<i32, Ix1>,
    m: usize,
    fill: impl FnOnce(Buffer<i32, Ix1>, usize) -> Result<Buffer<i32, Ix1>>,
) -> Result<NeighborLists> {
    let lengths = counted(&counts, m)?;
    let pairs = lengths.sum();
    if i32::try_from(pairs).is_err() {
        let problem = format!("{pairs} pairs are 2³¹ or more: ask about fewer queries at a time");
        return Err(Error::argument("within", problem));
    }
    let rows = fill(counts, pairs)?.download()?;
    let rows = rows.into_iter().map(i32::cast_unsigned).collect();
    Ok(NeighborLists::in_a_row(&lengths, rows))
}

/// Rows and distances, from rows and squares of distances, each `(m, k)`.
pub(super) fn nearest(
    (rows, squared): (Buffer<i32, Ix2>, Buffer<f64, Ix2>),
) -> Result<NearestNeighbors> {
    Ok(NearestNeighbors {
        rows: rows.download()?.mapv(|row| row as usize),
        distances: squared.download()?.mapv(f64::sqrt),
    })
}

/// Refuses to find more neighbours than there are points, or than a thread keeps in order.
pub(super) fn check_nearest(k: usize, n: usize) -> Result<()> {
    const NAME: &str = "nearest";
    check_count(NAME, k, n)?;
    if k <= MOST_NEAREST {
        return Ok(());
    }
    let help = "a search on the host finds any number";
    let problem = format!("the kernels find up to {MOST_NEAREST} nearest, not {k}: {help}");
    Err(Error::argument(NAME, problem))
}
