// Rows sorted by the number of their bucket, for cells and for hashes: a counting sort.
//
// count    How many rows each bucket has, and as which of them each row came.
// scan     From counts to where each bucket begins: the sums of all counts before it. A block scans a
//          tile; the sums of the tiles are scanned in the same way, and added.
// place    Each row to its place.
//
// Which of a bucket's rows comes first is left to chance, so nothing that looks into buckets may depend
// on it.

// bucket_of: (n), counts: (buckets + 1), turns: (n)
extern "C" __global__ void buckets_count(const int* bucket_of, int* counts, int* turns, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) turns[i] = atomicAdd(counts + bucket_of[i], 1);
}

// bucket_of: (n), starts: (buckets + 1), turns: (n), rows: (n)
extern "C" __global__ void buckets_place(const int* bucket_of, const int* starts, const int* turns, int* rows, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) rows[starts[bucket_of[i]] + turns[i]] = i;
}

const int WARPS = 8, THREADS = 32 * WARPS, ITEMS = 8;

// The sum of `value` over the threads of the block before this one.
__device__ inline int sum_before(int value) {
    __shared__ int warp_sums[WARPS];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32, sum = value;
#pragma unroll
    for (int distance = 1; distance < 32; distance *= 2) {
        int below = __shfl_up_sync(0xffffffff, sum, distance);
        if (lane >= distance) sum += below;
    }
    if (lane == 31) warp_sums[warp] = sum;
    __syncthreads();
    for (int other = 0; other < warp; ++other) sum += warp_sums[other];
    return sum - value;
}

// Puts the sum of all values of the tile before it in place of each, and writes down the sum of the tile.
// values: (n), sums: (tiles)
extern "C" __global__ void __launch_bounds__(256) scan_tiles(int* values, int* sums, int n) {
    long long first = ((long long)blockIdx.x * THREADS + threadIdx.x) * ITEMS;
    int own[ITEMS], sum = 0;
#pragma unroll
    for (int i = 0; i < ITEMS; ++i) {
        own[i] = first + i < n ? values[first + i] : 0;
        sum += own[i];
    }
    int before = sum_before(sum);
#pragma unroll
    for (int i = 0; i < ITEMS; ++i) {
        if (first + i < n) values[first + i] = before;
        before += own[i];
    }
    if (threadIdx.x == THREADS - 1) sums[blockIdx.x] = before;
}

// values: (n), sums: (tiles)
extern "C" __global__ void scan_add(int* values, const int* sums, int n) {
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) values[i] += sums[i / (THREADS * ITEMS)];
}
