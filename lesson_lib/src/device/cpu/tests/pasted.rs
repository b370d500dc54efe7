//! Files and kernels as people write them: what is taken, what is left out, what is refused.

use super::*;
use crate::show::Show;
use half::{bf16, f16};
use ndarray::{Array1, array};

/// A file as published ones are, with host code around two kernels.
const FILE: &str = r#"#include <cuda_runtime.h>
#include "device_launch_parameters.h"
#include <stdio.h>
#include <cassert>
#include <vector>
using namespace std;
#define N 256
#define HD __host__ __device__
typedef float real;
#define CHECK(e) do { cudaError_t err = (e); if (err) { printf("%d", err); exit(1); } } while (0)
int calls = 0;
struct Timer { cudaEvent_t start; void begin() { cudaEventRecord(start); } };
class Managed { void* operator new(size_t n) {
  void* p; cudaMallocManaged(&p, n); return p; } };
HD int ceil_div(int a, int b) { return (a + b - 1) / b; }
void check(cudaError_t e);
template <typename T>
__global__ void scale(T* a, T by, int n) {
  int i = threadIdx.x;
  if (i < ceil_div(n, 1)) a[i] *= by;
}
// a: (n), b: (n)
__global__ void add(const real* __restrict__ a, real* b, unsigned n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) b[i] += a[i];
}
void launch(float* a, float* b, int n) {
#ifdef DEBUG
  printf("x");
#endif
  add<<<ceil_div(n, 256), 256>>>(a, b, n);
}
int main(int argc, char** argv) {
  std::vector<float> h(N);
  CHECK(cudaSetDevice(0));
  launch(h.data(), 0, N);
  scale<float><<<1, 32>>>(0, 2.f, 3);
  return 0;
}
"#;

#[test]
fn a_published_file_runs_without_its_host_code() {
    for device in devices() {
        let module = device.compile(FILE).unwrap();
        let text = module.text();
        assert!(text.contains("add(const float* a, float* b, unsigned int n)"), "{text}");
        assert!(text.contains("template <typename T> scale"), "{text}");
        assert!(text.contains("left out what the host runs (check, launch, main)"), "{text}");
        assert!(text.contains("instead of <<<…>>> write kernel.launch("), "{text}");
        let a = device.upload(&array![1_f32, 2.0, 3.0]).unwrap();
        let mut b = device.zeros(3).unwrap();
        module.kernel("add").unwrap().launch(Launch::over(3), (&a, &mut b, 3_u32)).unwrap();
        let scale = module.kernel("scale< float >").unwrap();
        scale.launch(Launch::over(3), (&mut b, 10_f32, 2)).unwrap();
        assert_eq!(values(&b), [10.0, 20.0, 3.0]);
        let error = module.kernel("add").unwrap().launch(Launch::over(3), (&a, &mut b, 3_i32));
        assert!(error.unwrap_err().to_string().contains("`unsigned int n` was given"));
    }
}

fn refused(source: &str, expected: &str) {
    for device in devices() {
        let error = device.compile(source).unwrap_err().to_string();
        assert!(error.contains(expected), "{device}: {error}\nand not {expected}");
    }
}

#[test]
fn lines_in_messages_are_the_learners() {
    let wrong = FILE.replace("b[i] += a[i]", "b[i] += a[j]");
    refused(&wrong, "kernel.cu:25:24: error: 'j' was not declared");
    refused(&wrong, "   25 |   if (i < n) b[i] += a[j];\n      |                        ^");
}

#[test]
fn a_brace_that_hides_the_kernel_is_named() {
    let source =
        "__device__ float f(float x) {\n  return x;\n__global__ void k(float* a) { a[0] = f(1); }";
    refused(source, "kernel.cu:1:29: error: this brace is still open where a kernel starts");
}

