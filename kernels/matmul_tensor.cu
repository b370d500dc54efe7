// Matrix multiplication on tensor cores: a and b in bfloat16, sums and c in single precision.
//
// v1 wmma    A warp multiplies 16 × 16 matrices with one instruction, from registers.
// v2 wgmma   Four warps multiply 64 × 256 with one instruction, straight from shared memory, while
//            they fetch the next tiles: Hopper's own instruction. v1 spends its time loading
//            fragments into registers, which v2 need not.
//
// At 4096³ on an H200 v1 reaches 21 % of the speed of cuBLAS, v2 75 % (docs/results/gpu.md).
//
// needs: sm_90a
// v1 runs from compute capability 8.0 on, v2 on 9.0 alone; elsewhere they stop with a trap.
//
// Both are right at any size from 1 up: beyond the matrices the tiles hold zeros. Rows are read 16
// bytes at a time if each starts on a 16-byte boundary, that is, if its length is a multiple of 8.

#include <cuda_bf16.h>
#include <mma.h>

#include "common.cuh"

// Starts to copy a tile, in words of 16 bytes where the rows allow it.
template <int ROWS, int COLUMNS, int THREADS, class Place>
__device__ inline void copy_bf16(Place place, const __nv_bfloat16* matrix, int rows, int columns, int row, int column) {
    if (columns % 8 == 0) {
        copy_tile<uint4, ROWS, COLUMNS, THREADS>(place, matrix, rows, columns, row, column);
    } else {
        copy_tile<__nv_bfloat16, ROWS, COLUMNS, THREADS>(place, matrix, rows, columns, row, column);
    }
}

// 256 threads, eight warps, for a tile of 128 × 128; a warp computes 32 × 64 of it as 2 × 4 products
// of 16 × 16. The tiles' rows are 16 bytes longer than their content, so that the rows which a warp
// reads at once lie in different banks. While one pair of tiles is multiplied the next is copied.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256, 2)
matmul_tensor_v1_wmma(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c, int m, int k, int n) {
#if __CUDA_ARCH__ >= 800
    using namespace nvcuda;
    const int BM = 128, BN = 128, BK = 32, THREADS = 256, SIDE = 16;
    const int A_PITCH = BK + 8, B_PITCH = BN + 8;
    __shared__ __align__(128) __nv_bfloat16 a_tiles[2][BM * A_PITCH];
    __shared__ __align__(128) __nv_bfloat16 b_tiles[2][BK * B_PITCH];
    __shared__ __align__(128) float patches[THREADS / 32][SIDE * SIDE];
    TileOrigin origin = tile_origin(m, n, BM, BN);
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int y = warp / 2 * 32, x = warp % 2 * 64;
    auto copy_tiles = [&](int buffer, int start) {
        auto in_a = [&](int y, int x) { return &a_tiles[buffer][y * A_PITCH + x]; };
        auto in_b = [&](int y, int x) { return &b_tiles[buffer][y * B_PITCH + x]; };
        copy_bf16<BM, BK, THREADS>(in_a, a, m, k, origin.row, start);
        copy_bf16<BK, BN, THREADS>(in_b, b, k, n, start, origin.column);
        cp_async_commit_group();
    };
    wmma::fragment<wmma::accumulator, SIDE, SIDE, SIDE, float> sums[2][4];
    for (auto& row : sums) {
        for (auto& sum : row) wmma::fill_fragment(sum, 0.0f);
    }
    copy_tiles(0, 0);
    for (int start = 0, buffer = 0; start < k; start += BK, buffer ^= 1) {
        cp_async_wait_group<0>();
        __syncthreads();
        if (start + BK < k) copy_tiles(buffer ^ 1, start + BK);
#pragma unroll
        for (int i = 0; i < BK; i += SIDE) {
            wmma::fragment<wmma::matrix_a, SIDE, SIDE, SIDE, __nv_bfloat16, wmma::row_major> left[2];
            wmma::fragment<wmma::matrix_b, SIDE, SIDE, SIDE, __nv_bfloat16, wmma::row_major> right[4];
#pragma unroll
            for (int r = 0; r < 2; ++r) {
                wmma::load_matrix_sync(left[r], &a_tiles[buffer][(y + r * SIDE) * A_PITCH + i], A_PITCH);
            }
#pragma unroll
            for (int j = 0; j < 4; ++j) {
                wmma::load_matrix_sync(right[j], &b_tiles[buffer][i * B_PITCH + x + j * SIDE], B_PITCH);
            }
#pragma unroll
            for (int r = 0; r < 2; ++r) {
#pragma unroll
                for (int j = 0; j < 4; ++j) {
                    wmma::mma_sync(sums[r][j], left[r], right[j], sums[r][j]);
                }
            }
        }
    }
    // WMMA does not say which thread holds which cell, so each fragment goes through shared memory.
#pragma unroll
    for (int r = 0; r < 2; ++r) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            wmma::store_matrix_sync(patches[warp], sums[r][j], SIDE, wmma::mem_row_major);
            __syncwarp();
            for (int i = lane; i < SIDE * SIDE; i += 32) {
                int row = origin.row + y + r * SIDE + i / SIDE;
                int column = origin.column + x + j * SIDE + i % SIDE;
                if (row < m && column < n) c[(size_t)row * n + column] = patches[warp][i];
            }
            __syncwarp();
        }
    }
