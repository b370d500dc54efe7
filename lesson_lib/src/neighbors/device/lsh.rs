//! Locality-sensitive hashing on a device, by the kernels in `kernels/lsh.cu`.

use super::results::{check_nearest, counted, listed, nearest};
use super::sorting::{SortedRows, scan};
use crate::device::{Buffer, Device, Kernel, Launch};
use crate::neighbors::answers::{NearestNeighbors, NeighborLists};
use crate::neighbors::checks::check_radius;
use crate::neighbors::random_projections::RandomProjections;
use crate::points::{BoundingBox, not_finite};
use crate::{Error, Result};
use ndarray::{Array1, ArrayRef2, Ix1, Ix2};

const NAME: &str = "DeviceLsh";

/// Buckets and pairs of a point and a table are numbered by an `int`.
const MOST_ROWS: usize = 1 << 29;

crate::device_struct! {
    /// How the buckets of all tables are numbered.
    struct Tables {
        tables: i32,
        /// Hashes of each table.
        share: i32,
        /// Buckets of each table.
        buckets: i32,
        /// Points.
        n: i32,
    }
}

/// [`Lsh`](super::super::Lsh) in a device's memory, over points of any number of coordinates in `f32`.
///
/// Hashes, buckets and answers are the host's, bit for bit.
///
/// ```no_run
/// use lesson_lib::neighbors::{DeviceLsh, Lsh, Neighbors, RandomProjections};
/// use lesson_lib::{data, device::Device, random::Generator};
/// let x = data::lesson_blobs().data; // (1500, 2)
/// let hashes = RandomProjections::normal(2, 20, 4.0, &mut Generator::new(1))?;
/// let lsh = DeviceLsh::new(&Device::best()?, &x, &hashes, 10)?; // 10 tables of 2 hashes
/// assert_eq!(lsh.within(&x, 1.0)?, Lsh::new(&x, &hashes, 10)?.within(&x, 1.0)?);
/// # Ok::<(), lesson_lib::Error>(())
/// ```
pub struct DeviceLsh {
    device: Device,
    x: Buffer<f32, Ix2>,
    directions: Buffer<f64, Ix2>,
    offsets: Buffer<f64, Ix1>,
    width: Option<f64>,
    tables: Tables,
    /// The hashes of the points: `(n, hashes)`.
    values: Buffer<i64, Ix2>,
    sorted: SortedRows,
}

/// Queries on the device, and their hashes.
struct Hashed {
    queries: Buffer<f32, Ix2>,
    own: Buffer<i64, Ix2>,
}

impl DeviceLsh {
    /// Puts the rows of `x: (n, d)` into the buckets of `tables` tables, each with its equal share of
    /// the hashes.
    ///
    /// # Errors
    /// As [`Lsh::new`](super::super::Lsh::new); [`Error::Argument`] if points times tables are more
    /// than 2²⁹; those of [`Device::upload`] and [`Device::kernels`].
    pub fn new(
        device: &Device,
        x: &ArrayRef2<f32>,
        hashes: &RandomProjections,
        tables: usize,
    ) -> Result<Self> {
        let share = hashes.deal(NAME, x.shape(), tables)?;
        check_finite(NAME, x)?;
        let n = x.nrows();
        if n.saturating_mul(tables) > MOST_ROWS {
            let problem = format!("{n} points in {tables} tables are more than {MOST_ROWS} places");
            return Err(Error::argument(NAME, problem));
        }
        let buckets = n.next_power_of_two();
        let [tables, share, buckets, n] = [tables, share, buckets, n].map(|count| count as i32);
        let tables = Tables { tables, share, buckets, n };
        let points = device.upload(x)?;
        let directions = device.upload(hashes.directions())?;
        let offsets = device.upload(hashes.offsets())?;
        let width = hashes.width();
        let values = hash(device, &points, &directions, &offsets, width)?;
        let (sorted, has_far) = sort(device, &values, tables)?;
        if has_far {
            // The host knows which bucket it is.
            hashes.hash(x)?;
        }
        let device = device.clone();
        Ok(Self { device, x: points, directions, offsets, width, tables, values, sorted })
    }

    /// The number of points and of their coordinates: `(n, d)`.
    pub fn dim(&self) -> (usize, usize) {
        (self.x.shape()[0], self.x.shape()[1])
    }

    /// The buckets of each point along each direction, as
    /// [`RandomProjections::hash`]: `(n, hashes)`.
    ///
    /// # Errors
    /// What the device reports.
    pub fn hashes(&self) -> Result<ndarray::Array2<i64>> {
        self.values.download()
    }

    /// How many of the points that share a bucket with each of `queries: (m, d)` lie within `radius`:
    /// `(m)`.
    ///
    /// # Errors
    /// As [`Neighbors::count_within`](super::super::Neighbors::count_within), and what the device
    /// reports.
    pub fn count_within(&self, queries: &ArrayRef2<f32>, radius: f64) -> Result<Array1<usize>> {
        const NAME: &str = "count_within";
        check_radius(NAME, radius)?;
        let hashed = self.hashed(NAME, queries)?;
        counted(&self.counts(&hashed, radius)?, queries.nrows())
    }

    /// Which of the points that share a bucket with each of `queries: (m, d)` lie within `radius`.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within); [`Error::Argument`] if there are 2³¹ pairs of a query
    /// and a neighbour or more.
    pub fn within(&self, queries: &ArrayRef2<f32>, radius: f64) -> Result<NeighborLists> {
        const NAME: &str = "within";
        check_radius(NAME, radius)?;
        let hashed = self.hashed(NAME, queries)?;
        let counts = self.counts(&hashed, radius)?;
        listed(counts, queries.nrows(), |counts, pairs| self.lists(&hashed, radius, counts, pairs))
    }