#[test]
fn what_kernels_need_of_the_host_is_named() {
    let helper =
        "float twice(float x) { return 2 * x; }\n__global__ void k(float* a) { a[0] = twice(1); }";
    refused(helper, "kernel.cu:1: note: `twice` is a function of the host: write __device__");
    let variable = "int n = 5;\n__global__ void k(int* a) { a[0] = n; }";
    refused(variable, "kernel.cu:1: note: `n` is a variable of the host: pass its value");
    let kind = "struct T { std::string name; int n; };\n__global__ void k(T t) {}";
    refused(kind, "kernel.cu:1: note: `T` has members that only the host has");
}

#[test]
fn a_header_that_is_not_here_is_an_error_with_its_line() {
    let source = |header: &str| format!("\n#include {header}\n__global__ void k() {{}}");
    refused(&source("\"mine.h\""), "kernel.cu:2:2: error: <mine.h>: this header is not here");
    refused(&source("<mine.h>"), "#include <mine.h>");
    let touching = "#pragma once\nextern \"C\"__global__ void k() {}";
    assert_eq!(Device::cpu().compile(touching).unwrap().log(), "");
    let prose = "\u{feff}#include <stdio.h>\r\n#if 0\r\nit's }}} open (\r\n#endif\r\n__global__ void k() {}";
    assert!(Device::cpu().compile(prose).is_ok());
    let unused = "#ifdef NEVER\n#include <mine.h>\n#endif\n__global__ void k() {}";
    assert!(Device::cpu().compile(unused).is_ok());
}

#[test]
fn parameters_have_the_types_that_the_compiler_sees() {
    let source = r#"
        typedef unsigned char byte;
        using real = double;
        #define DTYPE float
        enum Mode { A, B };
        #define TWO int p, \
                    int q
        __global__ void k(char a, byte b, short c, unsigned short d, bool e, long f, unsigned long g,
            size_t h, real i, DTYPE j, Mode k, const unsigned *l, bool* m, void* n, float4* o,
            const volatile int* p = nullptr) {}
        __global__ void two(TWO) {}
        __global__ void none(void) {}
        __global__ void joined(float* a,\
            int n) {}
        namespace inner { __global__ void hidden(int) {} }
        __global__ void wide(long2* a, ulong4* b, const longlong3* c, ulonglong1 d, long1 e) {}
    "#;
    for device in devices() {
        let module = device.compile(source).unwrap();
        let texts: Vec<String> = module.signatures().iter().map(Signature::to_string).collect();
        assert_eq!(
            texts,
            [
                "k(signed char a, unsigned char b, short c, unsigned short d, bool e, long long f, \
                 unsigned long long g, unsigned long long h, double i, float j, unsigned int k, \
                 const unsigned int* l, bool* m, void* n, float4* o, const int* p)",
                "two(int parameter_1, int parameter_2)",
                "none()",
                "joined(float* a, int n)",
                "inner::hidden(int parameter_1)",
                "wide(longlong2* a, ulonglong4* b, const longlong3* c, unsigned long long d, long long e)",
            ]
        );
        module.kernel("hidden").unwrap().launch(Launch::blocks(1).block(1), (1,)).unwrap();
    }
}

crate::device_struct! {
    /// As the kernel's.
    struct Pair { left: f32, right: i32 }
}

