// What several files of kernels share. `Source` puts this text in place of its `#include`, once.

// n / size, rounded up.
__device__ inline int ceil_div(int n, int size) {
    return n / size + (n % size != 0);
}

// The first row and column of a tile of the result.
struct TileOrigin {
    int row, column;
};

// The tile that this block computes, in a grid of one axis (the only one that is long enough for
// any matrix). Neighbouring blocks run at the same time, so they should read the same rows and
// columns while those are in the L2 cache: eight rows of tiles are walked together, top to bottom.
//
//     0 2 4 6      and not   0 1 2 3      (here with two rows of tiles)
//     1 3 5 7                4 5 6 7
__device__ inline TileOrigin tile_origin(int m, int n, int tile_rows, int tile_columns) {
    const int BAND = 8;
    int down = ceil_div(m, tile_rows), band = BAND * ceil_div(n, tile_columns);
    int first = blockIdx.x / band * BAND;
    int height = min(BAND, down - first);
    int within = blockIdx.x % band;
    return {(first + within % height) * tile_rows, within / height * tile_columns};
}

// Copies one word (4, 8 or 16 bytes, aligned to its size) from global to shared memory, or writes
// zeros if it lies outside the matrix. From compute capability 8.0 on the copy runs beside the
// threads, takes no registers, and is there only after `cp_async_wait_group`.
template <class Word>
__device__ inline void cp_async(Word* shared, const Word* global, bool inside) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    // Reads `inside ? size : 0` bytes and fills up with zeros. Only 16 bytes can pass by L1 (.cg);
    // L2 is told to fetch the whole cache line, since the neighbours will ask for the rest of it.
    if constexpr (sizeof(Word) == 16) {
        asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;"
                     :: "r"(to), "l"(global), "r"(inside ? 16 : 0) : "memory");
    } else {
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
                     :: "r"(to), "l"(global), "n"(sizeof(Word)),
                        "r"(inside ? static_cast<int>(sizeof(Word)) : 0) : "memory");
    }
#else
    *shared = inside ? *global : Word{};
#endif
}

// Closes a group: all copies that this thread has started since the previous group.
__device__ inline void cp_async_commit_group() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until at most `PENDING` of this thread's groups, the youngest, are still on their way.
// Other threads' copies are there only after a barrier.
template <int PENDING>
__device__ inline void cp_async_wait_group() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" :: "n"(PENDING) : "memory");
#endif
}

// The stage of a ring of copies that comes after `stage`.
template <int STAGES>
__device__ inline int next_stage(int stage) {
    return stage + 1 == STAGES ? 0 : stage + 1;
}

// Starts to copy a ROWS × COLUMNS tile of `matrix` (`rows` × `columns`), which begins at (`row`, `column`),
// to shared memory; beyond the matrix it is 0. `place(y, x)` is the address of the word that starts at
// (y, x). No word may straddle the end of a row: words wider than T are for rows of whole words.
template <class Word, int ROWS, int COLUMNS, int THREADS, class T, class Place>
__device__ inline void copy_tile(Place place, const T* matrix, int rows, int columns, int row, int column) {
    // All threads together copy STEP rows at a time, so that a thread stays in its column.
    const int WIDTH = sizeof(Word) / sizeof(T), STEP = THREADS * WIDTH / COLUMNS;
    int y = threadIdx.x * WIDTH / COLUMNS, x = threadIdx.x * WIDTH % COLUMNS;
    const T* from = matrix + (size_t)(row + y) * columns + column + x;
    int rows_left = column + x < columns ? rows - row - y : 0;
#pragma unroll
    for (int i = 0; i < ROWS; i += STEP) {
        const Word* word = reinterpret_cast<const Word*>(from + (size_t)i * columns);
        Word* to = reinterpret_cast<Word*>(place(y + i, x));
        if constexpr (sizeof(Word) >= 4) {
            cp_async(to, word, i < rows_left);
        } else {
            *to = i < rows_left ? *word : Word{};
        }
    }
}