#else
    __trap();
#endif
}

#ifdef __CUDA_ARCH_FEAT_SM90_ALL

// A tile in shared memory consists of rows of 64 values, 128 bytes, one after another. The tensor
// core reads eight rows at a time in pieces of 16 bytes; were they stored plainly, equal pieces of
// the eight rows would lie in the same banks. So piece p of row r is stored in place p ^ (r % 8):
// the "128-byte swizzle", which the hardware undoes. It looks at address bits, bits 7–9 (the row)
// are added to bits 4–6 (the piece), so every eight rows must start on 1024 bytes.
__device__ inline __nv_bfloat16* swizzled(__nv_bfloat16* rows, int row, int column) {
    return rows + row * 64 + (column / 8 ^ row % 8) * 8 + column % 8;
}

// Tells the tensor core where a matrix lies, in the format of the PTX manual ("Matrix Descriptor
// Format"); all addresses and distances count in units of 16 bytes:
//     bits  0–13  the address
//     bits 16–29  the distance between blocks of 64 columns, for b (ignored for a)
//     bits 32–45  the distance between groups of eight rows: 1024 bytes
//     bits 62–63  1: the 128-byte swizzle
__device__ inline unsigned long long descriptor(const __nv_bfloat16* matrix, int block_distance) {
    unsigned long long address = __cvta_generic_to_shared(matrix);
    return address >> 4 | (unsigned long long)(block_distance >> 4) << 16 | 1024ull >> 4 << 32 | 1ull << 62;
}

// A thread's 128 sums, four for each 8-column strip of the result.
struct Sums {
    float of[32][4];
};

// Lets the four warps add a (64 × 16) · b (16 × 256) to their sums, or start from 0. Returns at once.
// Rows of a are k-major (transpose 0), rows of b n-major (transpose 1).
__device__ inline void wgmma_m64n256k16(Sums& sums, unsigned long long a, unsigned long long b, bool add) {
    float(&s)[32][4] = sums.of;
#define FOUR(i) "+f"(s[i][0]), "+f"(s[i][1]), "+f"(s[i][2]), "+f"(s[i][3])
#define SIXTEEN(i) FOUR(i), FOUR(i + 1), FOUR(i + 2), FOUR(i + 3)
    asm volatile(
        "{\n"
        ".reg .pred add;\n"
        "setp.ne.b32 add, %130, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 "
        "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
        "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
        "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
        "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, "
        "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, "
        "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, "
        "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, "
        "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127}, "
        "%128, %129, add, 1, 1, 0, 1;\n"
        "}"
        : SIXTEEN(0), SIXTEEN(4), SIXTEEN(8), SIXTEEN(12), SIXTEEN(16), SIXTEEN(20), SIXTEEN(24), SIXTEEN(28)
        : "l"(a), "l"(b), "r"(static_cast<int>(add)));
#undef SIXTEEN
#undef FOUR
}

// Comes before the first product of a group, which then sees what threads wrote to its registers.
__device__ inline void wgmma_fence() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

// Tensor cores do not read shared memory the way threads do (PTX: by another proxy). Each thread
// calls this for what it has copied; a barrier then tells the others.
__device__ inline void fence_proxy_async() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

