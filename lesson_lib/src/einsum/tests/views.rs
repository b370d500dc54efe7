//! `einsum_view`: right, and without a copy.

use super::{generate, naive};
use crate::einsum::{einsum, einsum_view};
use crate::random::property;
use ndarray::{Array2, ArrayD, IxDyn, array};
use proptest::prelude::prop_assert_eq;

#[test]
fn views_agree_with_the_definition_on_every_layout() {
    for (equation, shape) in [
        ("ii->i", vec![4, 4]),
        ("iii->i", vec![3, 3, 3]),
        ("iji->ji", vec![3, 2, 3]),
        ("ijk->kij", vec![2, 3, 4]),
        ("...ij->j...i", vec![2, 3, 4, 2]),
        ("...", vec![3, 0]),
        ("i...i->...i", vec![0, 2, 0]),
        ("", vec![]),
    ] {
        property::holds(100, generate::layout(&shape), |layout| {
            let view = layout.arrange(&layout.base);
            let view = view.broadcast(shape.as_slice()).unwrap();
            let result = einsum_view(equation, &view)?;
            prop_assert_eq!(result, naive::einsum(equation, &[view.view()]), "{}", equation);
            Ok(())
        });
    }
}

#[test]
fn a_view_shares_memory() {
    let a = Array2::from_shape_fn((3, 3), |(i, j)| 3 * i + j).into_dyn();
    let a = a.view();
    let diagonal = einsum_view("ii->i", &a).unwrap();
    assert_eq!((diagonal.as_ptr(), diagonal.strides()), (a.as_ptr(), &[4][..]));
    assert_eq!(einsum_view("ij->ji", &a).unwrap().as_ptr(), a.as_ptr());
}

#[test]
fn a_sum_is_no_view() {
    let a: ArrayD<f64> = ArrayD::zeros(IxDyn(&[3, 3]));
    let message = einsum_view("ij->i", &a.view()).unwrap_err().to_string();
    assert!(message.contains("letter `j` is summed"), "{message}");
    assert!(einsum_view("i,i->i", &a.view()).is_err());
    let owned = array![[1.0, 2.0], [3.0, 4.0]].into_dyn();
    assert_eq!(einsum("ij->i", &[owned.view()]).unwrap(), array![3.0, 7.0].into_dyn());
}
