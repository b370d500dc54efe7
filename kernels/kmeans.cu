// k-means in single precision: every point joins the nearest centroid, every centroid moves to the
// mean of its points.
//
// v1 atomics        One kernel labels the points, one adds them: an atomic addition per coordinate.
// v2 privatized     A block adds up its points in its own shared memory, and that to the sums: few
//                   atomic additions wait for each other.
// v3 fused          One kernel labels and adds. In the plane each thread has sums of its own, and
//                   a read brings two points.
// v4 deterministic  Blocks write their sums down, and another kernel adds these in a fixed order:
//                   no atomic operation, the same bits in every run.
// v5 cells          For the plane: a grid over the centroids says which of them can be the nearest
//                   anywhere in a cell. Most often it is one.
//
// An iteration is a few launches, and nothing in it waits for the host. `sums` and `counts` begin as
// zeros and are zeros again after `kmeans_means`. The sums are of differences to the centroid that a
// point has joined, not of points: far from the origin these are small numbers, and so are their
// rounding errors. A centroid moves by the mean of its differences.
//
// The centroid of an empty cluster stays where it is, unless the host puts it elsewhere. Of equally
// near centroids the first counts. A point that is not finite joins the first centroid, and that
// becomes NaN, which is near to nothing else. All are right for any n and k from 1 up.

// The square of the distance between two points.
__device__ inline float squared_distance(const float* a, const float* b, int d) {
    float squared = 0;
    for (int j = 0; j < d; ++j) {
        float difference = a[j] - b[j];
        squared += difference * difference;
    }
    return squared;
}

__device__ inline int nearest_of(const float* point, const float* centroids, int d, int k) {
    int nearest = 0;
    float least = squared_distance(point, centroids, d);
    for (int c = 1; c < k; ++c) {
        float squared = squared_distance(point, centroids + (size_t)c * d, d);
        if (squared < least) least = squared, nearest = c;
    }
    return nearest;
}

// The label of each point, a thread for each.
// x: (n, d), centroids: (k, d), labels: (n), row-major
extern "C" __global__ void kmeans_assign(const float* x, const float* centroids, int* labels, int n, int d, int k) {
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) labels[i] = nearest_of(x + i * d, centroids, d, k);
}

// A thread for each coordinate of each point. With few clusters most of them wait for each other.
// x: (n, d), centroids: (k, d), labels: (n), sums: (k, d), counts: (k), row-major
extern "C" __global__ void kmeans_v1_atomics(
    const float* x, const float* centroids, const int* labels, float* sums, int* counts, int n, int d, int k
) {
    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    long long i = place / d, j = place % d;
    if (i >= n) return;
    size_t cell = (size_t)labels[i] * d + j;
    atomicAdd(sums + cell, x[place] - centroids[cell]);
    if (j == 0) atomicAdd(counts + labels[i], 1);
}

// A block adds up every gridDim-th part of the coordinates; its sums are zeros before.
// x: (n, d), centroids: (k, d), labels: (n), sums: (k, d), counts: (k), row-major
extern "C" __global__ void kmeans_v2_privatized(
    const float* x, const float* centroids, const int* labels, float* sums, int* counts, int n, int d, int k
) {
    extern __shared__ float own_sums[];
    int* own_counts = reinterpret_cast<int*>(own_sums + k * d);
    for (int cell = threadIdx.x; cell < k * d; cell += blockDim.x) own_sums[cell] = 0;
    for (int c = threadIdx.x; c < k; c += blockDim.x) own_counts[c] = 0;
    __syncthreads();
    long long places = (long long)n * d, stride = (long long)gridDim.x * blockDim.x;
    for (long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x; place < places; place += stride) {
        int label = labels[place / d], cell = label * d + (int)(place % d);
        atomicAdd(own_sums + cell, x[place] - centroids[cell]);
        if (place % d == 0) atomicAdd(own_counts + label, 1);
    }
    __syncthreads();
    for (int cell = threadIdx.x; cell < k * d; cell += blockDim.x) atomicAdd(sums + cell, own_sums[cell]);
    for (int c = threadIdx.x; c < k; c += blockDim.x) atomicAdd(counts + c, own_counts[c]);
}