#[test]
fn vectors_structures_and_small_numbers_are_passed() {
    let source = r#"
        struct Pair { float left; int right; };
        __global__ void k(float4* v, float2 add, Pair pair, Pair* pairs, short* s, bool yes,
                          unsigned char* flags, void* any, double3 wide) {
            v[0].x += add.x; v[1].w += add.y + pair.left; pairs[1].right = pair.right;
            s[0] = yes; flags[0] = 7; ((float*)any)[0] = wide.z;
        }
    "#;
    for device in devices() {
        let mut v = device.upload(&array![[1_f32, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]).unwrap();
        let mut pairs = device.upload(&array![Pair::default(), Pair::default()]).unwrap();
        let (mut s, mut flags) =
            (device.zeros_of::<i16, _>(1).unwrap(), device.zeros_of::<u8, _>(1).unwrap());
        let (mut any, pair) = (device.zeros(1).unwrap(), Pair { left: 0.5, right: 9 });
        let kernel = device.compile(source).unwrap().kernel("k").unwrap();
        let one = Launch::blocks(1).block(1);
        let add = [10_f32, 20.0];
        let wide = [0_f64, 0.0, 2.5];
        kernel
            .launch(one, (&mut v, add, pair, &mut pairs, &mut s, true, &mut flags, &mut any, wide))
            .unwrap();
        assert_eq!(v.download().unwrap()[[0, 0]], 11.0);
        assert_eq!(v.download().unwrap()[[1, 3]], 28.5);
        assert_eq!(values(&pairs)[1], Pair { left: 0.0, right: 9 });
        assert_eq!((values(&s)[0], values(&flags)[0], values(&any)[0]), (1, 7, 2.5));
        let mut odd = device.zeros(6).unwrap();
        let wrong = kernel.launch(
            one,
            (&mut odd, add, pair, &mut pairs, &mut s, true, &mut flags, &mut any, wide),
        );
        let wrong = wrong.unwrap_err().to_string();
        assert!(wrong.contains("a buffer of 6 numbers: float4 takes 4 of f32"), "{wrong}");
        let wrong = kernel
            .launch(one, (&mut v, add, add, &mut pairs, &mut s, true, &mut flags, &mut any, wide));
        let wrong = wrong.unwrap_err().to_string();
        assert!(wrong.contains("`Pair pair` was given [f32; 2]: pass a structure"), "{wrong}");
    }
}

#[test]
fn arrays_are_elements_of_buffers_and_sixteen_bits_are_numbers() {
    let source = "__global__ void k(float3* v, float* w) { v[1].y = w[2]; }";
    for device in devices() {
        let mut v = device.upload(&array![[0_f32; 3], [0.0; 3]]).unwrap();
        let w = device.upload(&array![[0_f32, 1.0], [2.0, 3.0]]).unwrap();
        let mut w = w;
        run(&device, source, "k", Launch::blocks(1).block(1), (&mut v, &mut w)).unwrap();
        assert_eq!(values(&v)[1], [0.0, 2.0, 0.0]);
    }
    assert_eq!((f16::SCALAR.size(), bf16::SCALAR.size()), (2, 2));
}

#[test]
fn templates_are_made_when_asked_for() {
    let source = r#"
        __constant__ int offset[2];
        template <class T, int N = 2> __global__ void fill(T* a) {
            __shared__ T s[N];
            s[0] = N + offset[1]; a[0] = s[0];
        }
        template <> __global__ void fill<double, 2>(double* b) { b[0] = -1; }
        template __global__ void fill<float, 4>(float*);
        namespace deep { template <int N> __global__ void other(int* a) { a[0] = N; } }
    "#;
    for device in devices() {
        let module = device.compile(source).unwrap();
        let mut a = device.zeros_of::<i32, _>(1).unwrap();
        let one = Launch::blocks(1).block(1);
        module.set_constant("offset", &array![0_i32, 100]).unwrap();
        let fill = module.kernel("fill<int, 3>").unwrap();
        assert_eq!(fill.signature().to_string(), "fill<int, 3>(int* a)");
        assert_eq!(fill.resources().unwrap().shared, 12);
        fill.launch(one, (&mut a,)).unwrap();
        assert_eq!(values(&a), [103]);
        module.set_constant("offset", &array![0_i32, 200]).unwrap();
        fill.launch(one, (&mut a,)).unwrap();
        assert_eq!(values(&a), [203]);
        assert!(module.kernel("fill<double,2>").is_ok());
        assert_eq!(module.kernel(" fill < int,3 >").unwrap().signature(), fill.signature());
        module.kernel("deep::other<5>").unwrap().launch(one, (&mut a,)).unwrap();
        assert_eq!(values(&a), [5]);
        let error = |name: &str| module.kernel(name).unwrap_err().to_string();
        assert!(
            error("fill")
                .contains("is a template in kernel.cu:3: give its arguments <class T, int N = 2>"),
            "{}",
            error("fill")
        );
        assert!(error("fill<Nothing>").contains("'Nothing'"), "{}", error("fill<Nothing>"));
        assert!(error("fil<int>").contains("has no kernel of this name"), "{}", error("fil<int>"));
        let wrong = module.set_constant("offset", &array![1_i32]).unwrap_err().to_string();
        assert_eq!(wrong, "set_constant: offset has 8 bytes, and the values 4");
        let wrong = module.set_constant("fill", &array![1_i32]).unwrap_err().to_string();
        assert!(wrong.contains("there is no __constant__ variable fill"), "{wrong}");
    }
}

#[test]
fn a_kernel_that_cannot_be_launched_bars_no_other() {
    let source = r#"
        __global__ void good(int* a) { a[0] = 1; }
        __global__ void pointers(float** a) {}
        __global__ int returns(int* a) { return 1; }
        __global__ lacks(int* a) {}
        __global__ void launches(int* a) { good<<<1, 1>>>(a); }
        __device__ int lane() { int lane; asm("mov.u32 %0, %%laneid;" : "=r"(lane)); return lane; }
        __global__ void assembles(int* a) {
            a[0] = lane();
        }
        __global__ void sized(int* a, int n) { __shared__ int s[n]; s[0] = 1; }
        __global__ void valued(int* a) { __shared__ int s = 0; s = 1; }
        __constant__ float c[2], d = 3;
        __global__ void writes(int* a) { if (a[0] == c[0]) c[1] += 2; }
        __global__ void samples(float* a, cudaTextureObject_t t) { a[0] = tex2D<float>(t, 0, 0); }
        __global__ void reads(float* a) { float d = c[0]; d = c[1]; a[0] = d * c[0]; }
    "#;
    for device in devices() {
        let module = device.compile(source).unwrap();
        let names: Vec<&str> = module.signatures().iter().map(|k| k.name.as_str()).collect();
        assert_eq!(names, ["good", "reads"]);
        let mut a = device.zeros_of::<i32, _>(1).unwrap();
        module.kernel("good").unwrap().launch(Launch::blocks(1).block(1), (&mut a,)).unwrap();
        for (kernel, expected) in [
            ("pointers", "kernel.cu:3: `a`, of type `float`, leads to pointers"),
            ("returns", "kernel.cu:4:9: error: a kernel returns nothing: write `__global__ void`"),
            ("lacks", "kernel.cu:5:9: error: write `void` between"),
            ("launches", "kernel.cu:6:48: error: a kernel launches another one here"),
            ("assembles", "kernel.cu:9:20: error: `lane` cannot be used: inline PTX"),
            ("sized", "kernel.cu:11:65: error: `n` is known only at the launch"),
            ("valued", "error: shared memory has no initial value"),
            ("writes", "error: `c` is __constant__, which no kernel can write: fill it from Rust"),
            ("samples", "error: textures are not here"),
        ] {
            let error = module.kernel(kernel).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}\nand not {expected}");
        }
    }
}

