// Matrix multiplication on tensor cores: a and b in bfloat16, sums and c in single precision.
//
// v1 wmma    A warp multiplies 16 × 16 matrices with one instruction, from registers.
// v2 wgmma   Four warps multiply 64 × 256 with one instruction, straight from shared memory, while
//            they fetch the tiles to come: Hopper's own instruction. v1 spends its time on bringing
//            fragments into registers, which falls away.
//
// needs: sm_90a
// v1 runs from compute capability 8.0 on, v2 on 9.0 alone; elsewhere they stop with a trap.
//
// Both are right at any size from 1 up: what a tile has outside of the matrices is 0. Rows are read
// 16 bytes at a time where each starts on 16 bytes, that is where a row is a multiple of 8.

#include <cuda_bf16.h>
#include <mma.h>

#include "common.cuh"

// Copies the 8 values at `from`, of which `left` lie within the matrix, to shared memory; the others
// become 0. If rows start on 16 bytes, all or none of the 8 lie within.
template <bool ALIGNED>
__device__ inline void copy8(__nv_bfloat16* to, const __nv_bfloat16* from, int left) {
    if constexpr (ALIGNED) {
        copy_async(reinterpret_cast<uint4*>(to), reinterpret_cast<const uint4*>(from), left > 0);
    } else {
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            to[i] = i < left ? from[i] : __float2bfloat16(0);
        }
    }
}

// Starts to copy ROWS × COLUMNS values of `matrix`, a `rows` × `columns` one, from `row` and `column`
// on. `place(y, x)` says where in shared memory the 8 values from (y, x) on go.
template <int ROWS, int COLUMNS, int THREADS, bool ALIGNED, class Place>
__device__ inline void copy_tile(Place place, const __nv_bfloat16* matrix, int rows, int columns, int row, int column) {
    // All threads together copy STEP rows at a time, so that a thread stays in its column.
    const int STEP = THREADS * 8 / COLUMNS;
    int y = threadIdx.x * 8 / COLUMNS, x = threadIdx.x * 8 % COLUMNS;
    const __nv_bfloat16* from = matrix + (size_t)(row + y) * columns + column + x;
    int rows_left = rows - row - y, left = columns - column - x;
#pragma unroll
    for (int i = 0; i < ROWS; i += STEP) {
        copy8<ALIGNED>(place(y + i, x), from + (size_t)i * columns, i < rows_left ? left : 0);
    }
}

