//! Qualifiers, built-in variables, vector types, and what is asked of memory.

use crate::table::{Chapter, Entry, entries};

pub const CHAPTER: Chapter = Chapter {
    before: r#"
struct Mixed { float x; float4 v; };
__device__ int global_number = 3;
__constant__ float constant_numbers[2] = {1.5f, 2.5f};
__device__ __forceinline__ int forced(int x) { return x + 1; }
__device__ __noinline__ int never_inlined(int x) { return x + 1; }
__host__ __device__ int both(int x) { return 2 * x; }
template <class F> __device__ int applied(F f, int x) { return f(x); }
extern "C" __global__ void __launch_bounds__(128, 2) bounded(float* x) { x[0] = 1; }
extern __shared__ int dynamic_numbers[];
"#,
    runs: entries! {
        "__device__" => "global_number == 3",
        "__constant__" => "constant_numbers[v(1)] == 2.5f",
        "__shared__" => "{ __shared__ int s[64]; int t = threadIdx.y * 16 + threadIdx.x; s[t] = t; __syncthreads(); int other = s[63 - t]; __syncthreads(); return other == 63 - t; }",
        "extern __shared__" => "{ if (threadIdx.x + threadIdx.y == 0) dynamic_numbers[15] = 7; __syncthreads(); bool is = dynamic_numbers[15] == 7; __syncthreads(); return is; }",
        "__forceinline__" => "applied(forced, v(1)) == 2",
        "__noinline__" => "never_inlined(v(1)) == 2",
        "__host__" => "both(v(2)) == 4",
        "__launch_bounds__" => "true",
        "__restrict__" => "{ int x = 1; int* __restrict__ p = &x; return *p == 1; }",
        "__align__" => "{ struct __align__(16) A { float x; }; return sizeof(A) == 16; }",
        "volatile" => "{ volatile int x = 1; x = x + 1; return x == 2; }",
        "#pragma unroll" => "{ int sum = 0;\n#pragma unroll 4\nfor (int i = 0; i < v(9); i++) sum += i; return sum == 36; }",
        "lambda" => "{ auto twice = [](int x) { return 2 * x; }; return twice(v(4)) == 8; }",
        "gridDim" => "gridDim.x == 2 && gridDim.y == 1 && gridDim.z == 1",
        "blockIdx" => "blockIdx.x < 2 && blockIdx.y == 0 && blockIdx.z == 0",
        "blockDim" => "blockDim.x == 16 && blockDim.y == 4 && blockDim.z == 1",
        "threadIdx" => "threadIdx.x < 16 && threadIdx.y < 4 && threadIdx.z == 0",
        "warpSize" => "warpSize == 32",
        "dim3" => "{ dim3 d(2, 3); dim3 b = blockDim; return d.x == 2 && d.y == 3 && d.z == 1 && b.x == 16; }",
        "char1" => "sizeof(char1) == 1 && make_char1(-1).x == -1",
        "char2" => "sizeof(char2) == 2 && alignof(char2) == 2 && make_char2(1, 2).y == 2",
        "char3" => "sizeof(char3) == 3 && alignof(char3) == 1 && make_char3(1, 2, 3).z == 3",
        "char4" => "sizeof(char4) == 4 && alignof(char4) == 4 && make_char4(1, 2, 3, 4).w == 4",
        "uchar4" => "sizeof(uchar4) == 4 && alignof(uchar4) == 4 && make_uchar4(1, 2, 3, 255).w == 255",
        "short2" => "sizeof(short2) == 4 && alignof(short2) == 4 && make_short2(1, 2).y == 2",
        "short4" => "sizeof(short4) == 8 && alignof(short4) == 8 && make_short4(1, 2, 3, 4).w == 4",
        "ushort2" => "sizeof(ushort2) == 4 && alignof(ushort2) == 4 && make_ushort2(1, 65535).y == 65535",
        "int1" => "sizeof(int1) == 4 && make_int1(7).x == 7",
        "int2" => "sizeof(int2) == 8 && alignof(int2) == 8 && make_int2(1, 2).y == 2",
        "int3" => "sizeof(int3) == 12 && alignof(int3) == 4 && make_int3(1, 2, 3).z == 3",
        "int4" => "sizeof(int4) == 16 && alignof(int4) == 16 && make_int4(1, 2, 3, 4).w == 4",
        "uint2" => "sizeof(uint2) == 8 && alignof(uint2) == 8 && make_uint2(1, 2).y == 2",
        "uint4" => "sizeof(uint4) == 16 && alignof(uint4) == 16 && make_uint4(1, 2, 3, 4).w == 4",
        "long2" => "sizeof(long2) == 16 && alignof(long2) == 16 && make_long2(1, 2).y == 2",
        "longlong2" => "sizeof(longlong2) == 16 && alignof(longlong2) == 16 && make_longlong2(1, 2).y == 2",
        "ulonglong2" => "sizeof(ulonglong2) == 16 && alignof(ulonglong2) == 16 && make_ulonglong2(1, 2).y == 2",
        "longlong4" => "sizeof(longlong4) == 32 && make_longlong4(1, 2, 3, 4).w == 4",
        "float1" => "sizeof(float1) == 4 && make_float1(7).x == 7",
        "float2" => "sizeof(float2) == 8 && alignof(float2) == 8 && make_float2(1, 2).y == 2",
        "float3" => "sizeof(float3) == 12 && alignof(float3) == 4 && make_float3(1, 2, 3).z == 3",
        "float4" => "sizeof(float4) == 16 && alignof(float4) == 16 && make_float4(1, 2, 3, 4).w == 4",
        "double2" => "sizeof(double2) == 16 && alignof(double2) == 16 && make_double2(1, 2).y == 2",
        "double3" => "sizeof(double3) == 24 && alignof(double3) == 8 && make_double3(1, 2, 3).z == 3",
        "double4" => "sizeof(double4) == 32 && make_double4(1, 2, 3, 4).w == 4",
        "struct with float4" => "sizeof(Mixed) == 32 && alignof(Mixed) == 16",
        "__builtin_assume" => "{ int x = v(3); __builtin_assume(x > 0); return x == 3; }",
        "__builtin_expect" => "__builtin_expect(v(3) == 3, 1)",
        "__builtin_assume_aligned" => "{ float4 x = make_float4(1, 2, 3, 4); return ((float4*)__builtin_assume_aligned(&x, 16))->w == 4; }",
        "__builtin_unreachable" => "{ switch (v(1)) { case 1: return true; default: __builtin_unreachable(); } }",
        "static_assert" => "{ static_assert(sizeof(float) == 4, \"\"); return true; }",
        "constexpr" => "{ constexpr int n = 3; float x[n] = {1}; return x[v(0)] == 1 && sizeof x == 12; }",
        "virtual" => "{ struct A { __device__ virtual int f() { return 1; } }; struct B : A { __device__ int f() override { return 2; } }; B b; A* a = &b; return a->f() == 2; }",
    },
    refused: entries! {
        "operators of float4" => "(make_float4(1, 2, 3, 4) + make_float4(1, 2, 3, 4)).x == 2",
        "a string class" => "{ std::string s; return true; }",
        "exceptions" => "{ throw 1; return true; }",
    },
    ..Chapter::named("built_in")
};
