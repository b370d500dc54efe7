//! The headers that published CUDA files name: which are there already, and which cannot be.

use super::Kind;
use super::lexer::{Token, TokenKind, directive};
use std::ops::Range;

/// CUDA's own, which both compilers have built in.
const CUDA: [&str; 18] = [
    "builtin_types.h",
    "cuda.h",
    "cuda_device_runtime_api.h",
    "cuda_profiler_api.h",
    "cuda_runtime.h",
    "cuda_runtime_api.h",
    "cuda_texture_types.h",
    "device_atomic_functions.h",
    "device_double_functions.h",
    "device_functions.h",
    "device_launch_parameters.h",
    "driver_types.h",
    "host_defines.h",
    "math_functions.h",
    "texture_fetch_functions.h",
    "texture_types.h",
    "vector_functions.h",
    "vector_types.h",
];

/// How the names of libraries begin that the host calls: the calls are left out with its code. Of CUB
/// and Thrust kernels may use parts: `refusals` finds those.
const HOST: [&str; 31] = [
    "ATen/",
    "GL/",
    "boost/",
    "c10/",
    "cub/",
    "cublas",
    "cuda_gl_interop.h",
    "cudnn",
    "cufft",
    "curand.h",
    "cusolver",
    "cusparse",
    "cutil",
    "glog/",
    "gtest/",
    "helper_cuda.h",
    "helper_functions.h",
    "helper_string.h",
    "helper_timer.h",
    "mpi.h",
    "nccl.h",
    "nvToolsExt",
    "nvbench/",
    "nvml.h",
    "nvrtc.h",
    "nvtx3/",
    "opencv",
    "pybind11/",
    "sys/",
    "thrust/",
    "torch/",
];

/// The C library's, as `name.h` and as `cname`.
const C: [&str; 15] = [
    "assert", "ctype", "errno", "float", "inttypes", "limits", "math", "signal", "stdarg",
    "stddef", "stdint", "stdio", "stdlib", "string", "time",
];

/// C++'s, and what else only host code uses.
const CPP: [&str; 45] = [
    "algorithm",
    "any",
    "array",
    "atomic",
    "bits/stdc++.h",
    "bitset",
    "chrono",
    "complex",
    "condition_variable",
    "deque",
    "exception",
    "filesystem",
    "fstream",
    "functional",
    "future",
    "initializer_list",
    "iomanip",
    "ios",
    "iosfwd",
    "iostream",
    "istream",
    "iterator",
    "limits",
    "list",
    "map",
    "memory",
    "mutex",
    "new",
    "numeric",
    "optional",
    "ostream",
    "queue",
    "random",
    "ratio",
    "set",
    "sstream",
    "stdexcept",
    "string",
    "string_view",
    "thread",
    "tuple",
    "type_traits",
    "unordered_map",
    "utility",
    "vector",
];
const SYSTEM: [&str; 9] = [
    "conio.h",
    "getopt.h",
    "malloc.h",
    "memory.h",
    "omp.h",
    "pthread.h",
    "stdbool.h",
    "unistd.h",
    "windows.h",
];

/// Headers of CUDA whose words the CPU device has too: NVRTC is to read them, the host's compiler
/// not.
const ON_CPU: [&str; 12] = [
    "cooperative_groups.h",
    "cooperative_groups/reduce.h",
    "cooperative_groups/scan.h",
    "cuComplex.h",
    "cuda_bf16.h",
    "cuda_bf16.hpp",
    "cuda_fp16.h",
    "cuda_fp16.hpp",
    "cuda_pipeline.h",
    "cuda_pipeline_primitives.h",
    "curand_kernel.h",
    "math_constants.h",
];

/// The names of numbers in cuFFT's headers, which kernels between two transforms use.
const CUFFT_TYPES: &str = "typedef float cufftReal; typedef double cufftDoubleReal; \
                           typedef float2 cufftComplex; typedef double2 cufftDoubleComplex;";

