// Matrix multiplication in single precision, c = a · b, one idea at a time.
//
// v1 naive       One thread per cell; neighbouring threads take neighbouring rows, as in the lesson.
// v2 coalesced   Neighbouring threads take neighbouring columns: a warp reads b in whole cache lines.
// v3 tiled       A block keeps tiles of a and b in shared memory: 32 times fewer global reads.
// v4 tiles_1d    A thread computes 8 cells of a column: one read from shared memory serves 8.
// v5 tiles_2d    A thread computes 8 × 8 cells: 16 reads from shared memory serve 64 multiply-adds.
// v6 vectorized  Reads and writes of 4 floats: a quarter of the memory instructions.
// v7 warp_tiles  Small blocks, a warp's cells side by side; the next tiles load during the sums.
// v8 skinny      For few columns: half a warp shares each row of a, which is read once, in
//                order, as fast as memory delivers it.
//
// What each is worth at 4096³ on an H200, as a share of the speed of cuBLAS (docs/results/gpu.md):
//     v1 1.9 %   v2 10.6 %   v3 17.5 %   v4 30.5 %   v5 42.7 %   v6 72.0 %   v7 90.7 %
// v8 is for another shape: it needs 44 µs for 50 000×784 · 784×10; v2 needs 226, v7 250, cuBLAS 72.
//
// Sizes of tiles have the names that they have in CUTLASS and elsewhere: a block computes BM × BN
// cells and takes BK steps of the sum at a time, a thread computes TM × TN of the cells.
//
// All are right at any size from 1 up. Offsets are computed in 64 bits. Four floats are read at once
// only if every row starts on a 16-byte boundary, that is, if its length is a multiple of 4.

#include "common.cuh"

// The lesson's kernel. Neighbours in x are neighbours in a column: their reads of a and their
// writes to c are a whole row apart, in 32 different places of memory for 32 threads.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void matmul_v1_naive(const float* a, const float* b, float* c, int m, int k, int n) {
    int row = blockIdx.x * blockDim.x + threadIdx.x;
    int column = blockIdx.y * blockDim.y + threadIdx.y;
    if (row >= m || column >= n) return;
    float sum = 0;
    for (int i = 0; i < k; ++i) {
        sum += a[(size_t)row * k + i] * b[(size_t)i * n + column];
    }
    c[(size_t)row * n + column] = sum;
}

// The same with x and y exchanged. Neighbours in x are neighbours in a row: they read one value of
// a together, and neighbouring values of b.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void matmul_v2_coalesced(const float* a, const float* b, float* c, int m, int k, int n) {
    int row = blockIdx.y * blockDim.y + threadIdx.y;
    int column = blockIdx.x * blockDim.x + threadIdx.x;
    if (row >= m || column >= n) return;
    float sum = 0;
    for (int i = 0; i < k; ++i) {
        sum += a[(size_t)row * k + i] * b[(size_t)i * n + column];
    }
    c[(size_t)row * n + column] = sum;
}

// 32 × 32 threads fetch a 32 × 32 tile of a and of b, one value each; then each thread multiplies a
// row of one by a column of the other. Beyond the matrices the tiles hold zeros, which add nothing.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(1024)
matmul_v3_tiled(const float* a, const float* b, float* c, int m, int k, int n) {
    const int BM = 32, BN = 32, BK = 32;
    __shared__ float a_tile[BM][BK];
    __shared__ float b_tile[BK][BN];
    int x = threadIdx.x, y = threadIdx.y;
    TileOrigin origin = tile_origin(m, n, BM, BN);
    int row = origin.row + y, column = origin.column + x;
    float sum = 0;
    for (int start = 0; start < k; start += BK) {
        a_tile[y][x] = row < m && start + x < k ? a[(size_t)row * k + start + x] : 0;
        b_tile[y][x] = start + y < k && column < n ? b[(size_t)(start + y) * n + column] : 0;
        __syncthreads();
        for (int i = 0; i < BK; ++i) {
            sum += a_tile[y][i] * b_tile[i][x];
        }
        __syncthreads();
    }
    if (row < m && column < n) c[(size_t)row * n + column] = sum;
}

