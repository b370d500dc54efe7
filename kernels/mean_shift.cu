// Mean shift in single precision: every point moves to the weighted mean of all points.
//
// v1 naive       One thread per coordinate reads all points from global memory; any d.
// v2 tiled       A block keeps a tile of points in shared memory, so each is fetched once a block.
// v3 registers   A thread moves 4 points: one read serves 4, and 2^x takes one instruction.
// v4 warps       A warp moves 8 points and its lanes share the others: enough threads for few points.
// v5 one_launch  A warp moves 1 point, and all iterations are one launch; between them the blocks
//                wait for each other.
//
// Five iterations on an H200 (docs/results/gpu.md), in milliseconds:
//                   v1      v2      v3      v4      v5
//     1500 points   2.14    0.31    0.34    0.11    0.07
//     100 000       –      38.5    25.8    16.3    36.2
//
// In these every point sees where the others were before. Two kernels keep the orders of the lesson:
//
// in_place  Row after row, each sees the rows that have moved already; one block.
// batch     The rows of a batch move together and see the batches before as they have moved; any d.
//
// `weight` is one of the five numbers in `weights.cuh` and `bandwidth` its width. A point moves `step` of the
// way: 1 is all the way. All are right for any n from 1 up. A point counts itself with weight 1, so
// that no sum of weights is 0. A row that is not finite becomes NaN; since 0 · NaN is NaN, the others
// do too, at least in the columns where it is not finite.

#include "weights.cuh"

// The weight at a distance whose square, counted in bandwidths, is `squared`. A factor that all
// weights share, such as the Gaussian's 1 / (bandwidth · √(2π)), falls out of a mean.
__device__ inline float weight_at(int weight, float squared) {
    switch (weight) {
        case GAUSSIAN: return expf(-0.5f * squared);
        case TRIANGULAR: return fmaxf(1 - sqrtf(squared), 0);
        case FLAT: return squared <= 1 ? 1 : 0;
        case EPANECHNIKOV: return Epanechnikov::at(squared);
        default: return Biweight::at(squared);
    }
}

// The square of the distance between two points; `scale` is 1 / bandwidth.
__device__ inline float squared_distance(const float* a, const float* b, int d, float scale) {
    float squared = 0;
    for (int k = 0; k < d; ++k) {
        float difference = (a[k] - b[k]) * scale;
        squared += difference * difference;
    }
    return squared;
}

// A thread for each cell of the result: coordinate k of point i. It averages the differences to the
// other points, not the points: for near points they are small, and so are their rounding errors.
// x: (n, d), moved: (n, d), row-major
extern "C" __global__ void mean_shift_v1_naive(
    const float* x, float* moved, int n, int d, int weight, float bandwidth, float step
) {
    long long cell = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    long long i = cell / d, k = cell % d;
    if (i >= n) return;
    const float* own = x + i * d;
    float scale = 1 / bandwidth, sum = 0, weights = 0;
    for (int j = 0; j < n; ++j) {
        const float* other = x + (size_t)j * d;
        float w = weight_at(weight, squared_distance(other, own, d, scale));
        sum += w * (other[k] - own[k]);
        weights += w;
    }
    moved[cell] = own[k] + step * (sum / weights);
}

// The sums for one point of the plane: of weighted differences, and of weights.
struct Shift {
    float x, y, weight;
};

__device__ inline void add(Shift& sum, float dx, float dy, float w) {
    sum.x += w * dx;
    sum.y += w * dy;
    sum.weight += w;
}

__device__ inline void merge(Shift& sum, Shift other) {
    sum.x += other.x;
    sum.y += other.y;
    sum.weight += other.weight;
}

// Where a point goes. The differences were counted in units of 1 / scale.
__device__ inline float2 shifted(float2 own, Shift sum, float scale, float step) {
    return {own.x + step * (sum.x / sum.weight / scale), own.y + step * (sum.y / sum.weight / scale)};
}