// Where a block's sums go: v3 adds them to those of all blocks,
struct AddToAll {
    float* sums;
    int* counts;
    __device__ void sum(int cell, float value) const { atomicAdd(sums + cell, value); }
    __device__ void count(int c, int value) const { atomicAdd(counts + c, value); }
};

// and the others write them down: sums are (gridDim, k, d), counts (gridDim, k).
struct WriteDown {
    float* sums;
    int* counts;
    __device__ void sum(int cell, float value) const { sums[cell] = value; }
    __device__ void count(int c, int value) const { counts[c] = value; }
};

__device__ inline WriteDown place_of_block(float* part_sums, int* part_counts, int d, int k) {
    return {part_sums + (size_t)blockIdx.x * k * d, part_counts + (size_t)blockIdx.x * k};
}

// The sums of a thread in the plane, one below those of its neighbour: `k` of x, `k` of y, `k`
// counts, in memory of (3, k, blockDim) words. No two threads of a warp share a bank.
struct ThreadSums {
    float* sums;
    int k;
    __device__ float& x(int c) const { return sums[c * blockDim.x + threadIdx.x]; }
    __device__ float& y(int c) const { return x(k + c); }
    __device__ int& count(int c) const { return reinterpret_cast<int&>(x(2 * k + c)); }

    __device__ void clear() const {
        for (int c = 0; c < k; ++c) x(c) = y(c) = 0, count(c) = 0;
    }

    __device__ void add(float2 point, const float2* centroids, int c) const {
        x(c) += point.x - centroids[c].x;
        y(c) += point.y - centroids[c].y;
        count(c) += 1;
    }

    // Thread t adds up what all threads have for the t-th sum; each begins at another thread's, since
    // all of the first thread's lie in one bank. There are at least 3 k threads.
    template <class Sums>
    __device__ void hand_over(const Sums& out) const {
        __syncthreads();
        int place = threadIdx.x, c = place % k;
        if (place >= 3 * k) return;
        const float* row = sums + place * blockDim.x;
        float sum = 0;
        int count = 0;
        for (int t = 0, from = place; t < blockDim.x; ++t, from = from + 1 < blockDim.x ? from + 1 : 0) {
            if (place < 2 * k) sum += row[from];
            else count += reinterpret_cast<const int*>(row)[from];
        }
        if (place < 2 * k) out.sum(2 * c + place / k, sum);
        else out.count(c, count);
    }
};

__device__ inline float squared_distance(float2 a, float2 b) {
    float x = a.x - b.x, y = a.y - b.y;
    return x * x + y * y;
}

// The nearest centroids of some points: all that are there are compared.
struct CompareAll {
    const float2* centroids;
    int k;

    // A centroid that has been read serves all POINTS.
    template <int POINTS>
    __device__ void find(const float2 (&points)[POINTS], int (&nearest)[POINTS]) const {
        float least[POINTS];
#pragma unroll
        for (int p = 0; p < POINTS; ++p) nearest[p] = 0, least[p] = squared_distance(points[p], centroids[0]);
#pragma unroll 4
        for (int c = 1; c < k; ++c) {
            float2 centroid = centroids[c];
#pragma unroll
            for (int p = 0; p < POINTS; ++p) {
                float squared = squared_distance(points[p], centroid);
                if (squared < least[p]) least[p] = squared, nearest[p] = c;
            }
        }
    }
};

