//! Rows sorted by their buckets, by the kernels in `kernels/buckets.cu`.

use crate::Result;
use crate::device::{Buffer, Device, Kernel, Launch};
use ndarray::Ix1;

/// Values that a block of the kernel `scan_tiles` scans.
const TILE: usize = 2048;

/// Rows, bucket after bucket, in a device's memory.
pub(super) struct SortedRows {
    /// Where the rows of each bucket begin, and where those of the last one end: `(buckets + 1)`.
    pub(super) starts: Buffer<i32, Ix1>,
    /// `(n)`.
    pub(super) rows: Buffer<i32, Ix1>,
}

impl SortedRows {
    /// Sorts the rows by `bucket_of: (n)`, numbers below `buckets`. Which of a bucket's rows comes
    /// first is left to chance.
    pub(super) fn new(
        device: &Device,
        bucket_of: &Buffer<i32, Ix1>,
        buckets: usize,
    ) -> Result<Self> {
        let n = bucket_of.len();
        let (mut starts, mut rows) = (device.zeros_of(buckets + 1)?, device.zeros_of(n)?);
        if n > 0 {
            let mut turns = device.zeros_of::<i32, _>(n)?;
            let count = kernel(device, "buckets_count")?;
            count.launch(Launch::over(n), (bucket_of, &mut starts, &mut turns, n))?;
            scan(device, &mut starts)?;
            let place = kernel(device, "buckets_place")?;
            place.launch(Launch::over(n), (bucket_of, &starts, &turns, &mut rows, n))?;
        }
        Ok(Self { starts, rows })
    }
}

/// Puts the sum of all values before it in place of each of `values: (n)`; their sum must be below 2³¹.
pub(crate) fn scan(device: &Device, values: &mut Buffer<i32, Ix1>) -> Result<()> {
    let (n, tiles) = (values.len(), values.len().div_ceil(TILE));
    if n == 0 {
        return Ok(());
    }
    let mut sums = device.zeros_of::<i32, _>(tiles)?;
    kernel(device, "scan_tiles")?.launch(Launch::blocks(tiles), (&mut *values, &mut sums, n))?;
    if tiles > 1 {
        scan(device, &mut sums)?;
        kernel(device, "scan_add")?.launch(Launch::over(n), (values, &sums, n))?;
    }
    Ok(())
}

fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels("buckets.cu")?.kernel(name)
}