#[test]
fn a_kernel_that_an_if_leaves_out_bars_no_other() {
    let source = "#ifdef NEVER\n__global__ void old(int* a) {}\n#else\n__global__ void k(int* a) {}\n#endif\n\
                  #if 1\n__global__ void two(int a) {\n#else\n__global__ void two(float a) {\n#endif\n}\n";
    for device in devices() {
        let module = device.compile(source).unwrap();
        assert!(module.kernel("k").is_ok());
        assert_eq!(module.kernel("two").unwrap().signature().to_string(), "two(int a)");
        let error = module.kernel("old").unwrap_err().to_string();
        assert!(error.contains("kernel.cu:2: an #if around it does not hold"), "{error}");
    }
}

#[test]
fn textbook_kernels_compile_without_a_word() {
    let source = "__global__ void k(float* a, int n) {\n  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  \
                  for (int j = i; j < blockDim.x; j++) if (j < n) a[j] = 1;\n}";
    for device in devices() {
        assert_eq!(device.compile(source).unwrap().log(), "");
    }
}

#[test]
fn an_array_of_a_size_that_only_the_run_tells_is_refused() {
    let source = "__global__ void k(float* a, int n) {\n  float s[n];\n  s[0] = 1; a[0] = s[0];\n}";
    refused(source, "kernel.cu:2:9: error: variable length array");
}

