//! The matrix multiplication kernels on every device, against sums in double precision.

use half::bf16;
use lesson_lib::Error;
use lesson_lib::device::{Device, Element, Source};
use lesson_lib::matmul::{KERNEL_VERSIONS, KernelVersion};
use lesson_lib::ndarray::{Array2, Axis, s};
use lesson_lib::random::Generator;
use tests::devices::{devices, skip};

/// What a version multiplies.
trait Number: Element + Into<f32> + PartialEq + std::fmt::Debug {
    fn from_f32(value: f32) -> Self;
}

impl Number for f32 {
    fn from_f32(value: f32) -> Self {
        value
    }
}

impl Number for bf16 {
    fn from_f32(value: f32) -> Self {
        bf16::from_f32(value)
    }
}

/// One version on one device, with numbers that differ from run to run.
struct Bench {
    version: KernelVersion,
    device: Device,
    random: Generator,
}

impl Bench {
    /// Values in [−1, 1).
    fn matrix<T: Number>(&mut self, m: usize, n: usize) -> Array2<T> {
        self.random.rand((m, n)).mapv(|value: f32| T::from_f32(2.0 * value - 1.0))
    }

    fn size(&mut self) -> usize {
        1 + self.random.randint(0, 40, ()).unwrap().into_scalar() as usize
    }

    /// The product by the kernel, in a buffer that held NaN before.
    fn product<T: Number>(&self, a: &Array2<T>, b: &Array2<T>) -> Array2<f32> {
        let shape = (a.nrows(), b.ncols());
        let [a, b] = [a, b].map(|matrix| self.device.upload(matrix).unwrap());
        let mut c = self.device.upload(&Array2::from_elem(shape, f32::NAN)).unwrap();
        let done = self.version.run_into(&self.device, &a, &b, &mut c);
        done.and_then(|()| c.download()).unwrap_or_else(|error| panic!("{}: {error}", self.named()))
    }

    fn named(&self) -> String {
        format!("{} on {}, seed {}", self.version, self.device, self.random.initial_seed())
    }
}

/// Runs `test` for every version on every device that can run it.
fn for_each(name: &str, test: impl Fn(&mut Bench)) {
    for device in devices(name) {
        for version in KERNEL_VERSIONS {
            if !version.runs_on(device.properties()) {
                skip(&format!("{name}, {version} on {device}"), "needs tensor cores");
                continue;
            }
            test(&mut Bench { version, device: device.clone(), random: Generator::from_entropy() });
        }
    }
}

/// Calls a generic test with the numbers that the version multiplies.
macro_rules! with_its_numbers {
    ($test:ident, $bench:expr $(, $argument:expr)*) => {
        if $bench.version.needs_tensor_cores() {
            $test::<bf16>($bench $(, $argument)*)
        } else {
            $test::<f32>($bench $(, $argument)*)
        }
    };
}

/// Asserts that `c` is `a · b` up to rounding: whatever the order of a sum of k products, its
/// error is at most about k · ε · Σ |a| · |b|. Tensor cores cut off where others round: twice that.
fn assert_product<T: Number>(bench: &Bench, a: &Array2<T>, b: &Array2<T>, c: &Array2<f32>) {
    let sums = |value: fn(f32) -> f32| {
        let [a, b] = [a, b].map(|matrix| matrix.mapv(|x| f64::from(value(x.into()))));
        a.dot(&b)
    };
    let (expected, sizes) = (sums(|x| x), sums(f32::abs));
    let shape = (a.nrows(), a.ncols(), b.ncols());
    assert_eq!(c.dim(), expected.dim());
    for ((place, found), (expected, size)) in c.indexed_iter().zip(expected.iter().zip(&sizes)) {
        let bound = 2.0 * (a.ncols() + 2) as f64 * f64::from(f32::EPSILON) * size;
        let right = (f64::from(*found) - expected).abs() <= bound;
        assert!(right, "{} {shape:?}: c{place:?} = {found}, not {expected}", bench.named());
    }
}

fn is_right<T: Number>(bench: &mut Bench, (m, k, n): (usize, usize, usize)) {
    let (a, b) = (bench.matrix::<T>(m, k), bench.matrix::<T>(k, n));
    let c = bench.product(&a, &b);
    assert_product(bench, &a, &b, &c);
}

/// Sizes of the kernels' tiles along any axis. A thread of the naive kernels is one, too.
const TILES: [usize; 8] = [4, 8, 16, 32, 48, 64, 128, 256];

