//! einsum against its definition, on random equations and layouts and on awkward ones.

mod accuracy;
mod generate;
mod naive;
mod views;

use super::{Number, Strategy, einsum, einsum_with};
use crate::random::Generator;
use crate::random::property;
use crate::{Error, einsum};
use generate::{Case, Layout};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD, Axis, IxDyn, arr0, array, aview0};
use proptest::prelude::prop_assert_eq;
use proptest::test_runner::TestCaseError;

/// Runs `operands` of the layouts, converted to `A`, and returns the result as f64.
fn run<A: Number>(
    strategy: Strategy,
    equation: &str,
    layouts: &[Layout],
    from: fn(f64) -> A,
    to: fn(A) -> f64,
) -> crate::Result<ArrayD<f64>> {
    let bases: Vec<ArrayD<A>> = layouts.iter().map(|layout| layout.base.mapv(from)).collect();
    let views: Vec<_> =
        layouts.iter().zip(&bases).map(|(layout, base)| layout.arrange(base)).collect();
    let views: Vec<_> = views
        .iter()
        .zip(layouts)
        .map(|(view, layout)| view.broadcast(layout.shape.as_slice()).unwrap())
        .collect();
    Ok(einsum_with(strategy, equation, &views)?.mapv(to))
}

fn definition(equation: &str, layouts: &[Layout]) -> ArrayD<f64> {
    let views: Vec<_> = layouts.iter().map(|layout| layout.arrange(&layout.base)).collect();
    let views: Vec<_> = views
        .iter()
        .zip(layouts)
        .map(|(view, layout)| view.broadcast(layout.shape.as_slice()).unwrap())
        .collect();
    naive::einsum(equation, &views)
}

/// Compares all number types and strategies with the definition.
fn agrees(case: &Case) -> Result<(), TestCaseError> {
    let Case { equation, operands } = case;
    let expected = definition(equation, operands);
    for strategy in [Strategy::Auto, Strategy::LeftToRight, Strategy::Greedy, Strategy::Optimal] {
        for result in [
            run::<f64>(strategy, equation, operands, |x| x, |x| x),
            run::<f32>(strategy, equation, operands, |x| x as f32, f64::from),
            run::<i32>(strategy, equation, operands, |x| x as i32, f64::from),
            run::<i64>(strategy, equation, operands, |x| x as i64, |x| x as f64),
        ] {
            prop_assert_eq!(&result?, &expected, "{:?}", strategy);
        }
    }
    Ok(())
}

#[test]
fn random_equations_agree_with_the_definition() {
    property::holds(750, generate::case(), |case| agrees(&case));
}

/// Sizes that no block divides, and large enough for every path and for threads.
#[test]
fn large_operands_agree_with_the_definition() {
    for (equation, shapes) in [
        ("ij,jk->ik", vec![vec![67, 35], vec![35, 41]]),
        ("ij,kj->ki", vec![vec![33, 65], vec![31, 65]]),
        ("ij,jk->ik", vec![vec![305, 307], vec![307, 2]]),
        ("ij,kj->ki", vec![vec![305, 307], vec![3, 307]]),
        ("bij,bjk->bik", vec![vec![2, 3, 67], vec![2, 67, 65]]),
        ("bij,bjk->bik", vec![vec![5, 17, 19], vec![5, 19, 23]]),
        ("bij,bjk->ibk", vec![vec![3, 17, 19], vec![3, 19, 23]]),
        ("bqhd,bkhd->bhqk", vec![vec![2, 9, 3, 17], vec![2, 11, 3, 17]]),
        ("ijkl,lkmn->mnij", vec![vec![3, 5, 7, 4], vec![4, 7, 6, 5]]),
        ("ij,ij->i", vec![vec![1500, 2], vec![1500, 2]]),
        ("ij,ij->i", vec![vec![701, 99], vec![701, 99]]),
        ("ij->j", vec![vec![301, 257]]),
        ("ij->i", vec![vec![301, 257]]),
        ("ij->j", vec![vec![70001, 2]]),
        ("ij->j", vec![vec![9001, 3]]),
        ("ij,ij->j", vec![vec![9001, 5], vec![9001, 5]]),
        ("ij,i->j", vec![vec![9001, 2], vec![9001]]),
        ("ij->", vec![vec![301, 257]]),
        ("i,i->", vec![vec![70001], vec![70001]]),
        ("ijk->kij", vec![vec![47, 33, 51]]),
        ("ij,ji->ij", vec![vec![301, 257], vec![257, 301]]),
        ("i,j->ij", vec![vec![301], vec![257]]),
        ("ij,j->i", vec![vec![301, 257], vec![257]]),
        ("ij,i->j", vec![vec![301, 257], vec![301]]),
        ("ij,jj,jl->il", vec![vec![33, 17], vec![17, 17], vec![17, 35]]),
    ] {
        let layouts: Vec<_> = shapes.iter().map(|shape| generate::layout(shape)).collect();
        property::holds(2, layouts, |layouts| {
            let expected = definition(equation, &layouts);
            let floats = run::<f32>(Strategy::Auto, equation, &layouts, |x| x as f32, f64::from);
            prop_assert_eq!(&floats?, &expected, "{} f32", equation);
            let whole = run::<i64>(Strategy::Auto, equation, &layouts, |x| x as i64, |x| x as f64);
            prop_assert_eq!(&whole?, &expected, "{} i64", equation);
            Ok(())
        });
    }
}