#[test]
fn kernels_of_one_name_are_told_and_bar_no_other() {
    let source = "__global__ void k(float* a, int n) {}\n__global__ void k(int* a) {}\n\
                  __global__ void good(int* a) { a[0] = 1; }\n";
    for device in devices() {
        let module = device.compile(source).unwrap();
        assert!(module.kernel("good").is_ok());
        let error = module.kernel("k").unwrap_err().to_string();
        assert!(error.contains("kernel.cu:1:17: error: `k` is ambiguous"), "{error}");
    }
}

#[test]
fn a_template_in_a_namespace_needs_no_path() {
    let source = "namespace a { namespace { template <typename T> __global__ void k(T* a) { a[0] = 7; } }\n\
                  template <int N> __global__ void l(int* a) { a[0] = N; } }";
    for device in devices() {
        let module = device.compile(source).unwrap();
        let mut a = device.zeros(1).unwrap();
        for name in ["k<float>", "a::k<float>"] {
            let kernel = module.kernel(name).unwrap();
            assert_eq!(kernel.signature().name, "a::k<float>");
            kernel.launch(Launch::blocks(1).block(1), (&mut a,)).unwrap();
        }
        assert_eq!(values(&a), [7.0]);
        assert_eq!(module.kernel("l<3>").unwrap().signature().name, "a::l<3>");
    }
}

#[test]
fn complex_numbers_and_those_of_transforms_are_known() {
    let source = r#"
        #include <cuComplex.h>
        #include <cufft.h>
        __global__ void k(cufftReal* out, cufftComplex a, cuDoubleComplex b) {
            cuFloatComplex p = cuCmulf(a, make_cuComplex(0, 1));
            cuDoubleComplex q = cuCdiv(cuCadd(b, cuConj(b)), make_cuDoubleComplex(0, 2));
            out[0] = cuCrealf(p); out[1] = cuCimagf(p); out[2] = cuCreal(q); out[3] = cuCimag(q);
            out[4] = cuCabsf(a); out[5] = cuCabs(cuComplexFloatToDouble(cuCfmaf(a, a, p)));
        }
    "#;
    for device in devices() {
        let mut out = device.zeros(6).unwrap();
        let arguments = (&mut out, [3_f32, 4.0], [1_f64, 5.0]);
        run(&device, source, "k", Launch::blocks(1).block(1), arguments).unwrap();
        let length = (11_f32 * 11.0 + 27.0 * 27.0).sqrt();
        assert_eq!(values(&out), [-4.0, 3.0, 0.0, -1.0, 5.0, length]);
    }
}

