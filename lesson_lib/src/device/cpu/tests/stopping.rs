//! Kernels that do not end by themselves.

use super::*;
use crate::device::cpu::run::{Order, Run};
use crate::error::FaultKind;
use std::time::{Duration, Instant};

const ENDLESS: &str = r#"extern "C" __global__ void k(float* a) {
    while (a[threadIdx.x] == 0.0f) {
    }
}"#;

#[test]
fn an_endless_loop_is_stopped_and_its_line_is_named() {
    for (device, mode) in devices().into_iter().zip([Mode::Fast, Mode::Checked]) {
        let (program, kernels) = compiled(ENDLESS, mode);
        for blocks in [1, 5000] {
            let mut a = device.zeros::<f32, _>(64).unwrap();
            let (grid, bound) = (grid([blocks, 1, 1], [64, 1, 1]), [bound(&mut a)]);
            let limit = Some(Duration::from_millis(100));
            let start = Instant::now();
            let order = program.order(&kernels[0], &grid, &bound).unwrap();
            let fault = fault(Run::new(Order { limit, ..order }).execute());
            assert_eq!(fault.kind, FaultKind::Timeout { limit: Duration::from_millis(100) });
            assert_eq!(fault.line.as_deref(), Some("kernel.cu:2"), "{fault}");
            assert!(start.elapsed() < Duration::from_secs(5));
        }
    }
}
