//! `malloc`, `new`, and what goes wrong with them.

use super::*;
use crate::error::FaultKind;

/// A line, if there is one to tell, and words of the message.
type Told = (Option<u32>, &'static str);

/// A body, run by 4 threads from line 2 on, and what is told of it at full speed and in the careful
/// mode. A compiler leaves out what it proves to be useless: hence `volatile`, and no `new` where
/// values are written.
const MISUSES: &[(&str, [Told; 2])] = &[
    ("delete[] x;", [(Some(2), "neither malloc nor new"); 2]),
    ("free(x + 1);", [(Some(2), "neither malloc nor new"); 2]),
    ("float y[4] = {x[0]};\nfree(y + threadIdx.x);", [(Some(3), "neither malloc nor new"); 2]),
    (
        "float* volatile p = new float[4];\ndelete[] p;\ndelete[] p;",
        [(Some(4), "is free already"); 2],
    ),
    (
        "float* volatile p = (float*)malloc(16);\nfree(p + 1);",
        [(Some(3), "neither malloc nor new"); 2],
    ),
    (
        "float* p = (float*)malloc(16);\nfor (int i = 0; i < 8; i++)\np[i] = x[0] + i;\nfree(p);",
        [(Some(5), "writes past the end of 16 bytes"), (Some(4), "uses byte 16 of 16 bytes")],
    ),
    (
        "float* p = (float*)malloc(16);\nfor (int i = 0; i < 8; i++)\np[i] = x[0] + i;",
        [(None, "writes past the end of 16 bytes"), (Some(4), "uses byte 16 of 16 bytes")],
    ),
];

#[test]
fn every_misuse_of_the_heap_is_a_fault() {
    for (mode, device) in devices().into_iter().enumerate() {
        let mut x = device.zeros(64).unwrap();
        for (body, expected) in MISUSES {
            let source = format!("extern \"C\" __global__ void k(float* x) {{\n{body}\n}}");
            let result = run(&device, &source, "k", Launch::blocks(1).block(4), (&mut x,));
            assert!(result.is_err(), "{body} on {device}");
            let fault = fault(result);
            let (line, words) = expected[mode];
            let line = line.map(|line| format!("kernel.cu:{line}"));
            assert_eq!(fault.line, line, "{body}: {fault} on {device}");
            let FaultKind::Other { message } = &fault.kind else { panic!("{body}: {fault}") };
            assert!(message.contains(words), "{body}: {fault} on {device}");
        }
    }
}

#[test]
fn what_is_freed_is_gone_for_the_careful_mode() {
    let source = "extern \"C\" __global__ void k(float* x) {
        float* volatile p = new float[4];
        p[3] = 1;
        delete[] p;
        x[0] = p[3];
    }";
    let device = Device::checked();
    let mut x = device.zeros(1).unwrap();
    let fault = fault(run(&device, source, "k", Launch::blocks(1).block(1), (&mut x,)));
    assert_eq!(fault.line.as_deref(), Some("kernel.cu:5"), "{fault}");
}

#[test]
fn lists_grow_from_launch_to_launch() {
    const SOURCE: &str = r#"
struct Node { int value; Node* next; };
__device__ Node* list = nullptr;
extern "C" __global__ void push(int value) {
    if (threadIdx.x == 0) list = new Node{value, list};
}
extern "C" __global__ void sum(int* total) {
    while (list) {
        Node* node = list;
        *total += node->value;
        list = node->next;
        delete node;
    }
}
extern "C" __global__ void fill(int* full) {
    char* p = (char*)malloc(1 << 20);
    while (p) { p[0] = 1; atomicAdd(full, 1); p = (char*)malloc(1 << 20); }
}"#;
    for device in devices() {
        let module = device.compile(SOURCE).unwrap();
        let one = Launch::blocks(1).block(1);
        for value in 1..=10 {
            module.kernel("push").unwrap().launch(one, (value,)).unwrap();
        }
        let mut total = device.zeros_of::<i32, _>(1).unwrap();
        module.kernel("sum").unwrap().launch(one, (&mut total,)).unwrap();
        assert_eq!(values(&total), [55], "{device}");
        let mut full = device.zeros_of::<i32, _>(1).unwrap();
        module.kernel("fill").unwrap().launch(Launch::blocks(40).block(4), (&mut full,)).unwrap();
        assert_eq!(values(&full), [7], "{device}");
    }
}