/// The text instead of an `#include` of a header that no file of the course has; none where the
/// compiler is to read it.
fn replacement(header: &str, kind: Kind) -> Option<String> {
    if header.starts_with("cufft") {
        return Some(CUFFT_TYPES.into());
    }
    let swallowed = is_usual(header) || (kind == Kind::Cpu && ON_CPU.contains(&header));
    if swallowed {
        return Some(String::new());
    }
    let way_out = way_out(header, kind)?;
    Some(format!("#error <{header}>: {way_out}"))
}

fn is_usual(header: &str) -> bool {
    let c = header.strip_suffix(".h").or_else(|| header.strip_prefix('c'));
    CUDA.contains(&header)
        || HOST.iter().any(|start| header.starts_with(start))
        || (header.starts_with("sm_") && header.ends_with(".h"))
        || CPP.contains(&header)
        || SYSTEM.contains(&header)
        || c.is_some_and(|name| C.contains(&name))
}

/// What to do instead of including `header`.
fn way_out(header: &str, kind: Kind) -> Option<String> {
    let starts = |starts: &[&str]| starts.iter().any(|start| header.starts_with(start));
    let nvidia = ON_CPU.contains(&header)
        || starts(&[
            "mma.h",
            "cooperative_groups",
            "curand_",
            "crt/",
            "cuda/",
            "nv/",
            "cuda_fp",
            "cuda_awbarrier",
        ]);
    Some(if nvidia && kind == Kind::Cuda {
        return None;
    } else if nvidia {
        "this part of CUDA needs tensor cores or other parts of an NVIDIA GPU, and is only there"
            .into()
    } else {
        "this header is not here: paste the part of it that the kernels use in place of this line"
            .into()
    })
}

/// What stands in place of each line `#include` of `text`, by its bytes; and of `#pragma once`,
/// which compilers find odd in a file that is not included.
pub(super) fn replaced(text: &str, tokens: &[Token], kind: Kind) -> Vec<(Range<usize>, String)> {
    let directives = tokens.iter().filter(|token| token.kind == TokenKind::Directive);
    let instead = |line: &str| match included(line) {
        Some(header) => replacement(header, kind),
        None => {
            let is_once = line.split_whitespace().eq(["#pragma", "once"]);
            is_once.then(String::new)
        }
    };
    directives.filter_map(|t| Some((t.range.clone(), instead(t.text(text))?))).collect()
}

/// The name in `#include <name>` or `#include "name"`.
fn included(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?.trim_start();
    if directive(line) != "include" {
        return None;
    }
    let name = rest.strip_prefix("include")?.trim_start();
    let inner = name.strip_prefix('<').or_else(|| name.strip_prefix('"'))?;
    inner.split(['>', '"']).next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_headers_vanish_and_others_say_what_to_do() {
        for header in [
            "cuda_runtime.h",
            "stdio.h",
            "cstdio",
            "cassert",
            "assert.h",
            "iostream",
            "sys/time.h",
            "cublas_v2.h",
            "torch/extension.h",
            "bits/stdc++.h",
            "conio.h",
            "cutil_inline.h",
            "cuda_gl_interop.h",
            "cub/cub.cuh",
            "thrust/device_vector.h",
        ] {
            for kind in [Kind::Cpu, Kind::Cuda] {
                assert_eq!(replacement(header, kind).as_deref(), Some(""), "{header}");
            }
        }
        let way_out = |header: &str, kind| replacement(header, kind).unwrap_or_default();
        assert!(way_out("mine.h", Kind::Cpu).starts_with("#error <mine.h>: this header is not"));
        assert!(way_out("mma.h", Kind::Cpu).contains("NVIDIA GPU"));
        assert!(way_out("cuda_common.h", Kind::Cuda).contains("this header is not here"));
        assert_eq!(replacement("mma.h", Kind::Cuda), None);
    }

    #[test]
    fn an_include_is_read_in_every_form() {
        assert_eq!(included("#include <a/b.h>"), Some("a/b.h"));
        assert_eq!(included("# include\"b.h\""), Some("b.h"));
        assert_eq!(included("#define include <b.h>"), None);
        assert_eq!(included("#include MACRO"), None);
    }
}