__device__ inline void wgmma_commit_group() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Waits until at most `PENDING` groups of products, the youngest, are still being computed.
template <int PENDING>
__device__ inline void wgmma_wait_group() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(PENDING) : "memory");
}

#endif

// Two groups of four warps for a tile of 128 × 256, each for 64 rows of it. Four pairs of tiles are
// in shared memory: one that is multiplied, one whose products may still be going on, and two that
// are on their way. So neither the tensor cores nor the memory wait for the other.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256, 1)
matmul_tensor_v2_wgmma(const __nv_bfloat16* a, const __nv_bfloat16* b, float* c, int m, int k, int n) {
#ifdef __CUDA_ARCH_FEAT_SM90_ALL
    const int BM = 128, BN = 256, BK = 64, THREADS = 256, STAGES = 4;
    const int A_SIZE = BM * BK, B_SIZE = BK * BN, BLOCK = BK * 64;
    extern __shared__ unsigned char dynamic[];
    // The launch gives 1024 bytes more than are needed.
    size_t past = __cvta_generic_to_shared(dynamic) % 1024;
    __nv_bfloat16* a_tiles = reinterpret_cast<__nv_bfloat16*>(dynamic + (1024 - past) % 1024);
    __nv_bfloat16* b_tiles = a_tiles + STAGES * A_SIZE;
    TileOrigin origin = tile_origin(m, n, BM, BN);
    auto copy_tiles = [&](int tile) {
        // Past the end nothing is copied, but the empty group still counts.
        if (tile * BK < k) {
            __nv_bfloat16 *a_tile = a_tiles + tile % STAGES * A_SIZE, *b_tile = b_tiles + tile % STAGES * B_SIZE;
            auto in_a = [=](int y, int x) { return swizzled(a_tile, y, x); };
            // b's tile is four blocks of 64 columns, each BK rows of 128 bytes.
            auto in_b = [=](int y, int x) { return swizzled(b_tile + x / 64 * BLOCK, y, x % 64); };
            copy_bf16<BM, BK, THREADS>(in_a, a, m, k, origin.row, tile * BK);
            copy_bf16<BK, BN, THREADS>(in_b, b, k, n, tile * BK, origin.column);
        }
        cp_async_commit_group();
    };
    int group = threadIdx.x / 128, tiles = ceil_div(k, BK);
    Sums sums;
    copy_tiles(0);
    copy_tiles(1);
    for (int tile = 0; tile < tiles; ++tile) {
        cp_async_wait_group<1>();
        fence_proxy_async();
        __syncthreads();
        const __nv_bfloat16* a_rows = a_tiles + tile % STAGES * A_SIZE + group * 64 * BK;
        const __nv_bfloat16* b_tile = b_tiles + tile % STAGES * B_SIZE;
        wgmma_fence();
#pragma unroll
        for (int i = 0; i < BK; i += 16) {
            // 16 further along a's rows are 32 bytes; 16 of b's rows are 2048.
            wgmma_m64n256k16(sums, descriptor(a_rows + i, 0), descriptor(b_tile + i * 64, BLOCK * 2), tile + i > 0);
        }
        wgmma_commit_group();
        // The products of tile - 2 are done in all warps: each waited for them before the barrier.
        copy_tiles(tile + 2);
        wgmma_wait_group<1>();
    }
    wgmma_wait_group<0>();
    // A warp holds 16 rows; of each 8 columns, a thread holds two neighbours in row lane / 4 and two
    // in the row 8 below.
    int warp = threadIdx.x % 128 / 32, lane = threadIdx.x % 32;
    int row = origin.row + group * 64 + warp * 16 + lane / 4;
#pragma unroll
    for (int part = 0; part < 32; ++part) {
        int column = origin.column + part * 8 + lane % 4 * 2;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
            if (row + half * 8 >= m) continue;
            float* to = c + (size_t)(row + half * 8) * n + column;
            const float* from = sums.of[part] + half * 2;
            if (n % 2 == 0 && column < n) {
                *reinterpret_cast<float2*>(to) = make_float2(from[0], from[1]);
            } else {
                if (column < n) to[0] = from[0];
                if (column + 1 < n) to[1] = from[1];
            }
        }
    }
#else
    __trap();
#endif
}