// Adds the points of the plane to the sums of this thread. It reads 16 bytes at a time, two points, and
// these twice before it looks at them.
template <class Search>
__device__ inline void sum_plane(const float* x, int n, const Search& search, const ThreadSums& sums) {
    const float4* pairs = reinterpret_cast<const float4*>(x);
    long long first = (long long)blockIdx.x * blockDim.x + threadIdx.x, stride = (long long)gridDim.x * blockDim.x;
    int nearest[4];
    for (long long i = first; i < n / 2; i += 2 * stride) {
        bool both = i + stride < n / 2;
        float4 a = pairs[i], b = pairs[both ? i + stride : i];
        float2 points[4] = {{a.x, a.y}, {a.z, a.w}, {b.x, b.y}, {b.z, b.w}};
        search.find(points, nearest);
#pragma unroll
        for (int p = 0; p < 4; ++p) {
            if (p < 2 || both) sums.add(points[p], search.centroids, nearest[p]);
        }
    }
    if (n % 2 == 1 && first == 0) {
        float2 points[1] = {{x[n - 1LL + (n - 1LL)], x[2LL * n - 1]}};
        int last[1];
        search.find(points, last);
        sums.add(points[0], search.centroids, last[0]);
    }
}

// The labels of as many points as the block has threads, and who adds each.
struct Tile {
    int* labels;
    int* groups;
};

// Adds a tile of `count` points, which begin at `x`. A thread has a column, and of those with the same
// column each has its own clusters: no two add to the same sum, and the order is that of the points.
__device__ inline void add_tile(const float* x, const float* centroids, const Tile& tile, int count, float* sums, int* counts, int d) {
    int width = min(d, (int)blockDim.x), group = threadIdx.x / width;
    for (int j = threadIdx.x % width; j < d; j += width) {
        for (int p = 0; p < count; ++p) {
            if (tile.groups[p] != group) continue;
            int cell = tile.labels[p] * d + j;
            sums[cell] += x[(size_t)p * d + j] - centroids[cell];
            if (j == 0) counts[tile.labels[p]] += 1;
        }
    }
}

// The sums of a block for any number of columns, in shared memory of k · d + k + 2 · blockDim words.
template <class Sums>
__device__ inline void sum_any(const float* x, const float* centroids, float* memory, int n, int d, int k, const Sums& out) {
    int* counts = reinterpret_cast<int*>(memory + k * d);
    Tile tile = {counts + k, counts + k + blockDim.x};
    int groups = max((int)blockDim.x / d, 1);
    for (int cell = threadIdx.x; cell < k * d; cell += blockDim.x) memory[cell] = 0;
    for (int c = threadIdx.x; c < k; c += blockDim.x) counts[c] = 0;
    for (long long start = (long long)blockIdx.x * blockDim.x; start < n; start += (long long)gridDim.x * blockDim.x) {
        int count = (int)min((long long)blockDim.x, n - start);
        if (threadIdx.x < count) {
            int label = nearest_of(x + (start + threadIdx.x) * d, centroids, d, k);
            tile.labels[threadIdx.x] = label;
            tile.groups[threadIdx.x] = label % groups;
        }
        __syncthreads();
        add_tile(x + start * d, centroids, tile, count, memory, counts, d);
        __syncthreads();
    }
    for (int cell = threadIdx.x; cell < k * d; cell += blockDim.x) out.sum(cell, memory[cell]);
    for (int c = threadIdx.x; c < k; c += blockDim.x) out.count(c, counts[c]);
}

// In the plane, up to so many centroids, each thread has sums of its own.
const int PLANE = 2, FEW = 32;

// The sums of a block, and where they go.
template <class Sums>
__device__ inline void sum_block(const float* x, const float* centroids, float* memory, int n, int d, int k, const Sums& out) {
    if (d != PLANE || k > FEW) return sum_any(x, centroids, memory, n, d, k, out);
    CompareAll search = {reinterpret_cast<const float2*>(centroids), k};
    ThreadSums sums = {memory, k};
    sums.clear();
    sum_plane(x, n, search, sums);
    sums.hand_over(out);
}

// x: (n, d), centroids: (k, d), sums: (k, d), counts: (k), row-major
extern "C" __global__ void __launch_bounds__(256)
kmeans_v3_fused(const float* x, const float* centroids, float* sums, int* counts, int n, int d, int k) {
    extern __shared__ __align__(16) float memory[];
    sum_block(x, centroids, memory, n, d, k, AddToAll{sums, counts});
}