#[test]
fn real_numbers_agree_within_rounding() {
    let mut random = Generator::new(12);
    let mut real = |shape: &[usize]| random.rand_f64(shape) - 0.5;
    for (equation, shapes) in [
        ("ik,kj->ij", vec![vec![33, 500], vec![500, 21]]),
        ("ij,ij->i", vec![vec![40, 501], vec![40, 501]]),
        ("ab,bc,cd,de->ae", vec![vec![5, 6], vec![6, 7], vec![7, 8], vec![8, 9]]),
    ] {
        let operands: Vec<_> = shapes.iter().map(|shape| real(shape)).collect();
        let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
        let single: Vec<_> = operands.iter().map(|x| x.mapv(|x| x as f32)).collect();
        let single: Vec<_> = single.iter().map(|x| x.view()).collect();
        let expected = naive::einsum(equation, &views);
        let error = (einsum(equation, &views).unwrap() - &expected).mapv(f64::abs);
        assert!(error.iter().all(|&error| error < 1e-12), "{equation}");
        let error = (einsum(equation, &single).unwrap().mapv(f64::from) - &expected).mapv(f64::abs);
        assert!(error.iter().all(|&error| error < 1e-4), "{equation} f32");
    }
}

#[test]
fn not_a_number_goes_through() {
    let x = array![f32::NAN, 1.0, f32::INFINITY];
    assert!(einsum!("i->", &x).unwrap().into_scalar().is_nan());
    assert!(einsum!("i,i->", &x, &Array1::zeros(3)).unwrap().into_scalar().is_nan());
    let product = einsum!("i,j->ij", &x, &array![0.0, 1.0]).unwrap();
    assert!(product[[2, 0]].is_nan() && product[[1, 0]] == 0.0 && product[[2, 1]].is_infinite());
    let a = Array2::from_elem((17, 33), f32::NAN);
    assert!(einsum!("ij,jk->ik", &a, a.t()).unwrap().iter().all(|x| x.is_nan()));
}

#[test]
fn sums_of_nothing_are_zero() {
    let (a, b) = (Array2::<f32>::zeros((2, 0)), Array2::<f32>::zeros((0, 3)));
    assert_eq!(einsum!("ij,jk->ik", &a, &b).unwrap(), Array2::<f32>::zeros((2, 3)));
    assert_eq!(einsum!("ij->", &a).unwrap(), arr0(0.0));
    assert_eq!(einsum!("ij->ji", &a).unwrap().dim(), (0, 2));
    assert_eq!(einsum!("i,i->i", &array![1.0_f32], &Array1::zeros(0)).unwrap().len(), 0);
}