#[test]
fn a_value_that_code_would_have_to_make_is_refused_as_in_cuda() {
    const F: &str = "__device__ int f(int n) { return n < 0 ? 1 : f(n + 1); }\n\
                     struct S { int n; __device__ S(int n = 0) { while (true) ++this->n; } };\n";
    const K: &str = "\n__global__ void k(int* a) { a[0] = 1; }";
    for variable in [
        "__device__ int x = f(1);",
        "__constant__ int a = 1, x = f(1);",
        "static const int x = f(1);",
        "__device__ S x;",
        "__device__ S x(1);",
        "namespace n { __device__ S x[2]; }",
        "__device__ S* y[2][2], x[2][2];",
    ] {
        let expected = "x is set before any code runs: give it a constant";
        refused(&format!("{F}{variable}{K}"), expected);
        refused(&format!("{F}{variable}{K}"), "kernel.cu:3:");
    }
    for (variable, limit) in [
        ("__constant__ float x[2147483647] = {1, 2};", "x is too large: there are 64 KB"),
        ("__constant__ int a[4], x[16385];", "x is too large: there are 64 KB"),
        ("__device__ double x[1 << 28];", "x is too large for a variable"),
    ] {
        refused(&format!("\n{variable}{K}"), limit);
        refused(&format!("\n{variable}{K}"), "kernel.cu:2:");
    }
    for odd in [
        "__device__;",
        "#define D __device__\nD;",
        "__device__ int",
        "__device__ =",
        "__constant__ [",
    ] {
        let _ = Device::checked().compile(odd); // an error or not, but no panic
    }
    let values = "__device__ int a = 3, b[2] = {1, 2}; __constant__ float c[4]; const int d = 1 << 4;\n\
                  struct P { float x, y; }; __device__ P p = {1, 2}; __device__ float2 v = make_float2(1, 2);\n\
                  const double pi = acos(-1.0); extern __device__ int e; __device__ int e = 5;\n\
                  __device__ int f(int); struct T { static __device__ int n; }; __device__ int T::n = 4;\n\
                  extern \"C\" __global__ void k(int* o) { o[0] = a + b[1] + d + p.y + v.x + T::n + e; }";
    for device in devices() {
        let mut out = device.zeros_of::<i32, _>(1).unwrap();
        let kernel = device.compile(values).unwrap().kernel("k").unwrap();
        kernel.launch(Launch::blocks(1).block(1), (&mut out,)).unwrap();
        assert_eq!(out.download().unwrap()[0], 3 + 2 + 16 + 2 + 1 + 4 + 5);
    }
}

#[test]
fn shared_memory_outside_of_functions_is_the_blocks() {
    let source = "static __shared__ float s[2][32],\n  t;\n\
                  __device__ float turned(int i) { return s[1][31 - i]; }\n\
                  struct P { int s; };\n\
                  __device__ int member(P p) { return p.s; }\n\
                  __device__ int hidden(int s) { return s; }\n\
                  template <class T> __global__ void k(T* out) {\n\
                    s[1][threadIdx.x] = threadIdx.x;\n\
                    if (threadIdx.x == 0) t = 100 * blockIdx.x;\n\
                    __syncthreads();\n\
                    out[blockIdx.x * 32 + threadIdx.x] = turned(threadIdx.x) + t + member({1}) + hidden(1);\n\
                  }\n\
                  __global__ void wrong(float* out) {\n\
                    out[threadIdx.x] = s[2][threadIdx.x];\n\
                  }\n";
    for device in devices() {
        let mut out = device.zeros(64).unwrap();
        let module = device.compile(source).unwrap();
        let kernel = module.kernel("k<float>").unwrap();
        kernel.launch(Launch::blocks(2).block(32), (&mut out,)).unwrap();
        let expected = Array1::from_shape_fn(64, |i| (100 * (i / 32) + 31 - i % 32 + 2) as f32);
        assert_eq!(out.download().unwrap(), expected, "{device}");
    }
    let device = Device::checked();
    let mut out = device.zeros(32).unwrap();
    let wrong = device.compile(source).unwrap().kernel("wrong").unwrap();
    let error = wrong.launch(Launch::blocks(1).block(32), (&mut out,)).unwrap_err().to_string();
    assert!(error.contains("kernel.cu:14") && error.contains("s"), "{error}");
}

#[test]
fn a_kernel_that_only_a_reference_can_launch_is_named() {
    for parameter in ["int& n", "int&& n", "const float& n"] {
        let source = format!("__global__ void k(float* a, {parameter}) {{ a[0] = n; }}");
        for device in devices() {
            let asked = device.compile(source.as_str()).and_then(|module| module.kernel("k"));
            let error = asked.unwrap_err().to_string();
            assert!(
                error.contains("kernel.cu:1: `n`, of type") && error.contains("reference"),
                "{error}"
            );
        }
    }
    refused(
        "\n__global__ void atomicCAS(int* a, int b, int c, int d) { a[0] = b; }",
        "kernel.cu:2",
    );
}
