// What several files of kernels share. `Source` puts this text in place of its `#include`, once.

// How many pieces of `size` cover `n`.
__device__ inline int pieces(int n, int size) {
    return n / size + (n % size != 0);
}

// The first row and column of a tile of the result.
struct Corner {
    int row, column;
};

// The tile that this block computes, in a grid of one axis (the only one that is long enough for
// any matrix). Neighbouring blocks run at the same time, so they should read the same rows and
// columns while those are in the L2 cache: eight rows of tiles are walked together, top to bottom.
//
//     0 2 4 6      and not   0 1 2 3      (here with two rows of tiles)
//     1 3 5 7                4 5 6 7
__device__ inline Corner corner_of_tile(int m, int n, int tile_rows, int tile_columns) {
    const int BAND = 8;
    int down = pieces(m, tile_rows), band = BAND * pieces(n, tile_columns);
    int first = blockIdx.x / band * BAND;
    int height = min(BAND, down - first);
    int within = blockIdx.x % band;
    return {(first + within % height) * tile_rows, within / height * tile_columns};
}

// Copies one word (4, 8 or 16 bytes, aligned to its size) from global to shared memory, or writes
// zeros if it lies outside the matrix. From compute capability 8.0 on the copy runs beside the
// threads, takes no registers, and is there only after `wait_for_copies`.
template <class Word>
__device__ inline void copy_async(Word* shared, const Word* global, bool inside) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
    // Reads `inside ? size : 0` bytes and fills up with zeros. Only 16 bytes can pass by L1 (.cg).
    if constexpr (sizeof(Word) == 16) {
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
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

// Closes a group: all copies that this thread started since the last one.
__device__ inline void commit_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until at most `PENDING` of this thread's groups, the youngest, are still on their way.
// Other threads' copies are there only after a barrier.
template <int PENDING>
__device__ inline void wait_for_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_group %0;" :: "n"(PENDING) : "memory");
#endif
}
