//! einsum on typical expressions against numpy, PyTorch, opt_einsum and ndarray-einsum.
//!
//! A case is an equation and the shapes of its operands: `ij,ij->i 1500x2 1500x2`.

mod harness;

use harness::{Times, Worker, measure, milliseconds, ratio, report, serve, table, write_report};
use lesson_lib::einsum::einsum;
use lesson_lib::ndarray::{ArrayD, ArrayViewD, IxDyn};
use lesson_lib::random::Generator;
use std::{env, hint::black_box, path::Path};

const CASES: [(&str, &str); 16] = [
    ("row dots", "ij,ij->i 1500x2 1500x2"),
    ("row dots", "ij,ij->i 100000x64 100000x64"),
    ("matrix product", "ik,kj->ij 512x512 512x512"),
    ("batch of products", "bij,bjk->bik 64x64x64 64x64x64"),
    ("weighted product", "ij,jj,jl->il 256x256 256x256 256x256"),
    ("transpose", "ijk->kij 128x128x128"),
    ("column sums", "ij->j 2000x2000"),
    ("outer product", "i,j->ij 2000 2000"),
    ("attention", "bhqd,bhkd->bhqk 8x8x128x64 8x8x128x64"),
    ("chain of four", "ab,bc,cd,de->ae 64x64 64x64 64x64 64x64"),
    ("chain of four", "ab,bc,cd,de->ae 256x256 256x256 256x256 256x256"),
    ("the lesson's product", "ik,kj->ij 5x784 784x10"),
    ("mean shift's sums", "ij,jk->ik 1500x1500 1500x2"),
    ("matrix and vector", "ij,j->i 2000x2000 2000"),
    ("row sums", "ij->i 2000x2000"),
    ("column sums", "ij->j 1000000x2"),
];

const PEERS: [&str; 3] = ["numpy", "torch", "opt_einsum"];

/// Chooses what a worker of this binary times: ours, or this crate.
const PROGRAM: &str = "EINSUM_PROGRAM";
const CRATE: &str = "ndarray-einsum";

fn main() {
    if env::args().any(|argument| argument == "--worker") {
        return match env::var(PROGRAM) {
            Ok(_) => serve(CRATE, |case| prepare(case, by_the_crate)),
            Err(_) => serve("ours", |case| prepare(case, ours)),
        };
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_einsum.py");
    let mut workers = vec![Some(Worker::ours(&[])), Some(Worker::ours(&[(PROGRAM, CRATE)]))];
    workers.extend(PEERS.map(|peer| Worker::python(&script, peer, &[])));
    let mut head = vec!["".into()];
    head.extend(workers.iter().map(report::heading));
    head.extend(["fastest of the last three : ours".into(), format!("{CRATE} : ours")]);
    let rows: Vec<_> = CASES
        .iter()
        .map(|(title, case)| {
            let times = measure(case, &mut workers);
            let mut row = vec![format!("{title} `{case}`")];
            row.extend(times.iter().map(milliseconds));
            row.push(ratio(fastest(&times[2..]), &times[0]));
            row.push(ratio(&times[1], &times[0]));
            row
        })
        .collect();
    let note = "f32. A dash: the program refuses the equation, or is missing.\n\n";
    write_report("einsum", "einsum on the host", &(note.to_owned() + &table(&head, &rows)));
}

fn fastest(times: &[Option<Times>]) -> &Option<Times> {
    let minimum = |times: &&Option<Times>| times.as_ref().map_or(f64::INFINITY, Times::min);
    times.iter().min_by(|a, b| minimum(a).total_cmp(&minimum(b))).expect("a peer")
}

/// Times `run` on the case, unless it refuses the equation.
fn prepare(case: &str, run: fn(&str, &[ArrayD<f32>]) -> bool) -> Option<Box<dyn FnMut()>> {
    let (equation, shapes) = case.split_once(' ')?;
    let equation = equation.to_owned();
    let operands: Vec<ArrayD<f32>> = shapes.split(' ').map(operand).collect();
    run(&equation, &operands).then(|| {
        Box::new(move || {
            run(&equation, &operands);
        }) as Box<dyn FnMut()>
    })
}

fn ours(equation: &str, operands: &[ArrayD<f32>]) -> bool {
    let views: Vec<ArrayViewD<f32>> = operands.iter().map(|x| x.view()).collect();
    black_box(einsum(equation, &views)).is_ok()
}

fn by_the_crate(equation: &str, operands: &[ArrayD<f32>]) -> bool {
    let operands: Vec<&dyn ndarray_einsum::ArrayLike<f32>> =
        operands.iter().map(|x| x as _).collect();
    // Row-major, as ours: a transpose comes back in the order of its operand.
    let result = ndarray_einsum::einsum(equation, &operands);
    black_box(result.map(|array| array.as_standard_layout().into_owned())).is_ok()
}

/// Values in [−0.5, 0.5), the same at each call, in a shape such as `1500x2`.
fn operand(shape: &str) -> ArrayD<f32> {
    let sizes: Vec<usize> = shape.split('x').filter_map(|size| size.parse().ok()).collect();
    Generator::new(1).rand(IxDyn(&sizes)) - 0.5
}