// 512 threads for a tile of 64 × 64. A thread's 8 cells lie below each other, so that a value of b
// is read from shared memory once and used 8 times from a register.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(512)
matmul_v4_tiles_1d(const float* a, const float* b, float* c, int m, int k, int n) {
    const int BM = 64, BN = 64, BK = 8, TM = 8;
    __shared__ float a_tile[BM][BK];
    __shared__ float b_tile[BK][BN];
    TileOrigin origin = tile_origin(m, n, BM, BN);
    int x = threadIdx.x % BN, y = threadIdx.x / BN * TM;
    // Which value of each tile this thread fetches.
    int a_y = threadIdx.x / BK, a_x = threadIdx.x % BK;
    int b_y = threadIdx.x / BN, b_x = threadIdx.x % BN;
    int a_row = origin.row + a_y, b_column = origin.column + b_x;
    float sums[TM] = {};
    for (int start = 0; start < k; start += BK) {
        a_tile[a_y][a_x] = a_row < m && start + a_x < k ? a[(size_t)a_row * k + start + a_x] : 0;
        b_tile[b_y][b_x] = start + b_y < k && b_column < n ? b[(size_t)(start + b_y) * n + b_column] : 0;
        __syncthreads();
        for (int i = 0; i < BK; ++i) {
            float from_b = b_tile[i][x];
#pragma unroll
            for (int cell = 0; cell < TM; ++cell) {
                sums[cell] += a_tile[y + cell][i] * from_b;
            }
        }
        __syncthreads();
    }
    int column = origin.column + x;
    for (int cell = 0; cell < TM; ++cell) {
        int row = origin.row + y + cell;
        if (row < m && column < n) c[(size_t)row * n + column] = sums[cell];
    }
}