#[test]
fn forty_operands() {
    let two = aview0(&2_i64).into_dyn();
    let equation = vec![""; 40].join(",");
    assert_eq!(einsum(&equation, &vec![two; 40]).unwrap(), arr0(1 << 40).into_dyn());
    let matrix = array![[1_i64, 1], [0, 1]].into_dyn();
    let letters: Vec<char> = ('a'..='z').chain('A'..='O').collect();
    let chain: Vec<String> = letters.windows(2).map(|pair| pair.iter().collect()).collect();
    let power = einsum(&format!("{}->aO", chain.join(",")), &vec![matrix.view(); 40]).unwrap();
    assert_eq!(power, array![[1, 40], [0, 1]].into_dyn());
}

#[test]
fn integers_wrap_around() {
    let x = array![i32::MAX, 1];
    assert_eq!(einsum!("i->", &x).unwrap().into_scalar(), i32::MIN);
    assert_eq!(einsum!("i,i->i", &x, &array![2, 2]).unwrap(), array![-2, 2]);
}

/// One by one, a sum in f32 would stop at 2²⁴.
#[test]
fn long_sums_stay_accurate() {
    let n = 20_000_000;
    let ones = aview0(&1.0_f32);
    let ones = ones.broadcast((n, 2)).unwrap();
    assert_eq!(einsum!("ij->j", &ones).unwrap(), Array1::from_elem(2, n as f32));
    let long = Array1::<f32>::ones(n);
    assert_eq!(einsum!("i->", &long).unwrap().into_scalar(), n as f32);
    assert_eq!(einsum!("i,i->", &long, &long).unwrap().into_scalar(), n as f32);
}

#[test]
fn results_too_large_are_errors() {
    let one = aview0(&1.0_f32);
    let huge = one.broadcast(1 << 40).unwrap();
    for equation in ["i,j->ij", "i,j,k,l,m->ijklm"] {
        let operands = vec![huge.into_dyn(); equation.split(',').count()];
        let message = einsum(equation, &operands).unwrap_err().to_string();
        assert!(message.contains("does not fit in memory"), "{message}");
    }
    let empty = Array1::<f32>::zeros(0);
    let result = einsum!("i,j,k,l->jkl", &empty, &huge, &huge, &huge);
    assert!(result.unwrap_err().to_string().contains("does not fit"));
}

#[test]
fn the_macro_takes_what_cells_write() -> crate::Result<()> {
    let a: Array2<f32> = array![[1.0, 2.0], [3.0, 4.0]];
    let x = array![1.0_f32, 10.0];
    let equation = String::from("ij,j->i");
    let dynamic: ArrayD<f32> = einsum!(equation, &a, &x)?;
    assert_eq!(dynamic, einsum!("ij,j->i", a, x)?.into_dyn());
    assert_eq!(einsum!("ij,j->i", a.view(), &x.view(),)?, array![21.0, 43.0]);
    assert_eq!(einsum!("j->j", &a.row(1))?, array![3.0, 4.0]);
    assert_eq!(einsum!("ij->ij", a.to_shared())?, a);
    assert_eq!(einsum!("i,i->", &x - 1.0, 2.0 * &x)?.into_scalar(), 180.0);
    let seven = einsum!("a,b,c,d,e,f,g->abcdefg", x, x, x, x, x, x, x)?;
    assert_eq!(seven.ndim(), 7);
    Ok(())
}

#[test]
fn wrong_equations_in_the_macro_are_errors_at_run_time() {
    let a = array![[1.0, 2.0]];
    for error in [
        einsum!("ij->ik", &a).err(),
        einsum!("ij->i,j", &a).err(),
        einsum!("i*j->i", &a).err(),
        einsum!("i->i", &a).err(),
        einsum!("ij,ij->ij", &a).err(),
    ] {
        assert!(matches!(error, Some(Error::Argument { .. } | Error::Shape { .. })));
    }
}

#[test]
fn nested_references_are_operands() {
    let a: ArrayD<f64> = ArrayD::ones(IxDyn(&[2, 3]));
    let view: &ArrayViewD<f64> = &a.view();
    assert_eq!(
        einsum!("ij->i", &view).unwrap(),
        a.sum_axis(Axis(1)).into_dimensionality().unwrap()
    );
}
