//! Every step and every microkernel against a plain product in double precision.

use super::parallel::{Microkernels, multiply_skinny};
use super::{Real, VERSIONS, Version, loops, parallel};
use crate::Error;
use crate::random::Generator;
use ndarray::{Array2, ArrayRef2, ArrayView2, Axis, array, s};
use rayon::ThreadPoolBuilder;

trait TestReal: Real + std::fmt::Debug {
    const EPSILON: f64;
    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
}

macro_rules! test_real {
    ($number:ty) => {
        impl TestReal for $number {
            const EPSILON: f64 = <$number>::EPSILON as f64;
            fn from_f64(value: f64) -> Self {
                value as $number
            }
            fn to_f64(self) -> f64 {
                self.into()
            }
        }
    };
}

test_real!(f32);
test_real!(f64);

/// Numbers of [−1, 1).
fn matrix<T: TestReal>(generator: &mut Generator, m: usize, n: usize) -> Array2<T> {
    generator.rand_f64((m, n)).mapv(|value| T::from_f64(2.0 * value - 1.0))
}

/// Asserts that `c` is `a · b` up to rounding: a sum of k products in any order has an error of at
/// most about k · ε · Σ |a| · |b|. The reference may be off by as much.
fn assert_product<T: TestReal>(
    c: &ArrayRef2<T>,
    a: &ArrayRef2<T>,
    b: &ArrayRef2<T>,
    context: &str,
) {
    assert_eq!(c.dim(), (a.nrows(), b.ncols()), "{context}");
    for ((i, j), &cell) in c.indexed_iter() {
        let (mut sum, mut size) = (0.0, 0.0);
        for (&x, &y) in a.row(i).iter().zip(b.column(j)) {
            let product = x.to_f64() * y.to_f64();
            sum += product;
            size += product.abs();
        }
        let bound = 2.0 * (a.ncols() + 2) as f64 * T::EPSILON * size;
        let error = (cell.to_f64() - sum).abs();
        assert!(error <= bound, "{context}: c[{i}, {j}] = {cell:?}, expected {sum}");
    }
}

/// Sizes around every block and threshold: vectors of 2 to 16, panels of 1 to 10, the step from
/// one thread to many, the step from few columns to many, and nothing at all. Those above
/// `ONE_CORE` go to every core.
const SIZES: [(usize, usize, usize); 24] = [
    (0, 0, 0),
    (0, 3, 4),
    (3, 0, 4),
    (3, 4, 0),
    (1, 1, 1),
    (1, 17, 1),
    (2, 3, 5),
    (5, 784, 10),
    (7, 31, 11),
    (16, 16, 16),
    (17, 33, 15),
    (61, 67, 71),
    (65, 64, 65),
    (1, 5000, 61),
    (300, 999, 1),
    (331, 103, 10),
    (401, 97, 19),
    (400, 96, 20),
    (401, 97, 21),
    (10, 101, 397),
    (20, 64, 400),
    (3001, 171, 11),
    (11, 171, 3001),
    (129, 127, 131),
];

fn every_version_is_right<T: TestReal>() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (m, k, n) in SIZES {
        let (a, b) = (matrix::<T>(&mut generator, m, k), matrix::<T>(&mut generator, k, n));
        for version in VERSIONS {
            let context = format!("{version} ({m}, {k}, {n}), seed {seed}");
            assert_product(&version.run(&a, &b).unwrap(), &a, &b, &context);
        }
    }
}

#[test]
fn every_version_is_right_in_f32() {
    every_version_is_right::<f32>();
}

#[test]
fn every_version_is_right_in_f64() {
    every_version_is_right::<f64>();
}

/// Views of `(m, n)` with transposed, interleaved, reversed and repeated elements.
fn views<T: TestReal>(
    generator: &mut Generator,
    m: usize,
    n: usize,
) -> Vec<(&'static str, Array2<T>)> {
    ["owned", "transposed", "interleaved", "reversed", "one row"]
        .map(|name| {
            let (rows, columns) = match name {
                "transposed" => (n, m),
                "interleaved" => (2 * m, 3 * n),
                "one row" => (1, n),
                _ => (m, n),
            };
            (name, matrix(generator, rows, columns))
        })
        .into()
}

fn view<'a, T>(name: &str, owner: &'a Array2<T>, m: usize, n: usize) -> ArrayView2<'a, T> {
    match name {
        "transposed" => owner.t(),
        "interleaved" => owner.slice(s![..;2, 1..;3]),
        "reversed" => owner.slice(s![..;-1, ..;-1]),
        "one row" => owner.broadcast((m, n)).unwrap(),
        _ => owner.view(),
    }
}

#[test]
fn views_are_as_good_as_owned_arrays() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (m, k, n) in [(5, 19, 7), (333, 97, 10), (10, 97, 333), (120, 65, 90)] {
        let (left, right) = (views::<f32>(&mut generator, m, k), views(&mut generator, k, n));
        for (a_name, a) in &left {
            for (b_name, b) in &right {
                let (a, b) = (view(a_name, a, m, k), view(b_name, b, k, n));
                for version in VERSIONS {
                    let context =
                        format!("{version}, {a_name} · {b_name} ({m}, {k}, {n}), seed {seed}");
                    assert_product(&version.run(&a, &b).unwrap(), &a, &b, &context);
                }
            }
        }
    }
}