// The threads of a block fetch a tile of points, one each, and then all read all of it, the same point
// at the same time, which shared memory broadcasts to the whole warp.
// x: (n, 2), moved: (n, 2), row-major
extern "C" __global__ void __launch_bounds__(256)
mean_shift_v2_tiled(const float* x, float* moved, int n, int weight, float bandwidth, float step) {
    const int TILE = 256;
    __shared__ float2 tile[TILE];
    const float2* points = reinterpret_cast<const float2*>(x);
    int i = blockIdx.x * TILE + threadIdx.x;
    float2 own = points[min(i, n - 1)];
    float scale = 1 / bandwidth;
    Shift sum = {};
    for (int start = 0; start < n; start += TILE) {
        int count = min(TILE, n - start);
        if (threadIdx.x < count) tile[threadIdx.x] = points[start + threadIdx.x];
        __syncthreads();
        for (int j = 0; j < count; ++j) {
            float dx = (tile[j].x - own.x) * scale, dy = (tile[j].y - own.y) * scale;
            add(sum, dx, dy, weight_at(weight, dx * dx + dy * dy));
        }
        __syncthreads();
    }
    if (i < n) reinterpret_cast<float2*>(moved)[i] = shifted(own, sum, scale, step);
}

// Rounded before it is used: fused into a multiply-add, which rounds only once, a point's distance
// from itself would not be 0.
__device__ inline float2 scaled(float2 point, float scale) {
    return {__fmul_rn(point.x, scale), __fmul_rn(point.y, scale)};
}

// Adds every pair of one of the points `own` and one of the others from `begin` to `end`, every
// STRIDE-th: 7 operations and the weight's own.
template <class Weight, int STRIDE, int POINTS>
__device__ inline void add_pairs_with(Shift (&sums)[POINTS], const float2 (&own)[POINTS], const float2* others, int begin, int end) {
#pragma unroll 4
    for (int j = begin; j < end; j += STRIDE) {
        float2 other = others[j];
#pragma unroll
        for (int p = 0; p < POINTS; ++p) {
            float dx = other.x - own[p].x, dy = other.y - own[p].y;
            add(sums[p], dx, dy, Weight::at(dx * dx + dy * dy));
        }
    }
}

template <int STRIDE, int POINTS>
__device__ inline void add_pairs(int weight, Shift (&sums)[POINTS], const float2 (&own)[POINTS], const float2* others, int begin, int end) {
    switch (weight) {
        case GAUSSIAN: return add_pairs_with<Gaussian, STRIDE>(sums, own, others, begin, end);
        case TRIANGULAR: return add_pairs_with<Triangular, STRIDE>(sums, own, others, begin, end);
        case FLAT: return add_pairs_with<Flat, STRIDE>(sums, own, others, begin, end);
        case EPANECHNIKOV: return add_pairs_with<Epanechnikov, STRIDE>(sums, own, others, begin, end);
        default: return add_pairs_with<Biweight, STRIDE>(sums, own, others, begin, end);
    }
}

// 64 threads for 256 points. A thread's points lie 64 apart, so that a warp reads and writes
// neighbours. The loop over a tile reads two points at a time from shared memory.
// x: (n, 2), moved: (n, 2), row-major
extern "C" __global__ void __launch_bounds__(64)
mean_shift_v3_registers(const float* x, float* moved, int n, int weight, float bandwidth, float step) {
    const int THREADS = 64, POINTS = 4, TILE = 512;
    __shared__ __align__(16) float2 tile[TILE];
    float scale = scale_of(weight, bandwidth);
    const float2* points = reinterpret_cast<const float2*>(x);
    int first = blockIdx.x * THREADS * POINTS + threadIdx.x;
    float2 own[POINTS];
    Shift sums[POINTS] = {};
#pragma unroll
    for (int p = 0; p < POINTS; ++p) own[p] = scaled(points[min(first + p * THREADS, n - 1)], scale);
    for (int start = 0; start < n; start += TILE) {
        int count = min(TILE, n - start);
        for (int j = threadIdx.x; j < count; j += THREADS) tile[j] = scaled(points[start + j], scale);
        __syncthreads();
        add_pairs<1>(weight, sums, own, tile, 0, count);
        __syncthreads();
    }
#pragma unroll
    for (int p = 0; p < POINTS; ++p) {
        int i = first + p * THREADS;
        if (i < n) reinterpret_cast<float2*>(moved)[i] = shifted(points[i], sums[p], scale, step);
    }
}

