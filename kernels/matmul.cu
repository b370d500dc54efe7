// Matrix multiplication in single precision, c = a · b, one idea at a time.
//
// v1 naive       One thread per cell; neighbouring threads take neighbouring rows, as in the lesson.
// v2 coalesced   Neighbouring threads take neighbouring columns: a warp reads b in whole cache lines.
// v3 tiled       A block keeps tiles of a and b in shared memory: 32 times fewer global reads.
// v4 tiles_1d    A thread computes 8 cells of a column: one read from shared memory serves 8.
// v5 tiles_2d    A thread computes 8 × 8 cells: 16 reads from shared memory serve 64 multiply-adds.
// v6 vectorized  Reads and writes of 4 floats: a quarter of the memory instructions.
// v7 warp_tiles  8 × 16 cells a thread, a warp's cells side by side; the next tile arrives meanwhile.
// v8 skinny      For few columns: the threads of a warp share a row of a, which is read once, in
//                order, as fast as memory gives it.
//
// All are right at any size from 1 up. Products of two sizes are taken in 64 bits. Four floats are
// read at once only where every row starts on 16 bytes, that is where the row is a multiple of 4.

#include "common.cuh"

// The lesson's kernel. Neighbours in x are neighbours in a column: their reads of a and their
// writes to c are a whole row apart, so that a warp asks for 32 cache lines at a time.
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
// row of one by a column of the other. Outside the matrices a tile is 0, which adds nothing.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(1024)
matmul_v3_tiled(const float* a, const float* b, float* c, int m, int k, int n) {
    const int TILE = 32;
    __shared__ float a_tile[TILE][TILE];
    __shared__ float b_tile[TILE][TILE];
    int x = threadIdx.x, y = threadIdx.y;
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    int row = corner.row + y, column = corner.column + x;
    float sum = 0;
    for (int start = 0; start < k; start += TILE) {
        a_tile[y][x] = row < m && start + x < k ? a[(size_t)row * k + start + x] : 0;
        b_tile[y][x] = start + y < k && column < n ? b[(size_t)(start + y) * n + column] : 0;
        __syncthreads();
        for (int i = 0; i < TILE; ++i) {
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
    const int TILE = 64, DEPTH = 8, CELLS = 8;
    __shared__ float a_tile[TILE][DEPTH];
    __shared__ float b_tile[DEPTH][TILE];
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    int x = threadIdx.x % TILE, y = threadIdx.x / TILE * CELLS;
    // Which value of each tile this thread fetches.
    int a_y = threadIdx.x / DEPTH, a_x = threadIdx.x % DEPTH;
    int b_y = threadIdx.x / TILE, b_x = threadIdx.x % TILE;
    int a_row = corner.row + a_y, b_column = corner.column + b_x;
    float sums[CELLS] = {};
    for (int start = 0; start < k; start += DEPTH) {
        a_tile[a_y][a_x] = a_row < m && start + a_x < k ? a[(size_t)a_row * k + start + a_x] : 0;
        b_tile[b_y][b_x] = start + b_y < k && b_column < n ? b[(size_t)(start + b_y) * n + b_column] : 0;
        __syncthreads();
        for (int i = 0; i < DEPTH; ++i) {
            float from_b = b_tile[i][x];
#pragma unroll
            for (int cell = 0; cell < CELLS; ++cell) {
                sums[cell] += a_tile[y + cell][i] * from_b;
            }
        }
        __syncthreads();
    }
    int column = corner.column + x;
    for (int cell = 0; cell < CELLS; ++cell) {
        int row = corner.row + y + cell;
        if (row < m && column < n) c[(size_t)row * n + column] = sums[cell];
    }
}

// 256 threads for a tile of 128 × 128. For each step of the sum a thread reads 8 values of a and 8
// of b into registers, and multiplies each by each.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256)
matmul_v5_tiles_2d(const float* a, const float* b, float* c, int m, int k, int n) {
    const int TILE = 128, DEPTH = 8, CELLS = 8, THREADS = 256;
    __shared__ float a_tile[TILE][DEPTH];
    __shared__ float b_tile[DEPTH][TILE];
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    int x = threadIdx.x % (TILE / CELLS) * CELLS, y = threadIdx.x / (TILE / CELLS) * CELLS;
    float sums[CELLS][CELLS] = {};
    for (int start = 0; start < k; start += DEPTH) {
        for (int i = threadIdx.x; i < TILE * DEPTH; i += THREADS) {
            int row = corner.row + i / DEPTH, a_column = start + i % DEPTH;
            a_tile[i / DEPTH][i % DEPTH] = row < m && a_column < k ? a[(size_t)row * k + a_column] : 0;
            int b_row = start + i / TILE, column = corner.column + i % TILE;
            b_tile[i / TILE][i % TILE] = b_row < k && column < n ? b[(size_t)b_row * n + column] : 0;
        }
        __syncthreads();
        for (int i = 0; i < DEPTH; ++i) {
            float from_a[CELLS], from_b[CELLS];
#pragma unroll
            for (int cell = 0; cell < CELLS; ++cell) {
                from_a[cell] = a_tile[y + cell][i];
                from_b[cell] = b_tile[i][x + cell];
            }
#pragma unroll
            for (int r = 0; r < CELLS; ++r) {
#pragma unroll
                for (int j = 0; j < CELLS; ++j) {
                    sums[r][j] += from_a[r] * from_b[j];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int r = 0; r < CELLS; ++r) {
#pragma unroll
        for (int j = 0; j < CELLS; ++j) {
            int row = corner.row + y + r, column = corner.column + x + j;
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
// of a warp read side by side. The tile of a is turned while it is stored: what a thread needs of
// one step then lies side by side too.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(256, 2)
matmul_v6_vectorized(const float* a, const float* b, float* c, int m, int k, int n) {
    const int TILE = 128, DEPTH = 8, HALF = TILE / 2;
    __shared__ __align__(16) float a_tile[DEPTH][TILE];
    __shared__ __align__(16) float b_tile[DEPTH][TILE];
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    int x = threadIdx.x % 16 * 4, y = threadIdx.x / 16 * 8;
    int a_y = threadIdx.x / 2, a_x = threadIdx.x % 2 * 4;
    int b_y = threadIdx.x / 32, b_x = threadIdx.x % 32 * 4;
    const float* a_row = a + (size_t)(corner.row + a_y) * k + a_x;
    bool a_inside = corner.row + a_y < m;
    float sums[8][8] = {};
    for (int start = 0; start < k; start += DEPTH) {
        float4 from_a = load4(a_row + start, a_inside ? k - start - a_x : 0, k % 4 == 0);
        a_tile[a_x][a_y] = from_a.x;
        a_tile[a_x + 1][a_y] = from_a.y;
        a_tile[a_x + 2][a_y] = from_a.z;
        a_tile[a_x + 3][a_y] = from_a.w;
        const float* b_row = b + (size_t)(start + b_y) * n + corner.column + b_x;
        int b_left = start + b_y < k ? n - corner.column - b_x : 0;
        *reinterpret_cast<float4*>(&b_tile[b_y][b_x]) = load4(b_row, b_left, n % 4 == 0);
        __syncthreads();
#pragma unroll
        for (int i = 0; i < DEPTH; ++i) {
            float left[8], right[8];
            read4(left, &a_tile[i][y]);
            read4(left + 4, &a_tile[i][y + 4]);
            read4(right, &b_tile[i][x]);
            read4(right + 4, &b_tile[i][x + HALF]);
#pragma unroll
            for (int r = 0; r < 8; ++r) {
#pragma unroll
                for (int j = 0; j < 8; ++j) {
                    sums[r][j] += left[r] * right[j];
                }
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (int r = 0; r < 8; ++r) {
        int row = corner.row + y + r, column = corner.column + x;
        float* to = c + (size_t)row * n + column;
        store4(to, row < m ? n - column : 0, n % 4 == 0, sums[r]);
        store4(to + HALF, row < m ? n - column - HALF : 0, n % 4 == 0, sums[r] + 4);
    }
}

// Starts to copy ROWS × COLUMNS floats of `matrix`, a `rows` × `columns` one, from `row` and `column`
// on, into a tile with rows PITCH apart. Words must not straddle a row's end.
template <class Word, int ROWS, int COLUMNS, int PITCH, int THREADS>
__device__ inline void copy_tile(float* tile, const float* matrix, int rows, int columns, int row, int column) {
    // All threads together copy STEP rows at a time, so that a thread stays in its column.
    const int WIDTH = sizeof(Word) / sizeof(float), STEP = THREADS * WIDTH / COLUMNS;
    int y = threadIdx.x * WIDTH / COLUMNS, x = threadIdx.x * WIDTH % COLUMNS;
    const float* from = matrix + (size_t)(row + y) * columns + column + x;
    float* to = tile + y * PITCH + x;
    int rows_left = column + x < columns ? rows - row - y : 0;
#pragma unroll
    for (int i = 0; i < ROWS; i += STEP) {
        const float* word = from + (size_t)i * columns;
        copy_async(reinterpret_cast<Word*>(to + i * PITCH), reinterpret_cast<const Word*>(word), i < rows_left);
    }
}

// 128 threads, four warps, for a tile of 128 × 128; a warp computes 64 × 64 cells, a thread 8 × 16.
// That is 24 reads from shared memory (6 of four floats) for 128 multiply-adds, where v6 has 16 for
// 64. While one pair of tiles is multiplied, the next is copied into the other half of the buffers,
// so that one barrier for each pair is enough. The rows of a's tile are 20 apart, so that the eight
// rows which a warp reads at once lie in different banks.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(128, 2)
matmul_v7_warp_tiles(const float* a, const float* b, float* c, int m, int k, int n) {
    const int TILE = 128, DEPTH = 16, PITCH = DEPTH + 4, THREADS = 128;
    __shared__ __align__(16) float a_tiles[2][TILE * PITCH];
    __shared__ __align__(16) float b_tiles[2][DEPTH * TILE];
    Corner corner = corner_of_tile(m, n, TILE, TILE);
    auto copy_tiles = [&](int buffer, int start) {
        float *a_tile = a_tiles[buffer], *b_tile = b_tiles[buffer];
        if (k % 4 == 0) {
            copy_tile<float4, TILE, DEPTH, PITCH, THREADS>(a_tile, a, m, k, corner.row, start);
        } else {
            copy_tile<float, TILE, DEPTH, PITCH, THREADS>(a_tile, a, m, k, corner.row, start);
        }
        if (n % 4 == 0) {
            copy_tile<float4, DEPTH, TILE, TILE, THREADS>(b_tile, b, k, n, start, corner.column);
        } else {
            copy_tile<float, DEPTH, TILE, TILE, THREADS>(b_tile, b, k, n, start, corner.column);
        }
        commit_copies();
    };
    // Eight threads of a warp lie below each other, their rows 8 apart; four beside each other,
    // with 4 columns in each of four groups of 16.
    int warp = threadIdx.x / 32, lane = threadIdx.x % 32;
    int y = warp / 2 * 64 + lane / 4, x = warp % 2 * 64 + lane % 4 * 4;
    float sums[8][16] = {};
    copy_tiles(0, 0);
    for (int start = 0, buffer = 0; start < k; start += DEPTH, buffer ^= 1) {
        wait_for_copies<0>();
        __syncthreads();
        if (start + DEPTH < k) copy_tiles(buffer ^ 1, start + DEPTH);
        const float *a_tile = a_tiles[buffer] + y * PITCH, *b_tile = b_tiles[buffer] + x;
#pragma unroll
        for (int i = 0; i < DEPTH; i += 4) {
            float left[8][4];
#pragma unroll
            for (int r = 0; r < 8; ++r) {
                read4(left[r], a_tile + r * 8 * PITCH + i);
            }
#pragma unroll
            for (int step = 0; step < 4; ++step) {
                float right[16];
#pragma unroll
                for (int group = 0; group < 4; ++group) {
                    read4(right + group * 4, b_tile + (i + step) * TILE + group * 16);
                }
#pragma unroll
                for (int r = 0; r < 8; ++r) {
#pragma unroll
                    for (int j = 0; j < 16; ++j) {
                        sums[r][j] += left[r][step] * right[j];
                    }
                }
            }
        }
    }
#pragma unroll
    for (int r = 0; r < 8; ++r) {
#pragma unroll
        for (int group = 0; group < 4; ++group) {
            int row = corner.row + y + r * 8, column = corner.column + x + group * 16;
            int left = row < m ? n - column : 0;
            store4(c + (size_t)row * n + column, left, n % 4 == 0, sums[r] + group * 4);
        }
    }
}

const int SKINNY_ROWS = 4;              // of a, for one warp at a time
const int SKINNY_SHARED = 12 * 1024;    // floats, 48 KiB

// Adds up what the 32 lanes have summed. Lanes send the half of the rows that they give up and keep
// the other, so that each step halves the work: lanes 0–7 end with row 0, 8–15 with row 1, and so on.
template <int COLUMNS>
__device__ inline void reduce_rows(float (&sums)[SKINNY_ROWS][COLUMNS]) {
    const unsigned ALL = 0xffffffff;
#pragma unroll
    for (int half = SKINNY_ROWS / 2, distance = 16; half > 0; half /= 2, distance /= 2) {
        bool upper = threadIdx.x & distance;
#pragma unroll
        for (int r = 0; r < half; ++r) {
#pragma unroll
            for (int j = 0; j < COLUMNS; ++j) {
                float given = upper ? sums[r][j] : sums[r + half][j];
                float kept = upper ? sums[r + half][j] : sums[r][j];
                sums[r][j] = kept + __shfl_xor_sync(ALL, given, distance);
            }
        }
    }
#pragma unroll
    for (int distance = 16 / SKINNY_ROWS; distance > 0; distance /= 2) {
#pragma unroll
        for (int j = 0; j < COLUMNS; ++j) {
            sums[0][j] += __shfl_xor_sync(ALL, sums[0][j], distance);
        }
    }
}

// Computes COLUMNS columns of the result from `first` on; of the last ones some may be outside.
template <int COLUMNS, bool ALIGNED>
__device__ inline void multiply_skinny(float* b_columns, const float* a, const float* b, float* c, int m, int k, int n, int first) {
    // A column in shared memory lies 4 floats past a multiple of 128: neighbouring columns are in
    // different banks, and each starts on 16 bytes.
    const int ROWS = SKINNY_ROWS, SPAN = (SKINNY_SHARED / COLUMNS - 4) / 128 * 128, PITCH = SPAN + 4;
    int lane = threadIdx.x % 32, warps = blockDim.x / 32;
    long long first_row = ((long long)blockIdx.x * warps + threadIdx.x / 32) * ROWS;
    long long stride = (long long)gridDim.x * warps * ROWS;
    // This lane's part of each row that is read next, and the four floats of it read last.
    const float* ahead[ROWS];
    float4 next[ROWS];
    auto go_to = [&](long long row) {
        // Beyond the last row the last is read again; its sums are not stored.
#pragma unroll
        for (int r = 0; r < ROWS; ++r) ahead[r] = a + (size_t)min(row + r, m - 1LL) * k + lane * 4;
    };
    auto load = [&](int i) {
        int left = k - i - lane * 4;
#pragma unroll
        for (int r = 0; r < ROWS; ++r) {
            if (!ALIGNED) {
                next[r] = load4(ahead[r] + i, left, false);
            } else {
                next[r] = left > 0 ? *reinterpret_cast<const float4*>(ahead[r] + i) : float4{0, 0, 0, 0};
            }
        }
    };
    // One pass where all of b's rows fit; more passes add to c.
    for (int start = 0; start < k; start += SPAN) {
        int span = min(SPAN, k - start), steps = pieces(span, 128);
        go_to(first_row);
        load(start);
        __syncthreads();
#pragma unroll 8
        for (int i = threadIdx.x; i < steps * 128 * COLUMNS; i += blockDim.x) {
            int y = i / COLUMNS, x = i % COLUMNS;
            bool inside = y < span && first + x < n;
            b_columns[x * PITCH + y] = inside ? b[(size_t)(start + y) * n + first + x] : 0;
        }
        __syncthreads();
        for (long long row = first_row; row < m; row += stride) {
            float sums[ROWS][COLUMNS] = {};
            for (int step = 0; step < steps; ++step) {
                float4 now[ROWS];
#pragma unroll
                for (int r = 0; r < ROWS; ++r) now[r] = next[r];
                // What the next step multiplies, here or in the next rows, arrives meanwhile.
                bool last = step + 1 == steps;
                if (last) go_to(row + stride);
                load(last ? start : start + (step + 1) * 128);
#pragma unroll
                for (int j = 0; j < COLUMNS; ++j) {
                    float column[4];
                    read4(column, b_columns + j * PITCH + step * 128 + lane * 4);
#pragma unroll
                    for (int r = 0; r < ROWS; ++r) {
                        sums[r][j] += now[r].x * column[0];
                        sums[r][j] += now[r].y * column[1];
                        sums[r][j] += now[r].z * column[2];
                        sums[r][j] += now[r].w * column[3];
                    }
                }
            }
            reduce_rows(sums);
            long long own_row = row + lane / (32 / ROWS);
#pragma unroll
            for (int j = 0; j < COLUMNS; ++j) {
                bool mine = lane % (32 / ROWS) == j % (32 / ROWS);
                if (!mine || own_row >= m || first + j >= n) continue;
                float* cell = c + (size_t)own_row * n + first + j;
                *cell = start == 0 ? sums[0][j] : *cell + sums[0][j];
            }
        }
    }
}

// With few columns there are few multiply-adds for a value of a, and reading a is what takes time.
// So b lies in shared memory, and a warp reads four rows of a, 512 bytes of each at a time, one step
// ahead of the multiply-adds. One block for each multiprocessor walks over all rows. A wider result
// is made 16 columns at a time (blockIdx.y), and a read as often.
// a: (m, k), b: (k, n), c: (m, n), row-major
extern "C" __global__ void __launch_bounds__(384, 1)
matmul_v8_skinny(const float* a, const float* b, float* c, int m, int k, int n) {
    __shared__ __align__(16) float b_columns[SKINNY_SHARED];
    int first = blockIdx.y * 16;
    // The compiler must know how many sums a thread keeps in registers. Columns that are not there
    // cost multiply-adds of zeros, for which there is time.
    if (k % 4 != 0) {
        multiply_skinny<16, false>(b_columns, a, b, c, m, k, n, first);
    } else if (n - first > 10) {
        multiply_skinny<16, true>(b_columns, a, b, c, m, k, n, first);
    } else {
        multiply_skinny<10, true>(b_columns, a, b, c, m, k, n, first);
    }
}
