//! Pasted files whose kernels share names with each other, or types with host code, CUB and Thrust.

use super::*;

/// What `module.kernel(name)` says of a source that compiles.
fn refusal(device: &Device, source: &str, name: &str) -> String {
    device.compile(source).unwrap().kernel(name).unwrap_err().to_string()
}

#[test]
fn cub_and_thrust_may_serve_the_host() {
    let source = r#"
        #include <thrust/device_vector.h>
        #include "thrust/sort.h"
        #include <cub/cub.cuh>
        using namespace thrust;
        struct Bodies { thrust::device_vector<float> mass; };
        typedef thrust::host_vector<Bodies> Groups;
        struct Half : public thrust::unary_function<float, float> {
            __host__ __device__ float operator()(float x) const { return x / 2; }
        };
        template <class T> struct Square { __host__ __device__ T operator()(T x) const { return x * x; } };
        __global__ void k(float* a) { a[threadIdx.x] = Square<float>()(threadIdx.x); }
        void sorted(thrust::device_vector<float>& v) { thrust::sort(v.begin(), v.end()); }
        int main() {
            thrust::device_vector<float> v(4);
            k<<<1, 4>>>(thrust::raw_pointer_cast(v.data()));
            cub::DeviceReduce::Sum(nullptr, 0, v.data().get(), v.data().get(), 4);
        }
    "#;
    for device in devices() {
        let mut a = device.zeros(4).unwrap();
        run(&device, source, "k", Launch::blocks(1).block(4), (&mut a,)).unwrap();
        assert_eq!(values(&a), [0.0, 1.0, 4.0, 9.0]);
    }
}

#[test]
fn a_kernel_of_cub_is_refused_at_its_line_and_bars_no_other() {
    let source = "#include <cub/cub.cuh>\nusing namespace cub;\n\
                  typedef cub::BlockReduce<float, 64> Reduce;\nstruct Both { Reduce::TempStorage t; };\n\
                  __global__ void plain(float* a) { a[0] = 1; }\n\
                  __global__ void direct(float* a) { a[0] = cub::Sum()(a[1], a[2]); }\n\
                  __global__ void named(float* a) {\n  __shared__ Both b;\n}\n\
                  __global__ void open(float* a) {\n  a[0] = WarpReduce<float>(0).Sum(1);\n}\n\
                  __device__ float helper(float x) { return Reduce().Sum(x); }\n\
                  __global__ void through(float* a) {\n  a[0] = helper(1);\n}\n";
    for device in devices() {
        assert!(device.compile(source).unwrap().kernel("plain").is_ok());
        for (kernel, place) in
            [("direct", "6:"), ("named", "8:"), ("open", "11:"), ("through", "15:")]
        {
            let error = refusal(&device, source, kernel);
            let is_told = error.contains(&format!("kernel.cu:{place}"))
                && error.contains("write this step in the kernel");
            assert!(is_told, "{kernel}: {error}");
        }
    }
}

#[test]
fn kernels_of_one_name_are_named_with_their_parameters() {
    let source = "__global__ void f(float* a) {}\n__global__ void f(double* __restrict__ a, int) {}\n\
                  namespace n { __global__ void f(float* a) {} __global__ void h(int* a) {} }\n\
                  namespace m { __global__ void h(int* a) {} }\n\
                  __global__ void g(float* a) {}\n__global__ void g(const float* a) {}\n";
    for device in devices() {
        for (name, expected) in [
            (
                "f",
                "`f` is ambiguous: there are f(float*) in line 1 and f(double*, int) in line 2; ",
            ),
            (
                "g",
                "`g` is ambiguous: there are g(float*) in line 5 and g(const float*) in line 6; ",
            ),
            ("h", "is ambiguous: there are n::h and m::h; write the namespace too"),
        ] {
            let error = refusal(&device, source, name);
            assert!(error.contains(expected), "{error}");
        }
        let module = device.compile(source).unwrap();
        assert!(["n::f", "n::h", "m::h"].iter().all(|name| module.kernel(name).is_ok()));
    }
}

/// Types within class templates, as block-wide algorithms keep their scratch in.
#[test]
fn shared_memory_may_be_of_a_nested_type() {
    let source = r#"
        template <typename T, int N> struct Outer {
            struct Inner { T value; int at; };
            template <int M> struct Deep { T v[M]; };
            static __device__ T first(const T* a) {
                __shared__ Inner s[N];
                __shared__ Deep<2> d, e[2];
                s[threadIdx.x].value = a[threadIdx.x];
                d.v[threadIdx.x % 2] = e[1].v[threadIdx.x % 2] = 1;
                __syncthreads();
                return s[N - 1 - threadIdx.x].value + d.v[0] + e[1].v[1];
            }
        };
        template <typename T> __global__ void k(const T* a, T* out) {
            typedef Outer<T, 4> Four;
            __shared__ typename Four::Inner s[4];
            __shared__ typename Outer<T, 4>::template Deep<4> d;
            __shared__ union { typename Four::Inner x; int y; } u;
            s[threadIdx.x].value = d.v[threadIdx.x] = a[threadIdx.x];
            if (threadIdx.x == 0) u.y = 3;
            __syncthreads();
            out[threadIdx.x] = Four::first(a) + s[3].value + d.v[2] + u.y;
        }
    "#;
    for device in devices() {
        let a = device.upload(&ndarray::array![1_f32, 2.0, 3.0, 4.0]).unwrap();
        let mut out = device.zeros(4).unwrap();
        run(&device, source, "k<float>", Launch::blocks(1).block(4), (&a, &mut out)).unwrap();
        assert_eq!(values(&out), [16.0, 15.0, 14.0, 13.0]);
    }
}

/// Each block has its own, though no function is around the declarations.
#[test]
fn shared_memory_may_be_declared_outside_of_functions() {
    let source = r#"
        __shared__ bool is_last;
        __shared__ int total, tile[2][3];
        namespace a { namespace { __shared__ float4 four; extern __shared__ int room[]; } }
        extern "C" { __shared__ int inner; __global__ void k(int* out) {
            int t = threadIdx.x;
            if (t == 0) { total = inner = 0; is_last = blockIdx.x == 1; a::four = make_float4(1, 2, 3, 4); }
            tile[t / 3][t % 3] = a::room[t] = t;
            __syncthreads();
            atomicAdd(&total, tile[1][2]);
            atomicMax(&inner, t);
            __syncthreads();
            if (t == 0) {
                total += inner;
                ++total;
                float4 v = a::four;
                out[blockIdx.x] = is_last ? total + a::room[5] : (int)v.w;
            }
        } }
        __global__ void own(int* out) { __shared__ int total; total = 7; out[0] = total; }
    "#;
    for device in devices() {
        let mut out = device.zeros_of::<i32, _>(2).unwrap();
        let launch = Launch::blocks(2).block(6).shared(24);
        run(&device, source, "k", launch, (&mut out,)).unwrap();
        assert_eq!(values(&out), [4, 41]);
        run(&device, source, "own", Launch::blocks(1).block(1), (&mut out,)).unwrap();
        assert_eq!(values(&out), [7, 41]);
    }
}
