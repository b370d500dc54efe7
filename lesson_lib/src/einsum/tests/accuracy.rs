//! Sums of ten million terms in single precision, on every path and any number of threads.

use super::*;
use rayon::ThreadPoolBuilder;

/// Equations and shapes, each with NumPy's largest relative error (`docs/results/accuracy.md`).
const LONG_SUMS: [(&str, &[&[usize]], f64); 15] = [
    ("i->", &[&[10_000_000]], 3.8e-8),
    ("i,i->", &[&[10_000_000], &[10_000_000]], 5.9e-6),
    ("ij->j", &[&[10_000_000, 2]], 6.0e-5),
    ("ji->j", &[&[2, 10_000_000]], 6.8e-8),
    ("ij,i->j", &[&[10_000_000, 2], &[10_000_000]], 9.8e-5),
    ("ji,i->j", &[&[2, 10_000_000], &[10_000_000]], 4.5e-7),
    ("ij,ik->jk", &[&[10_000_000, 2], &[10_000_000, 3]], 2.1e-6),
    ("ji,ki->jk", &[&[2, 10_000_000], &[3, 10_000_000]], 3.4e-6),
    ("ij,ik->jk", &[&[10_000_000, 1], &[10_000_000, 3]], 9.8e-5),
    ("ij,ik->jk", &[&[10_000_000, 5], &[10_000_000, 7]], 5.5e-6),
    ("ij,ik->jk", &[&[10_000_000, 2], &[10_000_000, 20]], 6.3e-6),
    ("ij,ij->j", &[&[10_000_000, 2], &[10_000_000, 2]], 3.9e-8),
    ("bij,bik->bjk", &[&[2, 10_000_000, 2], &[2, 10_000_000, 1]], 9.9e-5),
    // No two of these loops can be joined to one.
    ("abc,cab->", &[&[10_000, 4, 250], &[250, 10_000, 4]], 6.3e-6),
    ("abj,ba->j", &[&[3163, 3163, 2], &[3163, 3163]], 8.9e-5),
];

#[test]
fn long_sums_are_as_good_as_numpys_on_any_number_of_threads() {
    let mut random = Generator::new(12);
    for (equation, shapes, numpy) in LONG_SUMS {
        let operands: Vec<ArrayD<f32>> = shapes.iter().map(|&shape| random.rand(shape)).collect();
        let exact: Vec<_> = operands.iter().map(|x| x.mapv(f64::from)).collect();
        let exact = einsum(equation, &exact.iter().map(|x| x.view()).collect::<Vec<_>>()).unwrap();
        let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
        for threads in [1, 2, 16] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let sums = pool.install(|| einsum(equation, &views)).unwrap().mapv(f64::from);
            let error = (sums / &exact - 1.0).iter().fold(0.0_f64, |most, e| most.max(e.abs()));
            assert!(error <= 8.0 * numpy, "{equation} on {threads} threads: {error:e}");
        }
    }
}
