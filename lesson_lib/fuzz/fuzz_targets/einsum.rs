//! No text and no shapes make einsum panic: it reads, explains, plans and computes, or says why
//! not.
//!
//! Input: the equation, then after each zero byte the shape of one operand, a byte per axis.
#![no_main]

use lesson_lib::einsum::{Strategy, einsum_with, explain, path, path_with};
use lesson_lib::ndarray::ArrayD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.split(|&byte| byte == 0);
    let equation = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let shapes: Vec<Vec<usize>> =
        parts.map(|shape| shape.iter().map(|&size| usize::from(size)).collect()).collect();
    let explained = explain(&equation, &shapes).map(|loops| loops.to_string());
    let planned = path(&equation, &shapes).map(|path| path.to_string());
    assert_eq!(explained.is_ok(), planned.is_ok());

    // Sizes of 0 to 3 keep the arrays small enough to compute.
    let small = |shape: &Vec<usize>| shape.iter().map(|size| size % 4).collect::<Vec<_>>();
    let small: Vec<_> = shapes.iter().map(small).filter(|shape| shape.len() <= 8).collect();
    let Ok(plan) = path_with(Strategy::LeftToRight, &equation, &small) else { return };
    if plan.largest() > 1e6 || plan.multiplications() > 1e7 {
        return;
    }
    let operands: Vec<ArrayD<i32>> =
        small.iter().map(|shape| ArrayD::from_elem(shape.as_slice(), 1)).collect();
    let views: Vec<_> = operands.iter().map(|operand| operand.view()).collect();
    let one = einsum_with(Strategy::Auto, &equation, &views).expect("a plan was made");
    let other = einsum_with(Strategy::LeftToRight, &equation, &views).expect("a plan was made");
    assert_eq!(one, other);
});
