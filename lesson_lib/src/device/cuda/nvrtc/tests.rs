use super::*;
use crate::device::Signature;
use std::fs::OpenOptions;
use std::io::Write;

const ADD: &str = "// a: (n), b: (n)
extern \"C\" __global__ void add(const float* a, float* b, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] += a[i];
}
";

/// Whether NVRTC is here; where it is not, the test is noted as skipped.
fn is_here(test: &str) -> bool {
    let problem = match version() {
        Ok(_) => return true,
        Err(problem) => problem,
    };
    if let Some(notes) = std::env::var_os("LESSON_TEST_SKIPS") {
        let mut notes = OpenOptions::new().append(true).create(true).open(notes).unwrap();
        writeln!(notes, "{test}\t{problem}").unwrap();
    }
    false
}

fn check(text: &str, architecture: &str) -> Result<CompileReport> {
    compile_check(&Source::text("k.cu", text), architecture)
}

#[test]
fn a_kernel_compiles_for_old_and_new_architectures_and_again_from_the_cache() {
    if !is_here("a_kernel_compiles_for_old_and_new_architectures_and_again_from_the_cache") {
        return;
    }
    for architecture in ["sm_75", "sm_90", "sm_90a"] {
        let fresh = format!("// {} {architecture}\n{ADD}", std::process::id());
        let report = check(&fresh, architecture).unwrap();
        let [add] = &report.kernels[..] else { panic!("{report:?}") };
        assert_eq!(add.name, "add");
        assert!((4..40).contains(&add.registers), "{report:?}");
        assert_eq!((add.spill_stores, add.stack, add.shared), (0, 0, 0));
        assert_eq!(check(&fresh, architecture).unwrap(), report);
    }
}

#[test]
fn shared_memory_and_spills_are_reported() {
    if !is_here("shared_memory_and_spills_are_reported") {
        return;
    }
    let text = "extern \"C\" __global__ void __launch_bounds__(1024, 2) heavy(float* x) {
        __shared__ float tile[300];
        float a[64], sum = 0;
        for (int i = 0; i < 64; i++) a[i] = x[i * threadIdx.x];
        tile[threadIdx.x % 300] = a[3];
        __syncthreads();
        for (int i = 0; i < 64; i++) sum += a[i] * x[i] * a[63 - i] + tile[i];
        for (int i = 0; i < 64; i++) x[i * 17] = a[i] * sum;
    }";
    let report = check(text, "sm_90").unwrap();
    let heavy = &report.kernels[0];
    assert_eq!((heavy.registers, heavy.shared), (32, 1200), "{report:?}");
    assert!(heavy.spill_stores > 0 && heavy.spill_loads > 0 && heavy.stack > 0, "{report:?}");
    let shown = report.text();
    assert!(shown.contains("heavy: 32 registers") && shown.contains("spilled"), "{shown}");
}

#[test]
fn an_error_points_to_its_line() {
    if !is_here("an_error_points_to_its_line") {
        return;
    }
    let text = "extern \"C\" __global__ void f(float* x) {\n    x[0] = y;\n}\n";
    let error = check(text, "sm_75").unwrap_err();
    assert_eq!(
        error.to_string(),
        "k.cu does not compile:\nk.cu(2): error: identifier \"y\" is undefined\n      x[0] = y;\n             ^"
    );
}

#[test]
fn an_architecture_that_nvrtc_does_not_know_is_named() {
    if !is_here("an_architecture_that_nvrtc_does_not_know_is_named") {
        return;
    }
    let error = check(ADD, "sm_12345").unwrap_err().to_string();
    assert!(error.starts_with("cannot compile k.cu for sm_12345: NVRTC"), "{error}");
}

#[test]
fn a_nul_in_the_source_is_refused() {
    if !is_here("a_nul_in_the_source_is_refused") {
        return;
    }
    let error = check("__device__ int a;\0__device__ int b;", "sm_75").unwrap_err().to_string();
    assert!(error.contains("character NUL"), "{error}");
}

#[test]
fn special_instructions_compile_where_the_source_asks_for_them() {
    if !is_here("special_instructions_compile_where_the_source_asks_for_them") {
        return;
    }
    let fence = "extern \"C\" __global__ void f() { asm volatile(\"wgmma.fence.sync.aligned;\"); }";
    let error = check(fence, "sm_90").unwrap_err().to_string();
    assert!(error.contains("wgmma.fence"), "{error}");
    let report = check(&format!("// needs: sm_90a\n{fence}"), "sm_90").unwrap();
    assert_eq!(report.architecture, "sm_90a");
}

#[test]
fn cudas_headers_are_found_beside_the_compiler() {
    if !is_here("cudas_headers_are_found_beside_the_compiler") {
        return;
    }
    let text = "#include <cuda_bf16.h>\n#include <cuda_fp16.h>\n#include <mma.h>\n
        extern \"C\" __global__ void f(__nv_bfloat16* x, float y) { x[0] = __float2bfloat16(y); }";
    if is_the_courses_own().unwrap() {
        assert_eq!(check(text, "sm_90").unwrap().kernels.len(), 1);
    }
}

