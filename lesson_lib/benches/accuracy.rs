//! The rounding errors of long sums in single precision, beside NumPy's.
//!
//! A case is an equation and the shapes of its operands, with numbers of [0, 1).

#[allow(dead_code, unused_imports, reason = "nothing is timed")]
mod harness;

use harness::{Worker, report, table};
use lesson_lib::einsum::einsum;
use lesson_lib::ndarray::{ArrayD, ArrayViewD};
use lesson_lib::random::Generator;
use rayon::ThreadPoolBuilder;
use std::path::Path;

const CASES: [&str; 15] = [
    "i-> 10000000",
    "i,i-> 10000000 10000000",
    "ij->j 10000000x2",
    "ji->j 2x10000000",
    "ij,i->j 10000000x2 10000000",
    "ji,i->j 2x10000000 10000000",
    "ij,ik->jk 10000000x2 10000000x3",
    "ji,ki->jk 2x10000000 3x10000000",
    "ij,ik->jk 10000000x1 10000000x3",
    "ij,ik->jk 10000000x5 10000000x7",
    "ij,ik->jk 10000000x2 10000000x20",
    "ij,ij->j 10000000x2 10000000x2",
    "bij,bik->bjk 2x10000000x2 2x10000000x1",
    "abc,cab-> 10000x4x250 250x10000x4",
    "abj,ba->j 3163x3163x2 3163x3163",
];

const THREADS: [usize; 4] = [1, 2, 3, 16];

fn main() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/peers_accuracy.py");
    let mut numpy = Worker::python(&script, "numpy", &[]);
    let mut head = vec!["".to_owned()];
    head.extend(THREADS.map(|threads| format!("ours, threads: {threads}")));
    head.push(report::heading(&numpy));
    head.push("largest of ours : NumPy".into());
    let rows: Vec<_> = CASES
        .iter()
        .map(|case| {
            eprintln!("  {case}");
            let ours = errors(case);
            let theirs = numpy.as_mut().and_then(|numpy| numpy.run(case, 0.0).first().copied());
            let largest = ours.iter().fold(0.0_f64, |most, &error| most.max(error));
            let mut row = vec![format!("`{case}`")];
            row.extend(ours.iter().map(|error| format!("{error:.1e}")));
            row.push(theirs.map_or("–".into(), |error| format!("{error:.1e}")));
            row.push(theirs.map_or("–".into(), |error| format!("{:.2}", largest / error)));
            row
        })
        .collect();
    let note = "the largest relative error of a result, against the same sums in double precision";
    let body = "Ten million terms each, f32, uniform in [0, 1). NumPy adds as somebody would write it \
                there: `x.sum(0)`, `x @ y`, `x.T @ y`, else `einsum` with `optimize=True`, on numbers \
                of its own. `matmul::parallel` adds long sums by the same routine as einsum's matrix \
                products.\n\n";
    let title = "Rounding errors of long sums";
    report::write_page("accuracy", title, note, &(body.to_owned() + &table(&head, &rows)));
}

/// Our largest relative error on each number of threads.
fn errors(case: &str) -> Vec<f64> {
    let mut random = Generator::new(12);
    let mut parts = case.split(' ');
    let equation = parts.next().expect("an equation");
    let operands: Vec<ArrayD<f32>> = parts
        .map(|shape| {
            let sizes: Vec<usize> = shape.split('x').map(|n| n.parse().expect("a size")).collect();
            random.rand(sizes.as_slice())
        })
        .collect();
    let double: Vec<ArrayD<f64>> = operands.iter().map(|x| x.mapv(f64::from)).collect();
    let exact = einsum(equation, &double.iter().map(|x| x.view()).collect::<Vec<_>>());
    let exact = exact.expect("a good equation");
    let views: Vec<ArrayViewD<f32>> = operands.iter().map(|x| x.view()).collect();
    let error = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let sums = pool.install(|| einsum(equation, &views)).expect("a good equation");
        (sums.mapv(f64::from) / &exact - 1.0).fold(0.0_f64, |most, e| most.max(e.abs()))
    };
    THREADS.map(error).to_vec()
}