// x: (n, d), centroids: (k, d), part_sums: (parts, k, d), part_counts: (parts, k), row-major
extern "C" __global__ void __launch_bounds__(256)
kmeans_v4_deterministic(
    const float* x, const float* centroids, float* part_sums, int* part_counts, int n, int d, int k
) {
    extern __shared__ __align__(16) float memory[];
    sum_block(x, centroids, memory, n, d, k, place_of_block(part_sums, part_counts, d, k));
}

// A square around the centroids, as wide on each side of them as they are, cut into SIDE × SIDE cells.
struct Frame {
    static const int SIDE = 48;
    float left, bottom, scale;

    __device__ Frame(const float2* centroids, int k) {
        float2 low = centroids[0], high = low;
        for (int c = 1; c < k; ++c) {
            low = {fminf(low.x, centroids[c].x), fminf(low.y, centroids[c].y)};
            high = {fmaxf(high.x, centroids[c].x), fmaxf(high.y, centroids[c].y)};
        }
        float width = fmaxf(high.x - low.x, high.y - low.y);
        left = low.x - width / 2, bottom = low.y - width / 2, scale = SIDE / (2 * width);
    }

    // In cells from the corner.
    __device__ float2 place(float2 point) const {
        return {(point.x - left) * scale, (point.y - bottom) * scale};
    }

    // The number of a point's cell; -1 outside, and everywhere if all centroids are in one place.
    __device__ int cell(float2 point) const {
        float2 at = place(point);
        bool inside = at.x >= 0 && at.x < SIDE && at.y >= 0 && at.y < SIDE;
        return inside ? (int)at.y * SIDE + (int)at.x : -1;
    }
};

// For each cell a bit for each centroid: whether it can be the nearest of a point in that cell.
//
// Let i be the nearest to the middle. How much farther c is than i, |p - c|² - |p - i|², changes along a
// straight line with p, so that it is least in a corner. A centroid is left out if it is farther there
// too. Cells are taken a little larger than they are and distances for a little uncertain, because
// of rounding.
// centroids: (k, 2), cells: (2304), row-major
extern "C" __global__ void kmeans_cells(const float* centroids, unsigned* cells, int k) {
    const float HALF = 0.501f, DOUBT = 1e-5f;
    int cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= Frame::SIDE * Frame::SIDE) return;
    const float2* all = reinterpret_cast<const float2*>(centroids);
    Frame frame(all, k);
    float2 middle = {cell % Frame::SIDE + 0.5f, cell / Frame::SIDE + 0.5f}, nearest = frame.place(all[0]);
    for (int c = 1; c < k; ++c) {
        float2 at = frame.place(all[c]);
        if (squared_distance(at, middle) < squared_distance(nearest, middle)) nearest = at;
    }
    unsigned candidates = 0;
    float least = squared_distance(nearest, middle);
    for (int c = 0; c < k; ++c) {
        float2 at = frame.place(all[c]);
        float squared = squared_distance(at, middle);
        float change = 2 * HALF * (fabsf(at.x - nearest.x) + fabsf(at.y - nearest.y));
        bool farther = squared - least > change + DOUBT * (squared + least);
        if (!farther) candidates |= 1u << c;
    }
    cells[cell] = candidates;
}

// The nearest centroids of some points: those of a point's cell are compared.
struct CompareCandidates {
    const float2* centroids;
    const unsigned* cells;
    Frame frame;

    template <int POINTS>
    __device__ void find(const float2 (&points)[POINTS], int (&nearest)[POINTS]) const {
#pragma unroll
        for (int p = 0; p < POINTS; ++p) nearest[p] = find(points[p]);
    }

    // The bits are taken from the lowest up, so that of equally near ones the first counts.
    __device__ int find(float2 point) const {
        int cell = frame.cell(point);
        unsigned candidates = cells[cell < 0 ? Frame::SIDE * Frame::SIDE : cell];
        int nearest = __ffs(candidates) - 1;
        candidates &= candidates - 1;
        if (candidates == 0) return nearest;
        float least = squared_distance(point, centroids[nearest]);
        for (; candidates != 0; candidates &= candidates - 1) {
            int c = __ffs(candidates) - 1;
            float squared = squared_distance(point, centroids[c]);
            if (squared < least) least = squared, nearest = c;
        }
        return nearest;
    }
};