fn every_microkernel_is_right<T: TestReal>() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for microkernel in T::available() {
        for (m, n) in [(1, 1), (2, 2), (3, 5), (5, 9), (7, 10), (64, 11), (501, 26)] {
            for k in [1, 2, 7, 8, 15, 16, 17, 48, 63, 1500] {
                let (a, b) = (matrix::<T>(&mut generator, m, k), matrix::<T>(&mut generator, k, n));
                for threads in [1, 2, 3] {
                    let mut c = Array2::zeros((m, n));
                    multiply_skinny(microkernel, &a, &b, &mut c, threads);
                    let context =
                        format!("{} lanes ({m}, {k}, {n}), seed {seed}", microkernel.lanes);
                    assert_product(&c, &a, &b, &context);
                }
            }
        }
    }
}

#[test]
fn every_microkernel_is_right_in_f32() {
    every_microkernel_is_right::<f32>();
}

#[test]
fn every_microkernel_is_right_in_f64() {
    every_microkernel_is_right::<f64>();
}

#[test]
fn every_cpu_has_a_portable_microkernel() {
    assert_eq!(f32::available().last().unwrap().lanes, 4);
    assert_eq!(f64::available().last().unwrap().lanes, 2);
}

/// Zeros, infinities and NaN where a shortcut would lose them.
fn awkward(generator: &mut Generator, m: usize, n: usize) -> Array2<f32> {
    let mut matrix = matrix(generator, m, n);
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0] {
        for _ in 0..=m / 40 {
            let mut below = |n: usize| generator.randint(0, n as i64, 1).unwrap()[0] as usize;
            matrix[(below(m), below(n))] = value;
        }
    }
    matrix.row_mut(m / 2).fill(0.0);
    matrix
}

#[test]
fn nan_and_infinity_come_out_in_the_same_cells() {
    let mut generator = Generator::from_entropy();
    let seed = generator.initial_seed();
    for (m, k, n) in [(3, 5, 4), (700, 300, 10), (10, 300, 700), (100, 90, 80)] {
        let (a, b) = (awkward(&mut generator, m, k), awkward(&mut generator, k, n));
        let expected = loops(&a, &b).unwrap();
        assert!(expected.iter().any(|value| value.is_nan()));
        for version in VERSIONS {
            let c = version.run(&a, &b).unwrap();
            for ((index, found), expected) in c.indexed_iter().zip(&expected) {
                let same = if expected.is_finite() {
                    found.is_finite()
                } else {
                    found.total_cmp(expected).is_eq() || (found.is_nan() && expected.is_nan())
                };
                assert!(same, "{version} {index:?}: {found} for {expected}, seed {seed}");
            }
        }
    }
}

#[test]
fn integers_multiply_too() {
    let (a, b) = (array![[1, 2], [3, 4]], array![[5, 6], [7, 8]]);
    assert_eq!(loops(&a, &b).unwrap(), array![[19, 22], [43, 50]]);
    assert_eq!(super::broadcast_rows(&a, &b).unwrap(), array![[19, 22], [43, 50]]);
}

#[test]
fn shapes_that_do_not_meet_are_an_error() {
    let (a, b) = (Array2::<f32>::zeros((5, 784)), Array2::<f32>::zeros((10, 784)));
    for version in VERSIONS {
        let error = version.run(&a, &b).unwrap_err();
        assert!(matches!(error, Error::Shape { .. }), "{version}: {error}");
        assert!(error.to_string().contains("(5, 784) and (10, 784)"), "{version}: {error}");
    }
}

#[test]
fn a_result_beyond_memory_is_an_error() {
    let (tall, wide) = (Array2::<f32>::zeros((1 << 40, 0)), Array2::<f32>::zeros((0, 1 << 40)));
    for version in VERSIONS {
        let error = version.run(&tall, &wide).unwrap_err();
        assert!(matches!(error, Error::Argument { .. }), "{version}: {error}");
    }
}

#[test]
fn all_products_at_once_are_refused_before_memory_is_full() {
    let (a, b) = (Array2::<f32>::zeros((50_000, 784)), Array2::<f32>::zeros((784, 10)));
    let error = super::broadcast_all(&a, &b).unwrap_err();
    assert!(error.to_string().contains("broadcast_rows"), "{error}");
}

#[test]
fn the_result_is_in_row_order() {
    let (a, b) = (Array2::<f32>::ones((10, 300)), Array2::<f32>::ones((700, 300)));
    let c = Version::Parallel.run(&a, &b.t()).unwrap();
    assert!(c.is_standard_layout());
    assert_eq!(c.sum_axis(Axis(0))[0], 3000.0);
}

/// Sums of ten million terms, in every layout: at most 8 times NumPy's error where it has the
/// smallest (`docs/results/accuracy.md`).
#[test]
fn long_sums_keep_their_digits_on_any_number_of_threads() {
    const TERMS: usize = 10_000_000;
    let mut generator = Generator::new(802_701);
    for (m, n) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
        let (a, b) = (generator.rand((m, TERMS)), generator.rand((TERMS, n)));
        let exact = a.mapv(f64::from).dot(&b.mapv(f64::from));
        let in_columns = |x: &Array2<f32>| x.t().as_standard_layout().into_owned().reversed_axes();
        let (more_a, more_b) = (in_columns(&a), in_columns(&b));
        for (a, b) in [(&a, &b), (&a, &more_b), (&more_a, &b), (&more_a, &more_b)] {
            for threads in [1, 2, 16] {
                let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let found = pool.install(|| parallel(a, b)).unwrap().mapv(f64::from);
                let error = (found / &exact - 1.0).fold(0.0_f64, |most, e| most.max(e.abs()));
                let strides = (a.strides(), b.strides());
                let context = format!("({m}, {n}), strides {strides:?}, {threads} threads");
                assert!(error <= 8.0 * 4.5e-7, "{context}: {error:e}");
            }
        }
    }
}
