//! DBSCAN on a device, and the one list of the kernels in `kernels/dbscan.cu`.

use super::run::Crowds;
use super::settings::{Dbscan, NAME};
use crate::Result;
use crate::device::{Buffer, Device, Kernel, Launch};
use crate::neighbors::{DeviceCells, check_columns, check_for_device, scan};
use ndarray::{ArrayRef2, Ix1, Ix2};
use std::fmt;

/// The file in `kernels/`.
const FILE: &str = "dbscan.cu";

/// Who takes points of more coordinates than the kernels do.
const INSTEAD: &str = "`run`";

/// A side a little wider than `eps`: a point on the edge of a cell is near to three cells, not four.
const WIDE: f64 = 1.0 + 1e-6;

/// A diagonal a little shorter than `eps`, so that rounding puts no points into one cell that are not
/// neighbours.
const SHORT: f64 = 1.0 - 1e-5;

/// A way in which the kernels find crowds; all give the same labels.
///
/// ```no_run
/// use lesson_lib::cluster::dbscan::{Dbscan, KERNEL_VERSIONS};
/// use lesson_lib::{device::Device, ndarray::array};
/// let device = Device::best()?;
/// let x = device.upload(&array![[0_f32], [1.0], [50.0]])?;
/// for version in KERNEL_VERSIONS {
///     println!("{version}: {}", version.idea());
///     let (labels, is_core) = version.run(&device, &Dbscan::new(1.0, 2), &x)?;
///     assert_eq!(labels.download()?, array![0, 0, -1]);
///     assert_eq!(is_core.download()?, array![1, 1, 0]);
/// }
/// # Ok::<(), lesson_lib::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelVersion {
    /// `dbscan_v1_core`, `dbscan_v1_join` and `dbscan_v1_label`
    V1AllPairs,
    /// `dbscan_v2_core` and so on
    V2Cells,
    /// `dbscan_v3_core` and `dbscan_v3_join`, then `dbscan_v2_label`; as v2 where the grid would wrap
    /// around
    V3SmallCells,
}

/// Every version, in the order of the file.
pub const KERNEL_VERSIONS: [KernelVersion; 3] =
    [KernelVersion::V1AllPairs, KernelVersion::V2Cells, KernelVersion::V3SmallCells];

impl KernelVersion {
    /// A short name for tables.
    pub fn name(self) -> &'static str {
        match self {
            KernelVersion::V1AllPairs => "v1_all_pairs",
            KernelVersion::V2Cells => "v2_cells",
            KernelVersion::V3SmallCells => "v3_small_cells",
        }
    }

    /// What is new in this version, in one sentence.
    pub fn idea(self) -> &'static str {
        match self {
            KernelVersion::V1AllPairs => "Each thread has a point and looks at every other.",
            KernelVersion::V2Cells => "A thread looks at the cells within reach alone.",
            KernelVersion::V3SmallCells => "All points of a cell are neighbours: cells are joined.",
        }
    }

    /// The file in `kernels/`.
    pub fn file(self) -> &'static str {
        FILE
    }

    /// The version that should be the fastest.
    pub fn best() -> Self {
        KernelVersion::V3SmallCells
    }

    /// The label of each of `x: (n, d)`, −1 for noise, and whether it is a core point, 1 or 0: both
    /// `(n)`. The points must be finite.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is out of range;
    /// [`Error::Shape`](crate::Error::Shape) if the points have no coordinates, or more than three;
    /// [`Error::Launch`](crate::Error::Launch) when `x` is on another device; those of
    /// [`Device::kernels`].
    pub fn run(
        self,
        device: &Device,
        settings: &Dbscan,
        x: &Buffer<f32, Ix2>,
    ) -> Result<(Buffer<i32, Ix1>, Buffer<i32, Ix1>)> {
        settings.check()?;
        check_columns(NAME, x.shape(), INSTEAD)?;
        let n = x.shape()[0];
        if n == 0 {
            return Ok((device.zeros_of(0)?, device.zeros_of(0)?));
        }
        let (version, cells) = self.cells(device, settings.eps, x)?;
        let min_points = settings.min_points.min(n + 1);
        Joining { version, eps: settings.eps, min_points, cells }.run()
    }

    /// The points in cells, and the version that takes them.
    fn cells(self, device: &Device, eps: f64, x: &Buffer<f32, Ix2>) -> Result<(Self, DeviceCells)> {
        if self == KernelVersion::V3SmallCells {
            let side = SHORT * eps / (x.shape()[1] as f64).sqrt();
            let cells = DeviceCells::new(device, x, Some(side))?;
            if !cells.grid.wraps() {
                return Ok((self, cells));
            }
        }
        let version = if self == KernelVersion::V1AllPairs { self } else { KernelVersion::V2Cells };
        Ok((version, DeviceCells::new(device, x, Some(WIDE * eps))?))
    }
}

