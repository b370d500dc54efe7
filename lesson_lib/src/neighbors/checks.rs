//! What the searches refuse.

use crate::points::{BoundingBox, Float, not_finite};
use crate::{Error, Result};
use ndarray::{Array2, ArrayRef2};

/// The largest coordinate and radius, and the inverse of the smallest radius: squares of what lies
/// between are ordinary numbers.
const LARGEST: f64 = 1e150;

/// `x: (n, d)` in double precision, if it can be searched.
pub(crate) fn checked_points<T: Float>(operation: &str, x: &ArrayRef2<T>) -> Result<Array2<f64>> {
    check_points(operation, T::to_f64_array(x))
}

fn check_points(operation: &str, x: Array2<f64>) -> Result<Array2<f64>> {
    if x.ncols() == 0 {
        let help = "points need at least one coordinate";
        return Err(Error::shape(operation, [x.shape()], help));
    }
    let bounds = BoundingBox::around(&x);
    if !bounds.finite {
        return Err(not_finite(operation, &x));
    }
    if bounds.farthest() > LARGEST {
        let farthest = bounds.farthest();
        let problem =
            format!("a coordinate of {farthest:e} is beyond {LARGEST:e}: scale the points down");
        return Err(Error::argument(operation, problem));
    }
    // Rows are numbers of 32 bits, and the last stands for none.
    if x.nrows() >= u32::MAX as usize {
        let problem = format!("{} points are more than 2³² − 2: search fewer", x.nrows());
        return Err(Error::argument(operation, problem));
    }
    Ok(x)
}

/// `queries: (m, d)` in double precision, if they can be sought among points of `d` coordinates.
pub(super) fn checked_queries<T: Float>(
    operation: &str,
    queries: &ArrayRef2<T>,
    (n, d): (usize, usize),
) -> Result<Array2<f64>> {
    if queries.ncols() != d {
        let help = "queries need as many coordinates as the points";
        return Err(Error::shape(operation, [queries.shape(), &[n, d]], help));
    }
    checked_points(operation, queries)
}

/// Refuses a radius that is no distance, or whose square is no ordinary number.
pub(crate) fn check_radius(operation: &str, radius: f64) -> Result<()> {
    if radius == 0.0 || (1.0 / LARGEST..=LARGEST).contains(&radius) {
        return Ok(());
    }
    let problem = if radius.is_finite() && radius > 0.0 {
        let reason = format!("outside {:e} to {LARGEST:e}", 1.0 / LARGEST);
        format!("a radius of {radius:e} is {reason}: scale the points and the radius")
    } else {
        format!("the radius must be a number from 0 on, not {radius}")
    };
    Err(Error::argument(operation, problem))
}

/// Refuses to find more neighbours than there are points.
pub(super) fn check_count(operation: &str, k: usize, n: usize) -> Result<()> {
    if (1..=n).contains(&k) {
        return Ok(());
    }
    let problem = format!("{k} nearest of {n} points do not exist: ask for 1 to {n}");
    Err(Error::argument(operation, problem))
}

/// Refuses to take a share of no pairs.
pub(super) fn check_pairs(operation: &str, pairs: f64) -> Result<f64> {
    if pairs > 0.0 {
        return Ok(pairs);
    }
    Err(Error::argument(operation, "there are no pairs to take a share of"))
}