#[test]
fn threads_can_compile_at_once() {
    if !is_here("threads_can_compile_at_once") {
        return;
    }
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let fresh = format!("// {} thread {thread}\n{ADD}", std::process::id());
                assert_eq!(check(&fresh, "sm_75").unwrap().kernels.len(), 1);
            });
        }
    });
}

#[test]
fn a_variant_is_taken_only_where_it_is_asked_for() {
    let chosen = |text: &str, base: &str| special(&Source::from(text), base);
    assert_eq!(chosen("// needs: sm_90a", "sm_90"), "sm_90a");
    assert_eq!(chosen("  //needs: sm_100a, sm_90a", "sm_90"), "sm_90a");
    assert_eq!(chosen("// needs: sm_90a", "sm_75"), "sm_75");
    assert_eq!(chosen("int x; // it needs: sm_90a", "sm_90"), "sm_90");
    assert_eq!(chosen("", "sm_90"), "sm_90");
}

#[test]
fn a_gpu_gets_code_of_its_own_architecture() {
    assert_eq!(architecture_of((7, 5)), "sm_75");
    assert_eq!(architecture_of((9, 0)), "sm_90a");
    assert_eq!(architecture_of((12, 1)), "sm_121");
}

/// The kernels of `text`, each with its parameters, as NVRTC sees them.
fn signatures(text: &str, instances: &[&str]) -> Vec<String> {
    let unit = TranslationUnit::of(&Source::text("k.cu", text), Kind::Cuda);
    let mut units = vec![unit.clone()];
    units.extend(instances.iter().map(|name| {
        let base = name.split('<').next().unwrap_or_default();
        let number = unit.kernels.iter().position(|kernel| kernel.name == base).unwrap();
        unit.instance(number, name)
    }));
    let mut found = Vec::new();
    for unit in units {
        let code = compile(&unit, "sm_90").unwrap();
        for kernel in &code.kernels {
            let entry = unit.entries.iter().find(|entry| entry.name == kernel.name).unwrap();
            let text = &unit.kernels[entry.number];
            found.push(Signature::of(&kernel.name, text, &kernel.parameters).unwrap().to_string());
            let reports = code.report.kernels.iter();
            assert_eq!(reports.filter(|report| report.name == kernel.name).count(), 1);
        }
    }
    found
}

#[test]
fn a_published_file_compiles_without_extern_c_and_with_templates() {
    if !is_here("a_published_file_compiles_without_extern_c_and_with_templates") {
        return;
    }
    let text = r#"
        #include <cuda_runtime.h>
        #include <stdio.h>
        #include <vector>
        using namespace std;
        typedef float real;
        struct S { float a; double b; __device__ double sum() { return a + b; } float half_of() { return a / 2; } };
        #define M_PI 3.14
        typedef unsigned int uint;
        __device__ uint most(uint64_t n) { return n < UINT_MAX ? n : (uint)INT_MAX; }
        constexpr int twice(int n) { return 2 * n; }
        #define CHECK(e) do { cudaError_t err = (e); if (err) exit(1); } while (0)
        __constant__ float c[4];
        template <typename T, int N> __global__ void fill(T* a, short n) { a[0] = N + n + twice(N); }
        namespace a { namespace { __global__ void hidden(int n) {} } }
        static __global__ void quiet(bool yes) {}
        __global__ void k(const real* a, S s, float4* v, unsigned char d, void* e, long f, __half* g) {
            v[0].x = a[0] + c[1] + s.sum() + s.half_of() + d + f;
        }
        extern "C" __global__ void plain(int* a) { a[0] = 1; }
        #ifdef NEVER
        __global__ void old(int* a) {}
        #endif
        int main() { std::vector<int> v; k<<<1, 1>>>(0); CHECK(cudaGetLastError()); }
    "#;
    assert_eq!(
        signatures(text, &["fill<float, 3>"]),
        [
            "a::hidden(int n)",
            "quiet(bool yes)",
            "k(const float* a, S s, float4* v, unsigned char d, void* e, long long f, __half* g)",
            "plain(int* a)",
            "fill<float, 3>(float* a, short n)",
        ]
    );
}

#[test]
fn what_is_left_out_does_not_move_lines() {
    if !is_here("what_is_left_out_does_not_move_lines") {
        return;
    }
    let text = "#include <stdio.h>\nint main() {\n  return 0;\n}\n__global__ void k(float* x) {}\n\
                __global__ void f(float* x) { x[0] = y; }\n#include <mine.h>\n";
    let error = check(text, "sm_75").unwrap_err().to_string();
    assert!(error.contains("k.cu(6): error: identifier \"y\" is undefined"), "{error}");
    assert!(error.contains("k.cu(7): error: <mine.h>: this header is not here"), "{error}");
}