/// The smallest sizes, then each tile's size, one less and one more, along one axis.
fn sizes(bench: &mut Bench) -> Vec<(usize, usize, usize)> {
    let mut sizes =
        vec![(1, 1, 1), (1, 2, 1), (2, 3, 5), (5, 784, 10), (33, 31, 17), (129, 65, 130)];
    for tile in TILES {
        for edge in [tile - 1, tile, tile + 1] {
            let others = [bench.size(), bench.size()];
            let cycle = [
                (edge, others[0], others[1]),
                (others[0], edge, others[1]),
                (others[0], others[1], edge),
            ];
            // A GPU takes them all; the processor draws one.
            let one = bench.size() % 3;
            sizes.extend(if bench.device.is_cuda() { &cycle[..] } else { &cycle[one..=one] });
        }
    }
    sizes
}

#[test]
fn every_version_is_right_around_its_tiles() {
    for_each("every_version_is_right_around_its_tiles", |bench| {
        for size in sizes(bench) {
            with_its_numbers!(is_right, bench, size);
        }
    });
}

/// More than one block of everything: v8 walks over its rows several times and needs a second pass
/// over a long sum, and the band of tiles that is walked together is not full.
const LARGE: [(usize, usize, usize); 5] =
    [(9, 1300, 10), (9, 1301, 11), (70, 5, 300), (1200, 3, 20), (1153, 9, 130)];

const LARGER: [(usize, usize, usize); 6] = [
    (1000, 1001, 999),
    (1024, 512, 1024),
    (4097, 100, 33),
    (50_000, 784, 10),
    (10, 784, 50_000),
    (200_001, 5, 3),
];

#[test]
fn every_version_is_right_where_blocks_are_many() {
    for_each("every_version_is_right_where_blocks_are_many", |bench| {
        let larger = if bench.device.is_cuda() { &LARGER[..] } else { &[] };
        for &size in LARGE.iter().chain(larger) {
            with_its_numbers!(is_right, bench, size);
        }
    });
}

fn is_empty<T: Number>(bench: &mut Bench) {
    for (m, k, n) in [(0, 0, 0), (0, 3, 4), (3, 0, 4), (3, 4, 0)] {
        let (a, b) = (bench.matrix::<T>(m, k), bench.matrix::<T>(k, n));
        assert_eq!(bench.product(&a, &b), Array2::zeros((m, n)), "{}", bench.named());
    }
}

#[test]
fn nothing_to_add_gives_zeros() {
    for_each("nothing_to_add_gives_zeros", |bench| with_its_numbers!(is_empty, bench));
}

/// A product with the identity has one term that is not 0, so it is exact: a value in a wrong place
/// cannot hide in a tolerance.
fn keeps_its_place<T: Number>(bench: &mut Bench) {
    let (m, n) = (bench.size() + 100, bench.size() + 100);
    let matrix = bench.matrix::<T>(m, n);
    let identity = |n| Array2::<f32>::eye(n).mapv(T::from_f32);
    let expected = matrix.mapv(Into::<f32>::into);
    assert_eq!(bench.product(&matrix, &identity(n)), expected, "{}", bench.named());
    assert_eq!(bench.product(&identity(m), &matrix), expected, "{}", bench.named());
}

#[test]
fn the_identity_changes_nothing() {
    for_each("the_identity_changes_nothing", |bench| with_its_numbers!(keeps_its_place, bench));
}

/// NaN in a row of `a` and infinity in a column of `b` reach that row and that column alone: what a
/// tile holds outside of the matrices is 0 on both sides, not another row's value times 0.
fn stays_in_its_row<T: Number>(bench: &mut Bench) {
    for (m, k, n) in [(7, 5, 6), (40, 33, 11), (130, 18, 10), (130, 20, 131)] {
        let (mut a, mut b) = (bench.matrix::<T>(m, k), bench.matrix::<T>(k, n));
        let (row, column) = (m / 2, n / 2);
        a.row_mut(row).fill(T::from_f32(f32::NAN));
        b.column_mut(column).fill(T::from_f32(f32::INFINITY));
        let c = bench.product(&a, &b);
        let place = |problem: &str| format!("{} ({m}, {k}, {n}): {problem}", bench.named());
        assert!(c.row(row).iter().all(|value| value.is_nan()), "{}", place("the row is NaN"));
        assert!(c.column(column).iter().all(|value| !value.is_finite()), "{}", place("infinite"));
        for ((i, j), value) in c.indexed_iter().filter(|((i, j), _)| *i != row && *j != column) {
            assert!(value.is_finite(), "{}", place(&format!("c[{i}, {j}] = {value}")));
        }
    }
}

