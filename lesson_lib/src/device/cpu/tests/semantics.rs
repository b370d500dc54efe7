//! What CUDA C means, on the CPU.

use super::*;

#[test]
fn threads_add_two_arrays() {
    const SOURCE: &str = r#"
extern "C" __global__ void add(const float* a, const float* b, float* sum, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) sum[i] = a[i] + b[i];
}"#;
    for device in devices() {
        for n in [0_usize, 1, 31, 256, 257, 1000, 100_000] {
            let a: ndarray::Array1<f32> = (0..n).map(|i| i as f32).collect();
            let (a_device, b) = (device.upload(&a).unwrap(), device.upload(&(&a * 2.0)).unwrap());
            let mut sum = device.zeros::<f32, _>(n).unwrap();
            run(&device, SOURCE, "add", Launch::over(n.max(1)), (&a_device, &b, &mut sum, n))
                .unwrap();
            assert_eq!(values(&sum), (&a * 3.0).to_vec(), "{n} on {device}");
        }
    }
}