    /// The `k` nearest to each of `queries: (m, d)` of the points that share a bucket with it. Where
    /// these are fewer, the rest is `n`, at an infinite distance.
    ///
    /// # Errors
    /// As [`count_within`](Self::count_within), and [`Error::Argument`] if `k` is 0, more than there
    /// are points, or more than 32.
    pub fn nearest(&self, queries: &ArrayRef2<f32>, k: usize) -> Result<NearestNeighbors> {
        check_nearest(k, self.dim().0)?;
        let Hashed { queries, own } = &self.hashed("nearest", queries)?;
        let (m, d) = (queries.shape()[0], self.dim().1);
        let mut found = self.device.zeros_of((m, k))?;
        let mut squared = self.device.zeros_of((m, k))?;
        if m > 0 {
            let (x, values, SortedRows { starts, rows }) = (&self.x, &self.values, &self.sorted);
            let out = (&mut found, &mut squared);
            let arguments =
                (x, values, starts, rows, self.tables, queries, own, out.0, out.1, m, d, k);
            kernel(&self.device, "lsh_nearest")?.launch(launch(m), arguments)?;
        }
        nearest((found, squared))
    }

    fn counts(&self, hashed: &Hashed, radius: f64) -> Result<Buffer<i32, Ix1>> {
        let Hashed { queries, own } = hashed;
        let (m, d) = (queries.shape()[0], self.dim().1);
        let mut counts = self.device.zeros_of(m + 1)?;
        if m > 0 && self.dim().0 > 0 {
            let (x, values, SortedRows { starts, rows }) = (&self.x, &self.values, &self.sorted);
            let out = &mut counts;
            let arguments = (x, values, starts, rows, self.tables, queries, own, out, radius, m, d);
            kernel(&self.device, "lsh_count")?.launch(launch(m), arguments)?;
        }
        Ok(counts)
    }

    fn lists(
        &self,
        hashed: &Hashed,
        radius: f64,
        mut begins: Buffer<i32, Ix1>,
        pairs: usize,
    ) -> Result<Buffer<i32, Ix1>> {
        let mut found = self.device.zeros_of(pairs)?;
        if pairs > 0 {
            scan(&self.device, &mut begins)?;
            let Hashed { queries, own } = hashed;
            let (m, d) = (queries.shape()[0], self.dim().1);
            let (x, values, SortedRows { starts, rows }) = (&self.x, &self.values, &self.sorted);
            let out = (&begins, &mut found);
            let arguments =
                (x, values, starts, rows, self.tables, queries, own, out.0, out.1, radius, m, d);
            kernel(&self.device, "lsh_list")?.launch(launch(m), arguments)?;
        }
        Ok(found)
    }

    fn hashed(&self, operation: &str, queries: &ArrayRef2<f32>) -> Result<Hashed> {
        let (n, d) = self.dim();
        if queries.ncols() != d {
            let help = "queries need as many coordinates as the points";
            return Err(Error::shape(operation, [queries.shape(), &[n, d]], help));
        }
        check_finite(operation, queries)?;
        let queries = self.device.upload(queries)?;
        let own = hash(&self.device, &queries, &self.directions, &self.offsets, self.width)?;
        Ok(Hashed { queries, own })
    }
}

/// The bucket of each of `x: (n, d)` along each direction: `(n, hashes)`.
fn hash(
    device: &Device,
    x: &Buffer<f32, Ix2>,
    directions: &Buffer<f64, Ix2>,
    offsets: &Buffer<f64, Ix1>,
    width: Option<f64>,
) -> Result<Buffer<i64, Ix2>> {
    let (n, d, hashes) = (x.shape()[0], x.shape()[1], offsets.len());
    let mut values = device.zeros_of((n, hashes))?;
    if n > 0 {
        let width = width.unwrap_or(0.0);
        let arguments = (x, directions, offsets, &mut values, width, n, d, hashes);
        kernel(device, "lsh_hash")?.launch(Launch::over(n * hashes), arguments)?;
    }
    Ok(values)
}

/// The points by bucket, table after table, and whether one of them is beyond all buckets.
fn sort(device: &Device, values: &Buffer<i64, Ix2>, tables: Tables) -> Result<(SortedRows, bool)> {
    let [points, tables_of_them] = [tables.n, tables.tables].map(|count| count as usize);
    let all = points * tables_of_them;
    let (mut bucket_of, mut far) = (device.zeros_of(all)?, device.zeros_of::<i32, _>(1)?);
    if all > 0 {
        let arguments = (values, tables, &mut bucket_of, &mut far);
        kernel(device, "lsh_buckets")?.launch(Launch::over(all), arguments)?;
    }
    let sorted = SortedRows::new(device, &bucket_of, tables_of_them * tables.buckets as usize)?;
    Ok((sorted, far.download()?[0] != 0))
}

fn check_finite(operation: &str, x: &ArrayRef2<f32>) -> Result<()> {
    if BoundingBox::around(x).finite { Ok(()) } else { Err(not_finite(operation, x)) }
}

fn launch(queries: usize) -> Launch {
    Launch::over(queries).block(128)
}

fn kernel(device: &Device, name: &str) -> Result<Kernel> {
    device.kernels("lsh.cu")?.kernel(name)
}