// 256 threads for a tile of 128 × 128. For each step of the sum a thread reads 8 values of a and 8
// of b into registers, and multiplies each by each.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256)
matmul_v5_tiles_2d(const float* a, const float* b, float* c, int m, int k, int n) {
    const int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8, THREADS = 256;
    __shared__ float a_tile[BM][BK];
    __shared__ float b_tile[BK][BN];
    TileOrigin origin = tile_origin(m, n, BM, BN);
    int x = threadIdx.x % (BN / TN) * TN, y = threadIdx.x / (BN / TN) * TM;
    float sums[TM][TN] = {};
    for (int start = 0; start < k; start += BK) {
        for (int i = threadIdx.x; i < BM * BK; i += THREADS) {
            int row = origin.row + i / BK, a_column = start + i % BK;
            a_tile[i / BK][i % BK] = row < m && a_column < k ? a[(size_t)row * k + a_column] : 0;
        }
        for (int i = threadIdx.x; i < BK * BN; i += THREADS) {
            int b_row = start + i / BN, column = origin.column + i % BN;
            b_tile[i / BN][i % BN] = b_row < k && column < n ? b[(size_t)b_row * n + column] : 0;
        }
        __syncthreads();
        for (int i = 0; i < BK; ++i) {
            float from_a[TM], from_b[TN];
#pragma unroll
            for (int r = 0; r < TM; ++r) from_a[r] = a_tile[y + r][i];
#pragma unroll
            for (int j = 0; j < TN; ++j) from_b[j] = b_tile[i][x + j];
#pragma unroll
            for (int r = 0; r < TM; ++r) {
#pragma unroll
                for (int j = 0; j < TN; ++j) {
                    sums[r][j] += from_a[r] * from_b[j];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int r = 0; r < TM; ++r) {
#pragma unroll
        for (int j = 0; j < TN; ++j) {
            int row = origin.row + y + r, column = origin.column + x + j;
            if (row < m && column < n) c[(size_t)row * n + column] = sums[r][j];
        }
    }
}

// The four floats at `from` of which `left` lie within the row, the others 0.
__device__ inline float4 load4(const float* from, int left, bool aligned) {
    if (aligned && left >= 4) return *reinterpret_cast<const float4*>(from);
    float4 four = {0, 0, 0, 0};
    if (left > 0) four.x = from[0];
    if (left > 1) four.y = from[1];
    if (left > 2) four.z = from[2];
    if (left > 3) four.w = from[3];
    return four;
}

// Writes those of the four values that lie within the row.
__device__ inline void store4(float* to, int left, bool aligned, const float* values) {
    if (aligned && left >= 4) {
        *reinterpret_cast<float4*>(to) = {values[0], values[1], values[2], values[3]};
        return;
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
        if (i < left) to[i] = values[i];
    }
}

// Four floats of shared memory, aligned to 16 bytes.
__device__ inline void read4(float* values, const float* shared) {
    float4 four = *reinterpret_cast<const float4*>(shared);
    values[0] = four.x;
    values[1] = four.y;
    values[2] = four.z;
    values[3] = four.w;
}

// As v5, with each thread's values of b in two groups of 4, half a tile apart, so that the threads
// of a warp read side by side. The tile of a is transposed as it is stored, so that the values that
// a thread needs in one step are side by side too.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256, 2)
matmul_v6_vectorized(const float* a, const float* b, float* c, int m, int k, int n) {
    const int BM = 128, BN = 128, BK = 8, TM = 8, TN = 8, HALF = BN / 2;
    __shared__ __align__(16) float a_tile[BK][BM];
    __shared__ __align__(16) float b_tile[BK][BN];
    TileOrigin origin = tile_origin(m, n, BM, BN);
    int x = threadIdx.x % 16 * 4, y = threadIdx.x / 16 * 8;
    int a_y = threadIdx.x / 2, a_x = threadIdx.x % 2 * 4;
    int b_y = threadIdx.x / 32, b_x = threadIdx.x % 32 * 4;
    const float* a_row = a + (size_t)(origin.row + a_y) * k + a_x;
    bool a_inside = origin.row + a_y < m;
    float sums[TM][TN] = {};
    for (int start = 0; start < k; start += BK) {
        float4 from_a = load4(a_row + start, a_inside ? k - start - a_x : 0, k % 4 == 0);
        a_tile[a_x][a_y] = from_a.x;
        a_tile[a_x + 1][a_y] = from_a.y;
        a_tile[a_x + 2][a_y] = from_a.z;
        a_tile[a_x + 3][a_y] = from_a.w;
        const float* b_row = b + (size_t)(start + b_y) * n + origin.column + b_x;
        int b_left = start + b_y < k ? n - origin.column - b_x : 0;
        *reinterpret_cast<float4*>(&b_tile[b_y][b_x]) = load4(b_row, b_left, n % 4 == 0);
        __syncthreads();
#pragma unroll
        for (int i = 0; i < BK; ++i) {
            float from_a[TM], from_b[TN];
            read4(from_a, &a_tile[i][y]);
            read4(from_a + 4, &a_tile[i][y + 4]);
            read4(from_b, &b_tile[i][x]);
            read4(from_b + 4, &b_tile[i][x + HALF]);
#pragma unroll
            for (int r = 0; r < TM; ++r) {
#pragma unroll
                for (int j = 0; j < TN; ++j) {
                    sums[r][j] += from_a[r] * from_b[j];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int r = 0; r < TM; ++r) {
        int row = origin.row + y + r, column = origin.column + x;
        float* to = c + (size_t)row * n + column;
        store4(to, row < m ? n - column : 0, n % 4 == 0, sums[r]);
        store4(to + HALF, row < m ? n - column - HALF : 0, n % 4 == 0, sums[r] + 4);
    }
}

// 128 threads, four warps, for a tile of 64 × 128; a warp computes 64 × 32 cells, a thread 8 × 8.
// Small blocks with few registers: three of them fit on a multiprocessor, and while one waits at its
// barrier the others compute. While one pair of tiles is multiplied the next two are on their way
// into the other stages of the buffers, so that one barrier for each pair is enough. The rows of a's
// tile are 20 floats apart, so that the eight rows which a warp reads at once lie in different banks.
struct WarpTiles {
    static const int BM = 64, BN = 128, BK = 16, TM = 8, TN = 8, STAGES = 3, PITCH = BK + 4;
    float a[STAGES][BM * PITCH];
    float b[STAGES][BK * BN];
};

template <class Word>
__device__ inline void multiply_warp_tiles(WarpTiles& tiles, const float* a, const float* b, float* c, int m, int k, int n) {
    typedef WarpTiles T;
    const int BM = T::BM, BN = T::BN, BK = T::BK, TM = T::TM, TN = T::TN, STAGES = T::STAGES, PITCH = T::PITCH;
    const int THREADS = 128;
    TileOrigin origin = tile_origin(m, n, BM, BN);
    auto copy_tiles = [&](int stage, int start) {
        float *a_tile = tiles.a[stage], *b_tile = tiles.b[stage];
        auto in_a = [=](int y, int x) { return a_tile + y * PITCH + x; };
        auto in_b = [=](int y, int x) { return b_tile + y * BN + x; };
        // Past the end nothing is copied, but the empty group still counts.
        if (start < k) {
            copy_tile<Word, BM, BK, THREADS>(in_a, a, m, k, origin.row, start);
            copy_tile<Word, BK, BN, THREADS>(in_b, b, k, n, start, origin.column);
        }
        cp_async_commit_group();
    };
    // A warp's threads form 8 rows of 4. A thread's own rows are 8 apart, and its columns are two
    // groups of 4, 16 apart.
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int y = lane / 4, x = warp * 32 + lane % 4 * 4;
    float sums[TM][TN] = {};
    copy_tiles(0, 0);
    copy_tiles(1, BK);
    int stage = 0, copied = 2;
    for (int start = 0; start < k; start += BK) {
        cp_async_wait_group<STAGES - 2>();
        __syncthreads();
        copy_tiles(copied, start + 2 * BK);
        const float *a_tile = tiles.a[stage] + y * PITCH, *b_tile = tiles.b[stage] + x;
#pragma unroll
        for (int i = 0; i < BK; i += 4) {
            float from_a[TM][4];
#pragma unroll
            for (int r = 0; r < TM; ++r) {
                read4(from_a[r], a_tile + r * 8 * PITCH + i);
            }
#pragma unroll
            for (int step = 0; step < 4; ++step) {
                float from_b[TN];
                read4(from_b, b_tile + (i + step) * BN);
                read4(from_b + 4, b_tile + (i + step) * BN + 16);
#pragma unroll
                for (int r = 0; r < TM; ++r) {
#pragma unroll
                    for (int j = 0; j < TN; ++j) {
                        sums[r][j] += from_a[r][step] * from_b[j];
                    }
                }
            }
        }
        stage = next_stage<STAGES>(stage);
        copied = next_stage<STAGES>(copied);
    }
#pragma unroll
    for (int r = 0; r < TM; ++r) {
        int row = origin.row + y + r * 8, column = origin.column + x;
        float* to = c + (size_t)row * n + column;
        store4(to, row < m ? n - column : 0, n % 4 == 0, sums[r]);
        store4(to + 16, row < m ? n - column - 16 : 0, n % 4 == 0, sums[r] + 4);
    }
}

// Words of 16 bytes where the rows of both matrices allow it.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(128, 3)
matmul_v7_warp_tiles(const float* a, const float* b, float* c, int m, int k, int n) {
    __shared__ __align__(16) WarpTiles tiles;
    if (k % 4 == 0 && n % 4 == 0) {
        multiply_warp_tiles<float4>(tiles, a, b, c, m, k, n);
    } else {
        multiply_warp_tiles<float>(tiles, a, b, c, m, k, n);
    }
}

// The host's launch uses these four numbers too.
const int SKINNY_LANES = 16;          // that share a row of a
const int SKINNY_ROWS = 4;            // that they read side by side
const int SKINNY_STAGES = 3;          // of the ring that a's rows pass through
const int SKINNY_B = 9 * 1024;        // floats of shared memory for b, 36 KiB

// Adds up the sums of a row's lanes. Each lane sends the half of the rows that it gives up and keeps
// the other half, so that each step halves the work: the first quarter of the lanes ends with row 0,
// the second with row 1, and so on.
template <int COLUMNS>
__device__ inline void reduce_rows(float (&sums)[SKINNY_ROWS][COLUMNS]) {
    const unsigned ALL = 0xffffffff;
#pragma unroll
    for (int half = SKINNY_ROWS / 2, distance = SKINNY_LANES / 2; half > 0; half /= 2, distance /= 2) {
        bool upper = threadIdx.x & distance;
#pragma unroll
        for (int r = 0; r < half; ++r) {
#pragma unroll
            for (int j = 0; j < COLUMNS; ++j) {
                float sent = upper ? sums[r][j] : sums[r + half][j];
                float kept = upper ? sums[r + half][j] : sums[r][j];
                sums[r][j] = kept + __shfl_xor_sync(ALL, sent, distance);
            }
        }
    }
#pragma unroll
    for (int distance = SKINNY_LANES / SKINNY_ROWS / 2; distance > 0; distance /= 2) {
#pragma unroll
        for (int j = 0; j < COLUMNS; ++j) {
            sums[0][j] += __shfl_xor_sync(ALL, sums[0][j], distance);
        }
    }
}

// Copies b's rows from `start` on, transposed: a column lies 4 floats past a multiple of 64, so that
// neighbouring columns are in different banks and each starts on 16 bytes.
template <int COLUMNS>
__device__ inline void fetch_columns(float* columns, int pitch, const float* b, int k, int n, int start, int first) {
    // A thread starts all its loads before it stores the first: it waits for memory once.
    const int LOADS = 16;
    int count = (pitch - 4) * COLUMNS;
    for (int begin = threadIdx.x; begin < count; begin += blockDim.x * LOADS) {
        float loaded[LOADS];
#pragma unroll
        for (int load = 0; load < LOADS; ++load) {
            int i = begin + load * blockDim.x, y = start + i / COLUMNS, x = first + i % COLUMNS;
            loaded[load] = i < count && y < k && x < n ? b[(size_t)y * n + x] : 0;
        }
#pragma unroll
        for (int load = 0; load < LOADS; ++load) {
            int i = begin + load * blockDim.x;
            if (i < count) columns[i % COLUMNS * pitch + i / COLUMNS] = loaded[load];
        }
    }
}

// Starts to copy the four floats at `from` of which `left` lie within the row, the others 0.
template <bool ALIGNED>
__device__ inline void copy4(float4* to, const float* from, int left) {
    if constexpr (ALIGNED) {
        cp_async(to, reinterpret_cast<const float4*>(from), left > 0);
    } else {
#pragma unroll
        for (int i = 0; i < 4; ++i) cp_async(reinterpret_cast<float*>(to) + i, from + i, i < left);
    }
}

// Computes COLUMNS columns of the result from `first` on; of the last ones some may be outside.
template <int COLUMNS, bool ALIGNED>
__device__ inline void multiply_skinny(float* columns, const float* a, const float* b, float* c, int m, int k, int n, int first) {
    const int LANES = SKINNY_LANES, ROWS = SKINNY_ROWS, STAGES = SKINNY_STAGES;
    const int WIDTH = LANES * 4, SPAN = (SKINNY_B / COLUMNS - 4) / WIDTH * WIDTH;
    // Each thread has slots of its own in the ring and reads only what it has copied itself, so that
    // it waits for no other thread.
    float4* ring = reinterpret_cast<float4*>(columns + SKINNY_B) + threadIdx.x;
    auto slot = [&](int stage, int r) { return ring + (stage * ROWS + r) * blockDim.x; };
    const int WARP_ROWS = 32 / LANES * ROWS;
    int lane = threadIdx.x % LANES, group = threadIdx.x % 32 / LANES, warps = blockDim.x / 32;
    // Rows are counted by the first of the warp's.
    long long first_row = ((long long)blockIdx.x * warps + threadIdx.x / 32) * WARP_ROWS;
    long long stride = (long long)gridDim.x * warps * WARP_ROWS;
    // One pass where all of b's rows fit; more passes add to c.
    for (int start = 0; start < k; start += SPAN) {
        int span = min(SPAN, k - start), steps = ceil_div(span, WIDTH), pitch = steps * WIDTH + 4;
        // What is copied next, STAGES - 1 steps ahead of the multiply-adds: this lane's part of ROWS
        // rows. Beyond the last row the last is read again; its sums are not stored.
        const float* copied[ROWS];
        long long copied_row = first_row;
        int copied_step = 0, copied_stage = 0;
        auto go_to = [&](long long row) {
            copied_row = row;
#pragma unroll
            for (int r = 0; r < ROWS; ++r) {
                copied[r] = a + (size_t)min(row + group * ROWS + r, m - 1LL) * k + start + lane * 4;
            }
        };
        auto copy_step = [&]() {
            int column = copied_step * WIDTH;
#pragma unroll
            for (int r = 0; r < ROWS && copied_row < m; ++r) {
                copy4<ALIGNED>(slot(copied_stage, r), copied[r] + column, k - start - column - lane * 4);
            }
            cp_async_commit_group();
            copied_stage = next_stage<STAGES>(copied_stage);
            if (++copied_step == steps) {
                copied_step = 0;
                go_to(copied_row + stride);
            }
        };
        go_to(first_row);
#pragma unroll
        for (int stage = 0; stage < STAGES - 1; ++stage) copy_step();
        __syncthreads();
        fetch_columns<COLUMNS>(columns, pitch, b, start + span, n, start, first);
        __syncthreads();
        int stage = 0;
        for (long long row = first_row; row < m; row += stride) {
            float sums[ROWS][COLUMNS] = {};
            for (int step = 0; step < steps; ++step) {
                cp_async_wait_group<STAGES - 2>();
                float4 from_a[ROWS];
#pragma unroll
                for (int r = 0; r < ROWS; ++r) from_a[r] = *slot(stage, r);
                copy_step();
                stage = next_stage<STAGES>(stage);
#pragma unroll
                for (int j = 0; j < COLUMNS; ++j) {
                    float from_b[4];
                    read4(from_b, columns + j * pitch + step * WIDTH + lane * 4);
#pragma unroll
                    for (int r = 0; r < ROWS; ++r) {
                        sums[r][j] += from_a[r].x * from_b[0];
                        sums[r][j] += from_a[r].y * from_b[1];
                        sums[r][j] += from_a[r].z * from_b[2];
                        sums[r][j] += from_a[r].w * from_b[3];
                    }
                }
            }
            reduce_rows(sums);
            const int SHARE = LANES / ROWS;
            long long own_row = row + group * ROWS + lane / SHARE;
#pragma unroll
            for (int j = 0; j < COLUMNS; ++j) {
                if (lane % SHARE != j % SHARE || own_row >= m || first + j >= n) continue;
                float* cell = c + (size_t)own_row * n + first + j;
                *cell = start == 0 ? sums[0][j] : *cell + sums[0][j];
            }
        }
    }
}

// With few columns there are few multiply-adds for a value of a, and reading a is what takes time.
// So b lies in shared memory, and half a warp reads four rows of a, 256 bytes of each at a time,
// through a ring in shared memory, two steps ahead of the multiply-adds: enough is on its way at any
// moment to keep the memory busy. One block for each multiprocessor walks over all rows. A wider
// result takes 16 columns at a time (blockIdx.y) and reads a once for each sixteen.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(384, 1)
matmul_v8_skinny(const float* a, const float* b, float* c, int m, int k, int n) {
    extern __shared__ __align__(16) float columns[];
    int first = blockIdx.y * 16;
    // The compiler must know how many sums a thread keeps in registers. Missing columns cost
    // multiply-adds of zeros, and there is time for those.
    if (k % 4 != 0) {
        multiply_skinny<16, false>(columns, a, b, c, m, k, n, first);
    } else if (n - first > 10) {
        multiply_skinny<16, true>(columns, a, b, c, m, k, n, first);
    } else {
        multiply_skinny<10, true>(columns, a, b, c, m, k, n, first);
    }
}
