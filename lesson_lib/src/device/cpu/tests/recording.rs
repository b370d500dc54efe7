//! Recorded launches.

use super::*;
use crate::device::backend::Program;
use crate::device::record::{Event, Step};
use crate::error::{Access, Place};

/// Records `kernel` of `source` over one block of `threads` threads.
fn recorded(source: &str, threads: u32, buffer: &mut Buffer<f32, ndarray::Ix1>) -> Vec<Event> {
    let program = compiled(source, Mode::Checked);
    let (kernel, grid) = (&program.1[0], grid([1, 1, 1], [threads, 1, 1]));
    program.0.record(kernel, &grid, &[bound(buffer)]).unwrap()
}

#[test]
fn every_access_and_wait_is_recorded_in_order() {
    const SOURCE: &str = r#"extern "C" __global__ void k(float* a) {
    __shared__ float s[4];
    s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    atomicAdd(&a[0], s[3 - threadIdx.x]);
}"#;
    let device = Device::checked();
    let mut a = device.upload(&ndarray::arr1(&[1_f32, 2.0, 3.0, 4.0])).unwrap();
    let events = recorded(SOURCE, 4, &mut a);
    assert_eq!(values(&a)[0], 1.0 + 10.0);
    for thread in 0..4 {
        let place = Place { block: [0; 3], thread: [thread, 0, 0] };
        let own: Vec<(Step, &str)> = events
            .iter()
            .filter(|event| event.place == place)
            .map(|event| (event.step.clone(), event.line.as_deref().unwrap()))
            .collect();
        let t = thread as usize;
        let buffer = |access, index| Step::Buffer { access, parameter: 0, index, count: 1 };
        let shared = |access, byte| Step::Shared { access, byte, bytes: 4 };
        let expected = [
            (buffer(Access::Read, t), "kernel.cu:3"),
            (shared(Access::Write, 4 * t), "kernel.cu:3"),
            (Step::Barrier, "kernel.cu:4"),
            (shared(Access::Read, 4 * (3 - t)), "kernel.cu:5"),
            (buffer(Access::Atomic, 0), "kernel.cu:5"),
        ];
        assert_eq!(own, expected);
    }
    assert_eq!(events.len(), 20);
}

#[test]
fn the_fast_device_cannot_record() {
    let program = compiled("extern \"C\" __global__ void k() {}", Mode::Fast);
    let error = program.0.record(&program.1[0], &grid([1; 3], [1; 3]), &[]).unwrap_err();
    assert!(error.to_string().contains("Device::checked()"), "{error}");
}

#[test]
fn shared_memory_is_resolved_after_a_launch_of_several_workers() {
    const SOURCE: &str = r#"extern "C" __global__ void k(float* a) {
    __shared__ float s[4];
    for (int round = 0; round < 50; ++round) {
        s[threadIdx.x % 4] = 1.0f;
        __syncthreads();
    }
}"#;
    // Threads that write the same word race, so a block has no more than there are words.
    let device = Device::checked();
    let mut a = device.upload(&ndarray::arr1(&[0_f32; 4])).unwrap();
    let program = compiled(SOURCE, Mode::Checked);
    let (kernel, one_block) = (&program.1[0], grid([1, 1, 1], [4, 1, 1]));
    let workers = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    workers.install(|| {
        let many_blocks = grid([2048, 1, 1], [4, 1, 1]);
        program.0.launch(kernel, &many_blocks, &[bound(&mut a)]).unwrap();
    });
    for _ in 0..2 {
        let events = program.0.record(kernel, &one_block, &[bound(&mut a)]).unwrap();
        let shared = events.iter().filter_map(|event| match event.step {
            Step::Shared { byte, .. } => Some(byte),
            _ => None,
        });
        assert!(shared.clone().count() > 0);
        for byte in shared {
            assert!(byte < 16, "byte {byte} of 16");
        }
    }
}