#[test]
fn nan_and_infinity_stay_in_their_row_and_column() {
    for_each("nan_and_infinity_stay_in_their_row_and_column", |bench| {
        with_its_numbers!(stays_in_its_row, bench);
    });
}

/// (a · b)ᵀ = bᵀ · aᵀ, and the rows of a product are the products of the rows.
fn agrees_with_itself<T: Number>(bench: &mut Bench) {
    let [m, k, n] = [bench.size() + 20, bench.size(), bench.size() + 20];
    let (a, b) = (bench.matrix::<T>(m, k), bench.matrix::<T>(k, n));
    let turned = bench.product(&b.t().to_owned(), &a.t().to_owned());
    assert_product(bench, &a, &b, &turned.t().to_owned());
    let reversed = bench.product(&a.slice(s![..;-1, ..]).to_owned(), &b);
    assert_product(bench, &a, &b, &reversed.slice(s![..;-1, ..]).to_owned());
    let one = bench.product(&a.slice(s![m / 3..=m / 3, ..]).to_owned(), &b);
    let row = a.select(Axis(0), &[m / 3]);
    assert_product(bench, &row, &b, &one);
}

#[test]
fn transposed_and_reversed_operands_give_the_same() {
    for_each("transposed_and_reversed_operands_give_the_same", |bench| {
        with_its_numbers!(agrees_with_itself, bench);
    });
}

#[test]
fn shapes_that_do_not_meet_are_an_error() {
    for device in devices("shapes_that_do_not_meet_are_an_error") {
        let (a, b) = (device.zeros((5, 784)).unwrap(), device.zeros((10, 784)).unwrap());
        for version in KERNEL_VERSIONS {
            let error = version.run::<f32>(&device, &a, &b).unwrap_err();
            assert!(matches!(error, Error::Shape { .. }), "{version}: {error}");
            assert!(error.to_string().contains("(5, 784) and (10, 784)"), "{version}: {error}");
        }
    }
}

#[test]
fn a_result_of_another_shape_is_an_error() {
    for_each("a_result_of_another_shape_is_an_error", |bench| {
        if bench.version.needs_tensor_cores() {
            refuses_another_shape::<bf16>(bench);
        } else {
            refuses_another_shape::<f32>(bench);
        }
    });
}

fn refuses_another_shape<T: Number>(bench: &Bench) {
    let device = &bench.device;
    for k in [0, 3] {
        let zeros = |shape: (usize, usize)| device.zeros_of::<T, _>(shape).unwrap();
        let (a, b, mut c) = (zeros((2, k)), zeros((k, 4)), device.zeros((4, 2)).unwrap());
        let error = bench.version.run_into(device, &a, &b, &mut c).unwrap_err();
        assert!(error.to_string().contains("(4, 2)"), "{}: {error}", bench.named());
    }
}

#[test]
fn numbers_of_another_type_are_refused_before_the_launch() {
    for_each("numbers_of_another_type_are_refused_before_the_launch", |bench| {
        let device = &bench.device;
        let (a, b) = (device.zeros_of((2, 3)).unwrap(), device.zeros_of((3, 4)).unwrap());
        let error = bench.version.run::<f64>(device, &a, &b).unwrap_err().to_string();
        assert!(error.contains("parameter `const") && error.contains("f64"), "{error}");
    });
}

#[test]
fn a_device_without_tensor_cores_says_what_is_missing() {
    for device in devices("a_device_without_tensor_cores_says_what_is_missing") {
        let (a, b) = (device.zeros_of((2, 3)).unwrap(), device.zeros_of((3, 4)).unwrap());
        for version in KERNEL_VERSIONS.into_iter().filter(|v| !v.runs_on(device.properties())) {
            let error = version.run::<bf16>(&device, &a, &b).unwrap_err();
            assert!(matches!(error, Error::Device { .. }), "{version}: {error}");
            assert!(error.to_string().contains("compute capability"), "{version}: {error}");
        }
    }
}

/// The names of the kernels in a file, in its order.
fn kernels_in(file: &str) -> Vec<String> {
    let source = Source::file(file).unwrap();
    let after = source.as_written().split("__global__ void").skip(1);
    let word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(String::from)
    };
    after.filter_map(|text| text.find("matmul_").and_then(|start| word(&text[start..]))).collect()
}

#[test]
fn every_kernel_of_the_files_is_in_the_list() {
    let listed = |file| KERNEL_VERSIONS.into_iter().filter(move |version| version.file() == file);
    for file in ["matmul.cu", "matmul_tensor.cu"] {
        let listed: Vec<_> = listed(file).map(KernelVersion::kernel_name).collect();
        assert_eq!(kernels_in(file), listed, "{file}");
    }
}
