//! Synchronisation, fences, atomics, and what the lanes of a warp do together.

use crate::table::{Chapter, Entry, entries};

pub const CHAPTER: Chapter = Chapter {
    before: r#"
__device__ const float numbers[2] = {1, 2};
__device__ float stored[8];
__device__ int lane() { return (threadIdx.y * 16 + threadIdx.x) % 32; }
__device__ bool first() { return threadIdx.x + threadIdx.y == 0; }
// What `change` of 64 threads makes of `start`.
template <class T, class F> __device__ T together(T start, F change) {
    __shared__ T all;
    if (first()) all = start;
    __syncthreads();
    change(&all);
    __syncthreads();
    T result = all;
    __syncthreads();
    return result;
}
"#,
    runs: entries! {
        "__syncthreads" => "together(0, [](int* p) { if (lane() == 0) atomicAdd(p, 1); }) == 2",
        "__syncthreads_count" => "__syncthreads_count(threadIdx.x < 3) == 12",
        "__syncthreads_and" => "__syncthreads_and(v(1)) && !__syncthreads_and(threadIdx.x < 3)",
        "__syncthreads_or" => "__syncthreads_or(first()) && !__syncthreads_or(v(0))",
        "__syncwarp" => "{ __syncwarp(); __syncwarp(0xffffffff); return true; }",
        "__threadfence_block" => "{ __threadfence_block(); return true; }",
        "__threadfence" => "{ __threadfence(); return true; }",
        "__threadfence_system" => "{ __threadfence_system(); return true; }",
        "atomicAdd of int" => "together(5, [](int* p) { atomicAdd(p, 2); }) == 133",
        "atomicAdd of unsigned" => "together(5u, [](unsigned* p) { atomicAdd(p, 2); }) == 133",
        "atomicAdd of unsigned long long" => "together(5ull, [](unsigned long long* p) { atomicAdd(p, 1ull << 32); }) == 5 + (64ull << 32)",
        "atomicAdd of float" => "together(0.f, [](float* p) { atomicAdd(p, 0.5f); }) == 32",
        "atomicAdd of double" => "together(0., [](double* p) { atomicAdd(p, 0.5); }) == 32",
        "atomicSub" => "together(100, [](int* p) { atomicSub(p, 1); }) == 36",
        "atomicExch" => "together(1.f, [](float* p) { atomicExch(p, 4.f); }) == 4",
        "atomicMin" => "together(100, [](int* p) { atomicMin(p, -lane()); }) == -31",
        "atomicMin of unsigned long long" => "together(100ull, [](unsigned long long* p) { atomicMin(p, 7ull + lane()); }) == 7",
        "atomicMax" => "together(-1, [](int* p) { atomicMax(p, lane()); }) == 31",
        "atomicMax of long long" => "together(-1ll, [](long long* p) { atomicMax(p, (long long)lane()); }) == 31",
        "atomicInc" => "together(0u, [](unsigned* p) { atomicInc(p, 2); }) == 64 % 3",
        "atomicDec" => "together(0u, [](unsigned* p) { atomicDec(p, 2); }) == 2",
        "atomicCAS" => "together(0, [](int* p) { int old = atomicAdd(p, 0), seen; do { seen = old; old = atomicCAS(p, seen, seen + 1); } while (old != seen); }) == 64",
        "atomicCAS of unsigned short" => "together((unsigned short)1, [](unsigned short* p) { atomicCAS(p, (unsigned short)1, (unsigned short)9); }) == 9",
        "atomicAnd" => "together(0xff, [](int* p) { atomicAnd(p, ~(1 << lane())); }) == 0",
        "atomicOr" => "together(0u, [](unsigned* p) { atomicOr(p, 1u << lane()); }) == 0xffffffff",
        "atomicXor" => "together(1, [](int* p) { atomicXor(p, 1 << lane()); }) == 1",
        "atomicAdd_block" => "together(0, [](int* p) { atomicAdd_block(p, 1); }) == 64",
        "atomicAdd_system" => "together(0, [](int* p) { atomicAdd_system(p, 1); }) == 64",
        "atomicMax_block" => "together(0, [](int* p) { atomicMax_block(p, lane()); }) == 31",
        "atomicCAS_system" => "together(0, [](int* p) { atomicCAS_system(p, 0, 5); }) == 5",
        "atomicExch_block" => "together(1, [](int* p) { atomicExch_block(p, 4); }) == 4",
        "atomicOr_system" => "together(0u, [](unsigned* p) { atomicOr_system(p, 1u << lane()); }) == 0xffffffff",
        "__activemask" => "__activemask() == 0xffffffff",
        "__activemask in a branch" => "{ unsigned mask = 0; if (lane() < 5) mask = __activemask(); else mask = __activemask() >> 5; return mask == (lane() < 5 ? 31 : 0x7ffffff); }",
        "__all_sync" => "__all_sync(~0u, v(1)) && !__all_sync(~0u, lane() != 3)",
        "__any_sync" => "__any_sync(~0u, lane() == 3) && !__any_sync(~0u, v(0))",
        "__ballot_sync" => "__ballot_sync(~0u, lane() % 2) == 0xaaaaaaaa && __popc(__ballot_sync(__activemask(), v(1))) == 32",
        "__match_any_sync" => "__match_any_sync(~0u, lane() % 2) == (lane() % 2 ? 0xaaaaaaaa : 0x55555555)",
        "__match_all_sync" => "{ int all, none; unsigned same = __match_all_sync(~0u, v(5), &all); return same == ~0u && all && __match_all_sync(~0u, lane(), &none) == 0 && !none; }",
        "__shfl_sync" => "__shfl_sync(~0u, lane(), 5) == 5 && __shfl_sync(~0u, lane(), 1, 8) == lane() / 8 * 8 + 1",
        "__shfl_up_sync" => "__shfl_up_sync(~0u, lane(), 3) == (lane() < 3 ? lane() : lane() - 3)",
        "__shfl_down_sync" => "__shfl_down_sync(~0u, lane(), 3) == (lane() > 28 ? lane() : lane() + 3)",
        "__shfl_xor_sync" => "__shfl_xor_sync(~0u, lane(), 9) == (lane() ^ 9)",
        "__shfl_sync of double" => "__shfl_sync(~0u, lane() * 0.5, 6) == 3.0",
        "__shfl_down_sync of the active lanes" => "{ float x = 1; unsigned mask = __activemask(); for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(mask, x, d); return lane() != 0 || x == 32; }",
        "__reduce_add_sync", 80 => "__reduce_add_sync(~0u, unsigned(lane())) == 496",
        "__reduce_min_sync", 80 => "__reduce_min_sync(~0u, -lane()) == -31",
        "__reduce_max_sync", 80 => "__reduce_max_sync(~0u, lane()) == 31",
        "__reduce_and_sync", 80 => "__reduce_and_sync(~0u, 0xf0u | unsigned(lane())) == 0xf0",
        "__reduce_or_sync", 80 => "__reduce_or_sync(~0u, unsigned(lane())) == 31",
        "__reduce_xor_sync", 80 => "__reduce_xor_sync(~0u, 1u << lane()) == 0xffffffff",
        "__nanosleep" => "{ __nanosleep(10); return true; }",
        "clock" => "{ clock_t start = clock(); return clock() - start >= 0; }",
        "clock64" => "{ long long start = clock64(); return clock64() >= start; }",
        "__ldg" => "{ return __ldg(&numbers[v(1)]) == 2; }",
        "__ldcg" => "__ldcg(&numbers[v(1)]) == 2",
        "__ldca" => "__ldca(&numbers[v(1)]) == 2",
        "__ldcs" => "__ldcs(&numbers[v(1)]) == 2",
        "__ldlu" => "__ldlu(&numbers[v(1)]) == 2",
        "__ldcv" => "__ldcv(&numbers[v(1)]) == 2",
        "__stwb" => "{ if (first()) __stwb(&stored[0 + blockIdx.x], 4.f); __syncthreads(); return stored[0 + blockIdx.x] == 4; }",
        "__stcg" => "{ if (first()) __stcg(&stored[2 + blockIdx.x], 5.f); __syncthreads(); return stored[2 + blockIdx.x] == 5; }",
        "__stcs" => "{ if (first()) __stcs(&stored[4 + blockIdx.x], 6.f); __syncthreads(); return stored[4 + blockIdx.x] == 6; }",
        "__stwt" => "{ if (first()) __stwt(&stored[6 + blockIdx.x], 7.f); __syncthreads(); return stored[6 + blockIdx.x] == 7; }",
    },
    refused: entries! {
        "atomicAdd of long long" => "{ long long x = 0; atomicAdd(&x, 1ll); return true; }",
        "atomicAdd of char" => "{ char x = 0; atomicAdd(&x, (char)1); return true; }",
        "atomicSub of float" => "{ float x = 0; atomicSub(&x, 1.f); return true; }",
        "atomicMin of float" => "{ float x = 0; atomicMin(&x, 1.f); return true; }",
        "atomicMax of double" => "{ double x = 0; atomicMax(&x, 1.0); return true; }",
        "atomicInc of int" => "{ int x = 0; atomicInc(&x, 1); return true; }",
        "atomicCAS of float" => "{ float x = 0; atomicCAS(&x, 0.f, 1.f); return true; }",
        "__shfl" => "__shfl(lane(), 1) == 1",
        "__shfl_down" => "__shfl_down(lane(), 1) == 1",
        "__ballot" => "__ballot(1) == 1",
        "__any" => "__any(1) == 1",
        "exit" => "{ exit(1); return true; }",
    },
    ..Chapter::named("threads")
};
