use super::*;
use ndarray::{Array2, array};
use std::collections::HashSet;

/// Box and Muller's formula in double precision, entry by entry: what the fast blocks compute.
fn plain_blocks(uniforms: &[f32]) -> Vec<f64> {
    let mut normals = vec![0.0; uniforms.len()];
    for start in (0..uniforms.len()).step_by(normal::BLOCK) {
        for i in start..start + 8 {
            let radius = (-2.0 * (1.0 - f64::from(uniforms[i])).ln()).sqrt();
            let angle = std::f64::consts::TAU * f64::from(uniforms[i + 8]);
            normals[i] = radius * angle.cos();
            normals[i + 8] = radius * angle.sin();
        }
    }
    normals
}

#[test]
fn randn_is_box_muller() {
    let mut generator = Generator::from_entropy();
    let uniforms = generator.clone().rand(16 * 1000).to_vec();
    let drawn = generator.randn(16 * 1000);
    for (&value, exact) in drawn.iter().zip(plain_blocks(&uniforms)) {
        assert!((f64::from(value) - exact).abs() < 3e-6, "{generator:?}: {value} for {exact}");
    }
}

#[test]
fn both_precisions_draw_the_same_small_normals() {
    let mut generator = Generator::from_entropy();
    let wide = generator.clone().randn_f64(15);
    assert_eq!(generator.randn(15), wide.mapv(|value| value as f32), "{generator:?}");
}

/// The second normal of a pair is kept for the next small call, even if other draws come between.
#[test]
fn an_odd_small_call_keeps_one_normal() {
    let whole = Generator::new(3).randn(4);
    let mut generator = Generator::new(3);
    let first = generator.randn(1);
    let mut with_long_draw = generator.clone();
    with_long_draw.randn(160);
    with_long_draw.rand(3);
    assert_eq!(with_long_draw.randn(1)[0], whole[1]);
    let rest = generator.randn(3);
    assert_eq!(ndarray::concatenate![ndarray::Axis(0), first, rest], whole);
    generator.randn(1);
    generator.manual_seed(3);
    assert_eq!(generator.randn(4), whole, "a new seed forgets the kept normal");
}

#[test]
fn double_precision_normals_of_any_length_are_normal() {
    let mut generator = Generator::new(11);
    for length in [16, 17, 31, 40_003] {
        let drawn = generator.randn_f64(length);
        assert!(drawn.iter().all(|value| value.is_finite()));
    }
    let drawn = generator.randn_f64(40_000);
    let mean = drawn.sum() / 40_000.0;
    let variance = drawn.mapv(|value| value * value).sum() / 40_000.0;
    assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
}

#[test]
fn uniforms_lie_below_one_in_both_precisions() {
    let mut generator = Generator::new(9);
    let (single, double) = (generator.rand((100, 1000)), generator.rand_f64(100_000));
    assert!(single.iter().all(|value| (0.0..1.0).contains(value)));
    assert!(double.iter().all(|value| (0.0..1.0).contains(value)));
    assert!((single.sum() / 1e5 - 0.5).abs() < 0.01 && (double.sum() / 1e5 - 0.5).abs() < 0.01);
}

#[test]
fn every_kind_of_shape_is_filled_in_row_major_order() {
    let drawn = || Generator::new(42);
    let flat = drawn().rand(24).to_vec();
    let row_major = |array: ndarray::ArrayD<f32>| array.iter().copied().collect::<Vec<_>>();
    assert_eq!(row_major(drawn().rand((4, 6)).into_dyn()), flat);
    assert_eq!(row_major(drawn().rand([2, 3, 4]).into_dyn()), flat);
    assert_eq!(row_major(drawn().rand(vec![2, 12])), flat);
    assert_eq!(row_major(drawn().rand(()).into_dyn()), flat[..1]);
    assert_eq!(drawn().randn((0, 5)).dim(), (0, 5));
    assert_eq!(drawn().rand(Array2::<u8>::zeros((3, 2)).raw_dim()).dim(), (3, 2));
}

#[test]
fn randint_covers_its_range_and_no_more() -> Result<()> {
    let mut generator = Generator::new(2);
    let drawn: HashSet<i64> = generator.randint(-3, 4, 2000)?.into_iter().collect();
    assert_eq!(drawn, (-3..4).collect());
    assert_eq!(generator.randint(7, 8, 3)?, array![7, 7, 7]);
    let wide = generator.randint(i64::MIN, i64::MAX, 1000)?;
    assert!(wide.iter().any(|&value| value < 0) && wide.iter().any(|&value| value > 0));
    Ok(())
}

/// From 2²⁸ numbers on, a draw takes 64 bits.
#[test]
fn wide_ranges_take_two_words() -> Result<()> {
    for (range, words) in [((1 << 28) - 1, 1), (1 << 28, 2)] {
        let (mut generator, mut expected) = (Generator::new(6), Generator::new(6));
        generator.randint(0, range, 1)?;
        expected.rand(words);
        assert!(generator == expected, "range {range}");
    }
    Ok(())
}

#[test]
fn an_empty_range_is_refused() {
    for (low, high) in [(3, 3), (4, 3), (i64::MAX, i64::MIN)] {
        let error = Generator::new(0).randint(low, high, 2).expect_err("no such number");
        assert!(error.to_string().contains(&format!("{low}..{high}")), "{error}");
    }
}

fn is_permutation(order: &[usize]) -> bool {
    let seen: HashSet<usize> = order.iter().copied().collect();
    seen == (0..order.len()).collect()
}

#[test]
fn both_shuffles_permute() {
    let mut generator = Generator::from_entropy();
    for n in [0, 1, 2, 17, 1000] {
        assert!(is_permutation(&generator.shuffled(n)), "{generator:?} {n}");
        assert!(is_permutation(&generator.shuffled_inside_out(n)), "{generator:?} {n}");
    }
}

/// Each of the 6 orders of 3 numbers must come about equally often.
#[test]
fn both_shuffles_are_even() {
    let mut generator = Generator::new(8);
    for shuffle in [Generator::shuffled, Generator::shuffled_inside_out] {
        let mut counts = std::collections::HashMap::new();
        (0..6000).for_each(|_| *counts.entry(shuffle(&mut generator, 3)).or_insert(0) += 1);
        assert!(counts.len() == 6 && counts.values().all(|count| (850..1150).contains(count)));
    }
}

#[test]
fn split_children_differ_and_repeat() {
    let mut parent = Generator::from_entropy();
    let draws = |children: Vec<Generator>| -> Vec<Vec<u32>> {
        let bits = |mut child: Generator| child.rand(8).mapv(f32::to_bits).to_vec();
        children.into_iter().map(bits).collect()
    };
    let (mut again, mut fewer) = (parent.clone(), parent.clone());
    let first = draws(parent.split(50));
    assert_eq!(draws(again.split(50)), first, "the same state gives the same children");
    assert_eq!(draws(fewer.split(3)), first[..3], "a child depends on its number alone");
    let second = draws(parent.split(50));
    let distinct: HashSet<&Vec<u32>> = first.iter().chain(&second).collect();
    assert_eq!(distinct.len(), 100, "{parent:?}");
}