impl fmt::Display for KernelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Dbscan {
    /// Clusters the rows of `x: (n, d)` on `device`, with the labels of [`run`](Self::run): copies
    /// them there, launches what should be the fastest kernels, and copies the labels back.
    ///
    /// # Errors
    /// Those of [`run`](Self::run) and of [`KernelVersion::run`].
    ///
    /// ```no_run
    /// use lesson_lib::{cluster::dbscan::Dbscan, data, device::Device};
    /// let x = data::lesson_blobs().data; // (1500, 2)
    /// let dbscan = Dbscan::new(1.0, 5);
    /// assert_eq!(dbscan.run_on(&Device::best()?, &x)?, dbscan.run(&x)?);
    /// # Ok::<(), lesson_lib::Error>(())
    /// ```
    pub fn run_on(&self, device: &Device, x: &ArrayRef2<f32>) -> Result<Crowds> {
        self.check()?;
        check_for_device(NAME, x, INSTEAD)?;
        let (labels, is_core) = KernelVersion::best().run(device, self, &device.upload(x)?)?;
        let labels = labels.download()?.mapv(i64::from);
        let clusters = labels.iter().max().map_or(0, |&last| (last + 1) as usize);
        Ok(Crowds { labels, is_core: is_core.download()?.mapv(|core| core != 0), clusters })
    }
}

/// Points, at least one, that are about to be joined.
struct Joining {
    version: KernelVersion,
    eps: f64,
    min_points: usize,
    cells: DeviceCells,
}

impl Joining {
    fn run(&self) -> Result<(Buffer<i32, Ix1>, Buffer<i32, Ix1>)> {
        let mut parents = self.numbers(self.len())?;
        self.find_core(&mut parents)?;
        self.join_core(&mut parents)?;
        self.label(&mut parents)
    }

    fn find_core(&self, parents: &mut Buffer<i32, Ix1>) -> Result<()> {
        let (kernel, n) = (self.kernel_of_version("core")?, self.len());
        let DeviceCells { grid, starts, points, .. } = &self.cells;
        let (eps, min_points) = (self.eps, self.min_points);
        match self.version {
            KernelVersion::V1AllPairs => {
                kernel.launch(self.launch(), (points, parents, eps, min_points, n))
            }
            _ => {
                let arguments = (points, *grid, starts, parents, eps, min_points, n);
                kernel.launch(self.launch(), arguments)
            }
        }
    }

    fn join_core(&self, parents: &mut Buffer<i32, Ix1>) -> Result<()> {
        let (kernel, n) = (self.kernel_of_version("join")?, self.len());
        let DeviceCells { grid, starts, points, .. } = &self.cells;
        match self.version {
            KernelVersion::V1AllPairs => {
                kernel.launch(self.launch(), (points, parents, self.eps, n))
            }
            _ => kernel.launch(self.launch(), (points, *grid, starts, parents, self.eps, n)),
        }
    }

    /// Labels, and who is a core point.
    fn label(
        &self,
        parents: &mut Buffer<i32, Ix1>,
    ) -> Result<(Buffer<i32, Ix1>, Buffer<i32, Ix1>)> {
        let n = self.len();
        let [mut roots, mut firsts, mut is_core, mut labels] =
            [self.numbers(n)?, self.numbers(n)?, self.numbers(n)?, self.numbers(n)?];
        let mut numbers = self.numbers(n + 1)?;
        let (launch, points) = (self.launch(), &self.cells.points);
        self.kernel("dbscan_clear")?.launch(launch, (&mut firsts, n))?;
        let arguments = (points, parents, &mut roots, &mut firsts, n);
        self.kernel("dbscan_first")?.launch(launch, arguments)?;
        let arguments = (points, &roots, &firsts, &mut numbers, &mut is_core, n);
        self.kernel("dbscan_begins")?.launch(launch, arguments)?;
        scan(&self.cells.device, &mut numbers)?;
        self.number([&roots, &firsts, &numbers], &mut labels)?;
        Ok((labels, is_core))
    }

    fn number(
        &self,
        [roots, firsts, numbers]: [&Buffer<i32, Ix1>; 3],
        labels: &mut Buffer<i32, Ix1>,
    ) -> Result<()> {
        let version = if self.version == KernelVersion::V1AllPairs { "v1" } else { "v2" };
        let (kernel, n) = (self.kernel(&format!("dbscan_{version}_label"))?, self.len());
        let DeviceCells { grid, starts, points, .. } = &self.cells;
        match self.version {
            KernelVersion::V1AllPairs => {
                kernel.launch(self.launch(), (points, roots, firsts, numbers, labels, self.eps, n))
            }
            _ => {
                let arguments =
                    (points, *grid, starts, roots, firsts, numbers, labels, self.eps, n);
                kernel.launch(self.launch(), arguments)
            }
        }
    }

    fn len(&self) -> usize {
        self.cells.len()
    }

    fn numbers(&self, length: usize) -> Result<Buffer<i32, Ix1>> {
        self.cells.device.zeros_of(length)
    }

    fn launch(&self) -> Launch {
        Launch::over(self.len()).block(128)
    }

    fn kernel_of_version(&self, step: &str) -> Result<Kernel> {
        self.kernel(&format!("dbscan_{}_{step}", &self.version.name()[..2]))
    }

    fn kernel(&self, name: &str) -> Result<Kernel> {
        self.cells.device.kernels(FILE)?.kernel(name)
    }
}
