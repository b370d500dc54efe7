//! The decomposition against its definition, known values, and at its limits.

use super::{Decomposable, Svd, svd};
use crate::random::Generator;
use ndarray::{Array1, Array2, Axis, array, concatenate};

/// Asserts what makes the factors those of `a`, with rounding errors of `epsilon`.
fn is_decomposition<T: Decomposable + Into<f64> + Copy>(a: &Array2<T>, epsilon: f64) -> Svd<T> {
    let context = format!("{:?}", a.dim());
    let found = svd(a).unwrap();
    let (m, n) = a.dim();
    let r = m.min(n);
    assert_eq!((found.u.dim(), found.s.len(), found.vt.dim()), ((m, r), r, (r, n)), "{context}");
    let [u, vt] = [&found.u, &found.vt].map(|factor| factor.mapv(Into::into));
    let s: Array1<f64> = found.s.mapv(Into::into);
    let largest = s.first().copied().unwrap_or_default();
    let tolerance = epsilon * (m + n) as f64;
    let near = |found: &Array2<f64>, expected: &Array2<f64>, scale: f64, what: &str| {
        let off = (found - expected).fold(0.0_f64, |off, value| off.max(value.abs()));
        assert!(off <= tolerance * scale, "{context}: {what} is off by {off:e}");
    };
    near(&u.t().dot(&u), &Array2::eye(r), 1.0, "u'u");
    near(&vt.dot(&vt.t()), &Array2::eye(r), 1.0, "vt vt'");
    near(&found.product().mapv(Into::into), &a.mapv(Into::into), largest, "the product");
    assert!(s.iter().all(|value| *value >= 0.0), "{context}: {s}");
    assert!(s.as_slice().unwrap().is_sorted_by(|a, b| a >= b), "{context}: {s}");
    for column in u.columns() {
        let size = column.fold(0.0_f64, |size, entry| size.max(entry.abs()));
        let first = column.iter().find(|entry| entry.abs() >= size * (1.0 - 1e-9));
        assert!(first.is_some_and(|entry| *entry > 0.0), "{context}: signs of {column}");
    }
    found
}

fn in_both_precisions(a: &Array2<f64>) -> Svd<f64> {
    is_decomposition(&a.mapv(|value| value as f32), 2e-7);
    is_decomposition(a, 4e-15)
}

fn has_values(a: &Array2<f64>, expected: &[f64]) {
    let found = in_both_precisions(a).s;
    assert_eq!(found.len(), expected.len());
    for (found, value) in found.iter().zip(expected) {
        assert!((found - value).abs() <= 1e-14 * (1.0 + expected[0]), "{found} is not {value}");
    }
}

#[test]
fn random_matrices_of_every_shape_are_taken_apart() {
    let mut generator = Generator::from_entropy();
    for _ in 0..60 {
        let mut side = |most: usize| 1 + (generator.rand_f64(1)[0] * most as f64) as usize;
        let shape = (side(60), side(40));
        in_both_precisions(&generator.randn_f64(shape));
        in_both_precisions(&generator.randn_f64((shape.1, shape.0)));
    }
    for n in [1, 9, 33, 64] {
        for shape in [(1, n), (n, 1), (n, n), (n, 3), (2, n)] {
            in_both_precisions(&generator.randn_f64(shape));
        }
    }
}

#[test]
fn matrices_of_low_rank_are_taken_apart() {
    let mut generator = Generator::from_entropy();
    for rank in 0..6 {
        for (m, n) in [(12, 9), (9, 12), (30, 30), (60, 7)] {
            let a = generator.randn_f64((m, rank)).dot(&generator.randn_f64((rank, n)));
            let s = in_both_precisions(&a).s;
            let largest = s[0];
            assert!(s.iter().skip(rank).all(|value| *value <= 1e-14 * largest * 60.0), "{s}");
        }
    }
}

#[test]
fn matrices_of_few_values_are_taken_apart() {
    let mut generator = Generator::from_entropy();
    for _ in 0..300 {
        let mut side = || 1 + (generator.rand_f64(1)[0] * 9.0) as usize;
        let shape = (side(), side());
        in_both_precisions(&generator.rand_f64(shape).mapv(|value| (value * 3.0).floor() - 1.0));
    }
    let blocks = Array2::from_shape_fn((24, 24), |(row, column)| f64::from(row / 5 == column / 5));
    in_both_precisions(&blocks);
    in_both_precisions(&Array2::ones((20, 31)));
    in_both_precisions(&Array2::eye(17));
    in_both_precisions(&Array2::from_shape_fn((9, 9), |(row, column)| {
        f64::from(row + 1 == column)
    }));
}

