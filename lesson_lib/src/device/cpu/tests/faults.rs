//! What goes wrong is told in the terms of the source.

use super::*;
use crate::error::{Access, FaultKind};

#[test]
fn a_read_past_the_end_names_parameter_index_and_line() {
    const SOURCE: &str = "extern \"C\" __global__ void k(const float* a, float* b, int n) {\n  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  b[i] = a[i];\n}";
    for device in devices() {
        let a = device.zeros::<f32, _>(128).unwrap();
        let mut b = device.zeros::<f32, _>(128).unwrap();
        let fault =
            fault(run(&device, SOURCE, "k", Launch::blocks(2).block(128), (&a, &mut b, 128)));
        println!("{fault}");
        assert_eq!(fault.line.as_deref(), Some("kernel.cu:3"));
        assert!(
            matches!(
                fault.kind,
                FaultKind::OutOfBounds { access: Access::Read, index: 128, length: 128, .. }
            ),
            "{fault}"
        );
    }
}
