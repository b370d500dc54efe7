//! Times einsum on typical expressions, beside ndarray-einsum and, if the output of
//! `bench/peers_einsum.py` is given as an argument, beside numpy, PyTorch and opt_einsum.
//!
//! numpy asks for huge pages for its large arrays, and memory-bound expressions feel it; with
//! `GLIBC_TUNABLES=glibc.malloc.hugetlb=1` our arrays get them too. `RUSTFLAGS="-C
//! target-cpu=native"` lets the compiler use the whole vector unit.
#![allow(missing_docs)]

use lesson_lib::einsum::einsum;
use lesson_lib::ndarray::{ArrayD, ArrayViewD, IxDyn};
use std::hint::black_box;
use std::time::Instant;

/// Name, equation and shapes; the names are the keys of the peers' file.
const CASES: [(&str, &str, &[&[usize]]); 16] = [
    ("row dots 1500x2", "ij,ij->i", &[&[1500, 2], &[1500, 2]]),
    ("row dots 100000x64", "ij,ij->i", &[&[100_000, 64], &[100_000, 64]]),
    ("matrix product 512", "ik,kj->ij", &[&[512, 512], &[512, 512]]),
    ("batch of 64 products 64", "bij,bjk->bik", &[&[64, 64, 64], &[64, 64, 64]]),
    ("weighted product 256", "ij,jj,jl->il", &[&[256, 256], &[256, 256], &[256, 256]]),
    ("transpose 128^3", "ijk->kij", &[&[128, 128, 128]]),
    ("column sums 2000", "ij->j", &[&[2000, 2000]]),
    ("outer product 2000", "i,j->ij", &[&[2000], &[2000]]),
    ("attention 8x8x128x64", "bhqd,bhkd->bhqk", &[&[8, 8, 128, 64], &[8, 8, 128, 64]]),
    ("chain of four 64", "ab,bc,cd,de->ae", &[&[64, 64], &[64, 64], &[64, 64], &[64, 64]]),
    ("chain of four 256", "ab,bc,cd,de->ae", &[&[256, 256], &[256, 256], &[256, 256], &[256, 256]]),
    ("lesson 5x784x10", "ik,kj->ij", &[&[5, 784], &[784, 10]]),
    ("mean shift 1500", "ij,jk->ik", &[&[1500, 1500], &[1500, 2]]),
    ("matrix vector 2000", "ij,j->i", &[&[2000, 2000], &[2000]]),
    ("row sums 2000", "ij->i", &[&[2000, 2000]]),
    ("column means 1e6x2", "ij->j", &[&[1_000_000, 2]]),
];

/// Minimum and median over batches of the mean time of a call, in milliseconds. A batch lasts
/// about 5 ms.
fn time_ms(mut call: impl FnMut()) -> (f64, f64) {
    call();
    let start = Instant::now();
    call();
    let repeats = (5e-3 / start.elapsed().as_secs_f64().max(1e-7)).max(1.0) as usize;
    let mut batches: Vec<f64> = (0..100)
        .map(|_| {
            let start = Instant::now();
            (0..repeats).for_each(|_| call());
            start.elapsed().as_secs_f64() * 1e3 / repeats as f64
        })
        .collect();
    batches.sort_by(f64::total_cmp);
    (batches[0], batches[batches.len() / 2])
}

/// ndarray-einsum refuses some of the equations, and panics on others.
fn crate_ms(equation: &str, views: &[ArrayViewD<f32>]) -> f64 {
    let run = || {
        let operands: Vec<&dyn ndarray_einsum::ArrayLike<f32>> =
            views.iter().map(|view| view as _).collect();
        // Row-major, as ours: a transpose comes back in the order of its operand.
        let result = ndarray_einsum::einsum(equation, &operands);
        black_box(result.map(|array| array.as_standard_layout().into_owned())).is_ok()
    };
    if run() {
        time_ms(|| {
            black_box(run());
        })
        .0
    } else {
        f64::NAN
    }
}

/// The fastest peer for a case, and its time in milliseconds.
fn fastest_peer(peers: &serde_json::Value, name: &str) -> (String, f64) {
    let times = peers[name].as_object().into_iter().flatten();
    times
        .filter_map(|(peer, ms)| Some((peer.clone(), ms.as_f64()?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((String::from("-"), f64::NAN))
}

fn operand(shape: &[usize]) -> ArrayD<f32> {
    let mut state = 1_u32;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 - 0.5
    })
}

fn main() {
    let file = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let peers = file.map_or(serde_json::Value::Null, |file| {
        let text = std::fs::read_to_string(&file).expect("the peers' file can be read");
        serde_json::from_str(&text).expect("the peers' file is JSON")
    });
    println!(
        "{:24} {:>9} {:>9} {:>9} {:>12} {:>7} {:>14} {:>7}",
        "ms", "minimum", "median", "peer", "", "ratio", "ndarray-einsum", "ratio"
    );
    for (name, equation, shapes) in CASES {
        let operands: Vec<_> = shapes.iter().map(|shape| operand(shape)).collect();
        let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
        let (ours, median) = time_ms(|| drop(black_box(einsum(equation, &views).unwrap())));
        let (peer, best) = fastest_peer(&peers, name);
        let other = crate_ms(equation, &views);
        println!(
            "{name:24} {ours:9.4} {median:9.4} {best:9.4} {peer:>12} {:7.2} {other:14.4} {:7.2}",
            best / ours,
            other / ours
        );
    }
}