// The sums of all lanes, in every lane.
__device__ inline void add_lanes(Shift& sum) {
    const unsigned ALL = 0xffffffff;
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2) {
        merge(sum, {__shfl_xor_sync(ALL, sum.x, distance), __shfl_xor_sync(ALL, sum.y, distance),
                   __shfl_xor_sync(ALL, sum.weight, distance)});
    }
}

// The warps of a block move POINTS points each, this one those from `first` on. All threads fetch a
// tile of points together; lane l of a warp adds up the pairs with points l, l + 32, … of it. A warp
// whose points lie past the end helps to fetch.
template <int POINTS, int TILE>
__device__ inline void move_by_warps(float2 (&tile)[TILE], const float* x, float* moved, int n, long long first, int weight, float bandwidth, float step) {
    int lane = threadIdx.x % 32;
    float scale = scale_of(weight, bandwidth);
    const float2* points = reinterpret_cast<const float2*>(x);
    float2 own[POINTS];
    Shift sums[POINTS] = {};
#pragma unroll
    for (int p = 0; p < POINTS; ++p) own[p] = scaled(points[min(first + p, n - 1LL)], scale);
    for (int start = 0; start < n; start += TILE) {
        int count = min(TILE, n - start);
        for (int j = threadIdx.x; j < count; j += blockDim.x) tile[j] = scaled(points[start + j], scale);
        __syncthreads();
        if (first < n) add_pairs<32>(weight, sums, own, tile, lane, count);
        __syncthreads();
    }
    if (first >= n) return;
#pragma unroll
    for (int p = 0; p < POINTS; ++p) {
        add_lanes(sums[p]);
        long long i = first + p;
        if (lane == p && i < n) reinterpret_cast<float2*>(moved)[i] = shifted(points[i], sums[p], scale, step);
    }
}

// 1500 points are 6 blocks of v3 (and of v2), and a large GPU has 132 multiprocessors. Here they are
// 47 blocks. A lane also adds up fewer numbers than a thread of v3, so that less is lost by rounding.
// x: (n, 2), moved: (n, 2), row-major
extern "C" __global__ void __launch_bounds__(128)
mean_shift_v4_warps(const float* x, float* moved, int n, int weight, float bandwidth, float step) {
    const int POINTS = 8, WARPS = 4;
    __shared__ __align__(16) float2 tile[1024];
    long long first = ((long long)blockIdx.x * WARPS + threadIdx.x / 32) * POINTS;
    move_by_warps<POINTS>(tile, x, moved, n, first, weight, bandwidth, step);
}

// Waits until every block of the launch has come here for the `round`-th time; `arrived` counts
// them. A block that has no room on the GPU until another one ends would never come: there must be
// no more blocks than run at the same time. (`grid.sync()` of cooperative groups does the same; its
// header would make compiling ten times as long, and it needs a launch of another kind.)
__device__ inline void wait_for_all_blocks(unsigned long long* arrived, unsigned long long round) {
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence(); // what this block wrote is there before it is counted,
        atomicAdd(arrived, 1ULL);
        while (atomicAdd(arrived, 0ULL) < round * gridDim.x) {}
        __threadfence(); // and what the others wrote is read after they were
    }
    __syncthreads();
}

