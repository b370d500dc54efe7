//! Which lanes are there, and vectors where they must lie.

use super::*;

/// What each of the threads of a block writes.
fn written(device: &Device, body: &str, threads: usize) -> Vec<i32> {
    let mut out = device.zeros_of::<i32, _>(threads).unwrap();
    let source =
        format!("extern \"C\" __global__ void k(int* out) {{ int t = threadIdx.x;\n{body}\n}}");
    run(device, &source, "k", Launch::blocks(1).block(threads), (&mut out,)).unwrap();
    values(&out)
}

#[test]
fn the_active_lanes_vote() {
    for device in devices() {
        let body = "out[t] = __popc(__ballot_sync(__activemask(), t >= 0));";
        assert_eq!(written(&device, body, 40), [vec![32; 32], vec![8; 8]].concat(), "{device}");
    }
}

#[test]
fn lanes_of_both_branches_see_their_own() {
    let body = "if (t % 4 == 1) out[t] = __activemask(); else if (t % 4 == 2) return; else out[t] = __activemask();";
    for device in devices() {
        let own = |t: u32| match t % 4 {
            1 => 0x2222_2222,
            2 => 0,
            _ => 0x9999_9999_u32 as i32,
        };
        let expected: Vec<i32> = (0..64).map(own).collect();
        assert_eq!(written(&device, body, 64), expected, "{device}");
    }
}

#[test]
fn lanes_that_leave_a_loop_are_not_active() {
    let body = "int trips = 0;\nfor (int i = 0; i <= t; i++)\ntrips += __popc(__activemask());\nout[t] = trips;";
    for device in devices() {
        let expected: Vec<i32> = (0..32).map(|t| (0..=t).map(|i| 32 - i).sum()).collect();
        assert_eq!(written(&device, body, 32), expected, "{device}");
    }
}

#[test]
fn lanes_at_a_barrier_or_in_a_shuffle_are_waited_for_by_nobody() {
    let body = "unsigned mask = 0;
if (t < 8) mask = __activemask();
else if (t < 16) __syncwarp(0xff00);
__syncthreads();
out[t] = mask;";
    for device in devices() {
        let expected = [vec![255; 8], vec![0; 56]].concat();
        assert_eq!(written(&device, body, 64), expected, "{device}");
    }
}

#[test]
fn a_reduction_over_the_active_lanes_is_right() {
    let body = "int x = t; unsigned m = __activemask();
for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(m, x, d);
out[t] = t ? 0 : x;";
    for device in devices() {
        assert_eq!(written(&device, body, 32)[0], 496, "{device}");
    }
}

#[test]
fn vectors_lie_where_they_do_on_a_gpu() {
    let body = "struct A { float x; float4 v; };
out[t] = sizeof(A) * 100 + alignof(float4);";
    for device in devices() {
        assert_eq!(written(&device, body, 1), [3216], "{device}");
        let source = "extern \"C\" __global__ void k(const float* x, float* sum, int n) {
            float s = 0;
            for (int i = 0; i < n / 4; i++) { float4 v = ((const float4*)x)[i]; s += v.x + v.y + v.z + v.w; }
            sum[0] = s;
        }";
        for n in [4_usize, 5, 6, 7, 8, 1001, 1022] {
            let x = device.upload(&ndarray::Array1::from_elem(n, 1.0_f32)).unwrap();
            let mut sum = device.zeros(1).unwrap();
            run(&device, source, "k", Launch::blocks(1).block(1), (&x, &mut sum, n)).unwrap();
            assert_eq!(values(&sum), [(n / 4 * 4) as f32], "{n} on {device}");
        }
    }
}

#[test]
fn both_modes_inline_what_is_passed_on() {
    let source = "__device__ __forceinline__ float add(float a, float b) { return a + b; }
template <class F> __device__ float fold(const float* a, int n, F f) {
    float s = a[0];
    for (int i = 1; i < n; i++) s = f(s, a[i]);
    return s;
}
extern \"C\" __global__ void k(const float* a, float* o, int n) { o[0] = fold(a, n, add); }";
    for device in devices() {
        let a = device.upload(&ndarray::Array1::from_elem(10, 2.0_f32)).unwrap();
        let mut o = device.zeros(1).unwrap();
        run(&device, source, "k", Launch::blocks(1).block(1), (&a, &mut o, 10)).unwrap();
        assert_eq!(values(&o), [20.0], "{device}");
    }
}