// The same, in words of 16 bytes where the rows allow it.
template <int ROWS, int COLUMNS, int THREADS, class Place>
__device__ inline void copy_tile(Place place, const __nv_bfloat16* matrix, int rows, int columns, int row, int column) {
    if (columns % 8 == 0) {
        copy_tile<ROWS, COLUMNS, THREADS, true>(place, matrix, rows, columns, row, column);
    } else {
        copy_tile<ROWS, COLUMNS, THREADS, false>(place, matrix, rows, columns, row, column);
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
    const int TILE = 128, DEPTH = 32, THREADS = 256, SIDE = 16;
    const int A_PITCH = DEPTH + 8, B_PITCH = TILE + 8;
    __shared__ __align__(128) __nv_bfloat16 a_tiles[2][TILE * A_PITCH];
    __shared__ __align__(128) __nv_bfloat16 b_tiles[2][DEPTH * B_PITCH];
    __shared__ __align__(128) float patches[THREADS / 32][SIDE * SIDE];
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int y = warp / 2 * 32, x = warp % 2 * 64;
    auto copy_tiles = [&](int buffer, int start) {
        auto in_a = [&](int y, int x) { return &a_tiles[buffer][y * A_PITCH + x]; };
        auto in_b = [&](int y, int x) { return &b_tiles[buffer][y * B_PITCH + x]; };
        copy_tile<TILE, DEPTH, THREADS>(in_a, a, m, k, corner.row, start);
        copy_tile<DEPTH, TILE, THREADS>(in_b, b, k, n, start, corner.column);
        commit_copies();
    };
    wmma::fragment<wmma::accumulator, SIDE, SIDE, SIDE, float> sums[2][4];
    for (auto& row : sums) {
        for (auto& sum : row) wmma::fill_fragment(sum, 0.0f);
    }
    copy_tiles(0, 0);
    for (int start = 0, buffer = 0; start < k; start += DEPTH, buffer ^= 1) {
        wait_for_copies<0>();
        __syncthreads();
        if (start + DEPTH < k) copy_tiles(buffer ^ 1, start + DEPTH);
#pragma unroll
        for (int i = 0; i < DEPTH; i += SIDE) {
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
    // Which thread holds which cell of a fragment is not said, so each goes by shared memory.
#pragma unroll
    for (int r = 0; r < 2; ++r) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
            wmma::store_matrix_sync(patches[warp], sums[r][j], SIDE, wmma::mem_row_major);
            __syncwarp();
            for (int i = lane; i < SIDE * SIDE; i += 32) {
                int row = corner.row + y + r * SIDE + i / SIDE;
                int column = corner.column + x + j * SIDE + i % SIDE;
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
__device__ inline __nv_bfloat16* swizzled(__nv_bfloat16* rows, int row, int piece) {
    return rows + row * 64 + (piece ^ row % 8) * 8;
}

// Tells the tensor core where a matrix lies, in the format of the PTX manual ("Matrix Descriptor
// Format"); all addresses and distances count in units of 16 bytes:
//     bits  0–13  the address
//     bits 16–29  the distance between blocks of 64 columns, for b (for a it is not looked at)
//     bits 32–45  the distance between groups of eight rows: 1024 bytes
//     bits 62–63  1: the 128-byte swizzle
__device__ inline unsigned long long descriptor(const __nv_bfloat16* matrix, int block_distance) {
    unsigned long long address = __cvta_generic_to_shared(matrix);
    return address >> 4 | (unsigned long long)(block_distance >> 4) << 16 | 1024ull >> 4 << 32 | 1ull << 62;
}

// The 128 sums of a thread, in the groups of four that one 8 columns wide part of the result has.
struct Sums {
    float of[32][4];
};

// Lets the four warps add a (64 × 16) · b (16 × 256) to their sums, or start from 0. Returns at once.
// Rows of a are k-major (transpose 0), rows of b n-major (transpose 1).
__device__ inline void multiply_async(Sums& sums, unsigned long long a, unsigned long long b, bool add) {
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

// Before the first product of a group: what threads wrote to the sums' registers is there.
__device__ inline void begin_products() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

// Tensor cores do not read shared memory the way threads do (PTX: by another proxy). Each thread
// calls this for what it has copied; a barrier then tells the others.
__device__ inline void show_copies_to_tensor_cores() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

__device__ inline void commit_products() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Waits until at most `PENDING` groups of products, the youngest, are still being computed.
template <int PENDING>
__device__ inline void wait_for_products() {
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
    const int ROWS = 128, COLUMNS = 256, DEPTH = 64, THREADS = 256, STAGES = 4;
    const int A_SIZE = ROWS * DEPTH, B_SIZE = DEPTH * COLUMNS, BLOCK = DEPTH * 64;
    extern __shared__ unsigned char dynamic[];
    // The launch gives 1024 bytes more than are needed.
    size_t past = __cvta_generic_to_shared(dynamic) % 1024;
    __nv_bfloat16* a_tiles = reinterpret_cast<__nv_bfloat16*>(dynamic + (1024 - past) % 1024);
    __nv_bfloat16* b_tiles = a_tiles + STAGES * A_SIZE;
    Corner corner = corner_of_tile(m, n, ROWS, COLUMNS);
    auto copy_tiles = [&](int tile) {
        // Past the end nothing is copied, but the group is counted.
        if (tile * DEPTH < k) {
            __nv_bfloat16 *a_tile = a_tiles + tile % STAGES * A_SIZE, *b_tile = b_tiles + tile % STAGES * B_SIZE;
            auto in_a = [=](int y, int x) { return swizzled(a_tile, y, x / 8); };
            // b's tile is four blocks of 64 columns, each DEPTH rows of 128 bytes.
            auto in_b = [=](int y, int x) { return swizzled(b_tile + x / 64 * BLOCK, y, x % 64 / 8); };
            copy_tile<ROWS, DEPTH, THREADS>(in_a, a, m, k, corner.row, tile * DEPTH);
            copy_tile<DEPTH, COLUMNS, THREADS>(in_b, b, k, n, tile * DEPTH, corner.column);
        }
        commit_copies();
    };
    int group = threadIdx.x / 128, tiles = pieces(k, DEPTH);
    Sums sums;
    copy_tiles(0);
    copy_tiles(1);
    for (int tile = 0; tile < tiles; ++tile) {
        wait_for_copies<1>();
        show_copies_to_tensor_cores();
        __syncthreads();
        const __nv_bfloat16* a_rows = a_tiles + tile % STAGES * A_SIZE + group * 64 * DEPTH;
        const __nv_bfloat16* b_tile = b_tiles + tile % STAGES * B_SIZE;
        begin_products();
#pragma unroll
        for (int i = 0; i < DEPTH; i += 16) {
            // 16 further along a's rows are 32 bytes; 16 of b's rows are 2048.
            multiply_async(sums, descriptor(a_rows + i, 0), descriptor(b_tile + i * 64, BLOCK * 2), tile + i > 0);
        }
        commit_products();
        // The products of tile - 2 are done in all warps: each waited for them before the barrier.
        copy_tiles(tile + 2);
        wait_for_products<1>();
    }
    wait_for_products<0>();
    // A warp holds 16 rows; of each 8 columns, a thread holds two neighbours in row lane / 4 and two
    // in the row 8 below.
    int warp = threadIdx.x % 128 / 32, lane = threadIdx.x % 32;
    int row = corner.row + group * 64 + warp * 16 + lane / 4;
#pragma unroll
    for (int part = 0; part < 32; ++part) {
        int column = corner.column + part * 8 + lane % 4 * 2;
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