#[test]
fn known_singular_values_are_found() {
    // The values of the Hilbert matrix are NumPy's.
    let hilbert = Array2::from_shape_fn((5, 5), |(i, j)| 1.0 / (i + j + 1) as f64);
    let values = [
        1.567_050_691_098_231,
        0.208_534_218_611_013,
        0.011_407_491_623_419_8,
        0.000_305_898_040_151_19,
        3.287_928_772_171_86e-6,
    ];
    has_values(&hilbert, &values);
    let (sin, cos) = 0.3_f64.sin_cos();
    has_values(&array![[cos, -sin], [sin, cos]], &[1.0, 1.0]);
    has_values(&array![[2.0, 4.0, 4.0], [1.0, 2.0, 2.0]], &[45_f64.sqrt(), 0.0]);
    has_values(&Array2::zeros((3, 4)), &[0.0; 3]);
    has_values(&array![[-7.0]], &[7.0]);
    has_values(&Array2::from_diag(&array![1.0, -3.0, 0.0, 2.0]), &[3.0, 2.0, 1.0, 0.0]);
    has_values(&Array2::ones((6, 4)), &[24_f64.sqrt(), 0.0, 0.0, 0.0]);
}

#[test]
fn the_scale_changes_nothing_but_the_singular_values() {
    let a = Generator::from_entropy().randn_f64((14, 9));
    let plain = svd(&a).unwrap();
    for scale in [1e-300, 1e-30, 1e30, 1e300] {
        let scaled = is_decomposition(&(&a * scale), 4e-15);
        let off = (&scaled.s / scale - &plain.s).fold(0.0_f64, |off, value| off.max(value.abs()));
        assert!(off < 1e-12, "{scale:e}: off by {off}");
    }
    for scale in [1e-30_f32, 1e30] {
        is_decomposition(&a.mapv(|value| value as f32 * scale), 2e-7);
    }
}

#[test]
fn values_of_very_different_sizes_keep_their_digits() {
    let mut generator = Generator::from_entropy();
    for decades in [3, 8, 15] {
        let grade = |i: usize| 10_f64.powi(-((i * decades / 20) as i32));
        let mut a = generator.randn_f64((20, 20));
        for (i, mut row) in a.rows_mut().into_iter().enumerate() {
            row *= grade(i);
        }
        in_both_precisions(&a);
        in_both_precisions(&a.t().to_owned());
    }
    in_both_precisions(&(generator.randn_f64((30, 20)) + 1e6));
}

#[test]
fn views_and_copies_have_the_same_factors() {
    let a = Generator::from_entropy().randn((9, 12));
    let view = a.slice(ndarray::s![..;-2, 3..]);
    assert_eq!(svd(&view).unwrap(), svd(&view.to_owned()).unwrap());
    let copy = a.t().as_standard_layout().to_owned();
    assert_eq!(svd(&a.t()).unwrap(), svd(&copy).unwrap());
}

#[test]
fn the_first_parts_are_the_nearest_matrix_of_their_rank() {
    let a = Generator::from_entropy().randn_f64((15, 11));
    let all = svd(&a).unwrap();
    for k in 0..=11 {
        let first = all.rank(k).unwrap();
        assert_eq!((first.u.dim(), first.s.len(), first.vt.dim()), ((15, k), k, (k, 11)));
        let error = (&a - &first.product()).mapv(|value| value * value).sum();
        let left: f64 = all.s.iter().skip(k).map(|value| value * value).sum();
        assert!((error - left).abs() < 1e-11, "k {k}: {error} is not {left}");
    }
    assert!(all.rank(12).unwrap_err().to_string().contains("there are 11 singular values"));
    assert!(
        svd(&array![[1.0]]).unwrap().rank(2).unwrap_err().to_string().contains("is 1 singular")
    );
}

#[test]
fn nothing_has_no_singular_values() {
    for shape in [(0, 0), (0, 5), (5, 0)] {
        let found = in_both_precisions(&Array2::zeros(shape));
        assert_eq!(found.rank(0).unwrap(), found);
        assert_eq!(found.product().dim(), shape);
    }
}

#[test]
fn what_has_no_decomposition_is_refused() {
    let problem = |a: Array2<f64>| svd(&a).unwrap_err().to_string();
    assert_eq!(
        problem(array![[1.0, 2.0, 3.0], [4.0, f64::NAN, 5.0]]),
        "linalg::svd: row 1, column 1 of a: (2, 3) is NaN: every value must be finite"
    );
    assert!(problem(array![[f64::NEG_INFINITY]]).contains("of a: (1, 1) is -inf"));
    assert!(problem(Array2::from_elem((3, 3), f64::MAX)).contains("overflows: scale them down"));
    let error = svd(&Array2::from_elem((3, 3), f32::MAX)).unwrap_err();
    assert!(error.to_string().contains("overflows: scale them down"), "{error}");
}

#[test]
fn repeated_rows_and_columns_change_the_values_as_they_must() {
    let a = Generator::from_entropy().randn_f64((8, 5));
    let twice = concatenate![Axis(0), a, a];
    let (once, twice) = (svd(&a).unwrap().s, in_both_precisions(&twice).s);
    let off = (&twice - &once * 2_f64.sqrt()).fold(0.0_f64, |off, value| off.max(value.abs()));
    assert!(off < 1e-13, "off by {off}");
}