// A launch takes longer than an iteration over few points. So this one is for all iterations, and
// `arrived`, which begins as 0, is where blocks meet. The points go back and forth between `moved`
// and `spare` so that the last iteration ends in `moved`.
// x: (n, 2), moved: (n, 2), spare: (n, 2), arrived: (1), row-major
extern "C" __global__ void __launch_bounds__(512)
mean_shift_v5_one_launch(const float* x, float* moved, float* spare, unsigned long long* arrived, int n, int iterations, int weight, float bandwidth, float step) {
    __shared__ __align__(16) float2 tile[4096];
    int warps = gridDim.x * (blockDim.x / 32);
    // Neighbouring warps go to different blocks: few points keep all multiprocessors busy.
    int warp = threadIdx.x / 32 * gridDim.x + blockIdx.x;
    const float* from = x;
    for (int iteration = 1; iteration <= iterations; ++iteration) {
        float* to = (iterations - iteration) % 2 == 0 ? moved : spare;
        for (long long start = 0; start < n; start += warps) {
            move_by_warps<1>(tile, from, to, n, start + warp, weight, bandwidth, step);
        }
        if (iteration < iterations) wait_for_all_blocks(arrived, iteration);
        from = to;
    }
}

// One iteration in the order of the lesson's loop: point i moves, then i + 1 sees where it is now. Only
// the sum over the others can be shared among threads, so there is work for one block.
// x: (n, 2), row-major
extern "C" __global__ void __launch_bounds__(256)
mean_shift_in_place(float* x, int n, int weight, float bandwidth, float step) {
    const int THREADS = 256, WARPS = THREADS / 32;
    __shared__ Shift warp_sums[WARPS];
    float2* points = reinterpret_cast<float2*>(x);
    float scale = 1 / bandwidth;
    for (int i = 0; i < n; ++i) {
        float2 own = points[i];
        Shift sum = {};
        for (int j = threadIdx.x; j < n; j += THREADS) {
            float dx = (points[j].x - own.x) * scale, dy = (points[j].y - own.y) * scale;
            add(sum, dx, dy, weight_at(weight, dx * dx + dy * dy));
        }
        add_lanes(sum);
        if (threadIdx.x % 32 == 0) warp_sums[threadIdx.x / 32] = sum;
        __syncthreads();
        if (threadIdx.x == 0) {
            for (int warp = 1; warp < WARPS; ++warp) merge(sum, warp_sums[warp]);
            points[i] = shifted(own, sum, scale, step);
        }
        __syncthreads();
    }
}

// Rows `start` to `start + size` move, a block for each of their cells, so that a few rows keep many
// threads busy. Earlier rows are read where they have moved to, all others where they are:
// with `size` 1 that is the order of `in_place`, with `size` n that of v1.
// x: (n, d), moved: (n, d), row-major
extern "C" __global__ void mean_shift_batch(
    const float* x, float* moved, int n, int d, int start, int size, int weight, float bandwidth,
    float step
) {
    const unsigned ALL = 0xffffffff;
    __shared__ float warp_sums[32], warp_weights[32];
    int row = blockIdx.x / d, k = blockIdx.x % d;
    if (row >= size) return;
    size_t i = (size_t)start + row;
    const float* own = x + i * d;
    float scale = 1 / bandwidth, sum = 0, weights = 0;
#pragma unroll 4
    for (int j = threadIdx.x; j < n; j += blockDim.x) {
        const float* other = (j < start ? moved : x) + (size_t)j * d;
        float w = weight_at(weight, squared_distance(other, own, d, scale));
        sum += w * (other[k] - own[k]);
        weights += w;
    }
    for (int distance = 16; distance > 0; distance /= 2) {
        sum += __shfl_down_sync(ALL, sum, distance);
        weights += __shfl_down_sync(ALL, weights, distance);
    }
    if (threadIdx.x % 32 == 0) {
        warp_sums[threadIdx.x / 32] = sum;
        warp_weights[threadIdx.x / 32] = weights;
    }
    __syncthreads();
    if (threadIdx.x != 0) return;
    for (int warp = 1; warp < blockDim.x / 32; ++warp) {
        sum += warp_sums[warp];
        weights += warp_weights[warp];
    }
    moved[i * d + k] = own[k] + step * (sum / weights);
}