// As v4, with a copy of the cells in shared memory; behind the last one, all centroids, for points
// outside of the frame.
// x: (n, 2), centroids: (k, 2), cells: (2304), part_sums: (parts, k, 2), part_counts: (parts, k), row-major
extern "C" __global__ void __launch_bounds__(256)
kmeans_v5_cells(
    const float* x, const float* centroids, const unsigned* cells, float* part_sums, int* part_counts, int n, int k
) {
    const int CELLS = Frame::SIDE * Frame::SIDE;
    extern __shared__ __align__(16) float memory[];
    __shared__ unsigned own_cells[CELLS + 1];
    __shared__ __align__(16) float2 own_centroids[FEW];
    for (int cell = threadIdx.x; cell < CELLS; cell += blockDim.x) own_cells[cell] = cells[cell];
    if (threadIdx.x == 0) own_cells[CELLS] = 0xffffffff >> (32 - k);
    if (threadIdx.x < k) own_centroids[threadIdx.x] = reinterpret_cast<const float2*>(centroids)[threadIdx.x];
    __syncthreads();
    CompareCandidates search = {own_centroids, own_cells, Frame(own_centroids, k)};
    ThreadSums sums = {memory, k};
    sums.clear();
    sum_plane(x, n, search, sums);
    sums.hand_over(place_of_block(part_sums, part_counts, PLANE, k));
}

// Moves a coordinate by the mean of the differences; returns how far that is.
__device__ inline float move_coordinate(float& coordinate, float sum, int count) {
    if (count == 0) return 0;
    float before = coordinate;
    coordinate = before + sum / count;
    return coordinate - before;
}

// Moves the centroids, a thread for each, and writes down how far; the sums are zeros again.
// centroids: (k, d), sums: (k, d), counts: (k), moves: (k, d), row-major
extern "C" __global__ void kmeans_means(float* centroids, float* sums, int* counts, float* moves, int d, int k) {
    int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= k) return;
    for (int j = 0; j < d; ++j) {
        size_t cell = (size_t)c * d + j;
        moves[cell] = move_coordinate(centroids[cell], sums[cell], counts[c]);
        sums[cell] = 0;
    }
    counts[c] = 0;
}

// The sum of `value` over the lanes of the warp, in every lane, always in the same order.
template <class T>
__device__ inline T sum_of_lanes(T value) {
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2) value += __shfl_xor_sync(0xffffffff, value, distance);
    return value;
}

// As `kmeans_means`, from the sums of the blocks; a block for each coordinate. Its threads add up
// every blockDim-th part, then the lanes of a warp what they have, and then the warps.
// centroids: (k, d), part_sums: (parts, k, d), part_counts: (parts, k), moves: (k, d), row-major
extern "C" __global__ void __launch_bounds__(256)
kmeans_means_of_parts(
    float* centroids, const float* part_sums, const int* part_counts, float* moves, int parts, int d, int k
) {
    __shared__ float warp_sums[8];
    __shared__ int warp_counts[8];
    int cell = blockIdx.x, c = cell / d;
    float sum = 0;
    int count = 0;
#pragma unroll 4
    for (int part = threadIdx.x; part < parts; part += blockDim.x) {
        sum += part_sums[(size_t)part * k * d + cell];
        count += part_counts[(size_t)part * k + c];
    }
    sum = sum_of_lanes(sum);
    count = sum_of_lanes(count);
    if (threadIdx.x % 32 == 0) warp_sums[threadIdx.x / 32] = sum, warp_counts[threadIdx.x / 32] = count;
    __syncthreads();
    if (threadIdx.x != 0) return;
    for (int warp = 1; warp < blockDim.x / 32; ++warp) sum += warp_sums[warp], count += warp_counts[warp];
    moves[cell] = move_coordinate(centroids[cell], sum, count);
}
