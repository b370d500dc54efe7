//! What would end the process: it ends the launch, with its line, and the device goes on.

use super::*;
use crate::error::FaultKind;
use FaultKind::*;

/// A body, run by one block of 64 threads from line 3 on, its line and its fault.
struct End {
    before: &'static str,
    body: &'static str,
    line: Option<u32>,
    kind: fn(&FaultKind) -> bool,
}

fn says(kind: &FaultKind, words: &str) -> bool {
    matches!(kind, Other { message } if message.contains(words))
}

const ENDS: &[End] = &[
    End {
        before: "",
        body: "assert(threadIdx.x < 3 && \"few\");",
        line: Some(3),
        kind: |kind| matches!(kind, Assert { expression } if expression == "threadIdx.x < 3 && \"few\""),
    },
    End {
        before: "template <class A, class B> __device__ bool equal() { return false; }",
        body: "x[0] = 1;\nassert(equal<int, float>());",
        line: Some(4),
        kind: |kind| matches!(kind, Assert { expression } if expression.contains("float")),
    },
    End {
        before: "extern \"C\" __device__ void __assert_fail(const char*, const char*, unsigned, const char*);",
        body: "__assert_fail(\"x\", \"kernel.cu\", 3, \"k\");",
        line: Some(3),
        kind: |kind| matches!(kind, Assert { expression } if expression == "x"),
    },
    End { before: "", body: "__trap();", line: Some(3), kind: |kind| matches!(kind, Trap) },
    End { before: "", body: "__builtin_trap();", line: Some(3), kind: |kind| matches!(kind, Trap) },
    End {
        before: "",
        body: "__builtin_abort();",
        line: Some(3),
        kind: |kind| says(kind, "ends a program"),
    },
    End {
        before: "",
        body: "__builtin_exit(1);",
        line: Some(3),
        kind: |kind| says(kind, "ends a program"),
    },
    End {
        before: "extern \"C\" __device__ void exit(int); extern \"C\" __device__ int raise(int);",
        body: "if (threadIdx.x == 5) exit(0);\nraise(9);",
        line: None,
        kind: |kind| says(kind, "ends a program"),
    },
    End {
        before: "namespace std { [[noreturn]] __device__ void terminate() noexcept; }",
        body: "std::terminate();",
        line: Some(3),
        kind: |kind| says(kind, "ends a program"),
    },
    End {
        before: "struct A { __device__ A() { call(); } __device__ void call() { f(); } __device__ virtual void f() = 0; }; struct B : A { __device__ void f() override {} };",
        body: "B b;\nx[0] = 1;",
        line: None,
        kind: |kind| says(kind, "ends a program"),
    },
    End {
        before: "__device__ int deep(float* x, int n) { volatile int big[100]; big[n % 100] = n; return deep(x, n + 1) + big[n % 7]; }",
        body: "x[0] = deep(x, threadIdx.x);",
        line: None,
        kind: |kind| matches!(kind, StackOverflow),
    },
    End {
        before: "__device__ int deep(float* x, int n) { volatile int y = n; atomicAdd(x, 1.f); return deep(x, n + 1) + y; }",
        body: "x[0] = deep(x, threadIdx.x);",
        line: None,
        kind: |kind| matches!(kind, StackOverflow),
    },
    End {
        before: "__device__ int deep(int n) { volatile int y = n; printf(\"\"); return deep(n + 1) + y; }",
        body: "x[0] = deep(threadIdx.x);",
        line: None,
        kind: |kind| matches!(kind, StackOverflow),
    },
];

#[test]
fn what_would_end_the_process_ends_the_launch() {
    for device in devices() {
        let mut x = device.zeros(64).unwrap();
        for End { before, body, line, kind } in ENDS {
            let source =
                format!("{before}\nextern \"C\" __global__ void k(float* x) {{\n{body}\n}}");
            let result = run(&device, &source, "k", Launch::blocks(1).block(64), (&mut x,));
            assert!(result.is_err(), "{body} on {device}");
            let fault = fault(result);
            assert!(kind(&fault.kind), "{body}: {fault} on {device}");
            if let Some(line) = line {
                let expected = format!("kernel.cu:{line}");
                assert_eq!(fault.line, Some(expected), "{body}: {fault} on {device}");
            }
        }
        let source = "extern \"C\" __global__ void k(float* x) { x[threadIdx.x] = 2; }";
        run(&device, source, "k", Launch::blocks(1).block(64), (&mut x,)).unwrap();
        assert_eq!(values(&x), [2.0; 64]);
    }
}

#[test]
fn without_debugging_an_assertion_is_nothing() {
    for device in devices() {
        let mut x = device.zeros(1).unwrap();
        let source = Source::from(
            "extern \"C\" __global__ void k(float* x) { assert(x[0] == 7); x[0] = 1; }",
        );
        let module = device.compile(source.define("NDEBUG", "")).unwrap();
        module.kernel("k").unwrap().launch(Launch::blocks(1).block(1), (&mut x,)).unwrap();
        assert_eq!(values(&x), [1.0]);
    }
}

#[test]
fn a_grid_of_several_blocks_cannot_wait_for_itself() {
    let source = "namespace cg = cooperative_groups;
extern \"C\" __global__ void k(float* x) {
    auto grid = cg::this_grid();
    x[grid.thread_rank()] = grid.size();
    grid.sync();
}";
    for device in devices() {
        let mut x = device.zeros(8).unwrap();
        run(&device, source, "k", Launch::blocks(1).block(4), (&mut x,)).unwrap();
        assert_eq!(values(&x), [4.0, 4.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0]);
        let fault = fault(run(&device, source, "k", Launch::blocks(2).block(4), (&mut x,)));
        assert!(says(&fault.kind, "waits for the whole grid"), "{fault}");
        assert_eq!(fault.line.as_deref(), Some("kernel.cu:5"), "{fault}");
    }
}
