// Neighbours in the plane and in space: how many points lie within a radius of each query, which ones,
// and which k are the nearest. Points are in single precision, distances in double, as the host's: the
// answers are the same to the last bit.
//
// v1 all_pairs      Each thread has a query and looks at every point.
// v2 cells          A grid of cells, points in the order of their cells: a thread looks at the cells
//                   that the radius reaches, or at ring after ring of cells around its own.
// v3 sorted         Queries in that order too, so that the threads of a warp look at the same points.
//                   A look in single precision decides nearly all pairs, and up to eight nearest stay
//                   in registers.
//
// A list is counted before it is filled: `starts` has the sums of the counts. Of equally near points the
// lower row comes first, and lists are sorted by row, so the order in which points are looked at, which
// buckets leave to chance, changes nothing.
#include "found.cuh"
#include "grid.cuh"

// ---- the grid

// The lowest and the highest coordinates of each block's points.
// x: (n, d), parts: (parts, 2, 3), row-major
extern "C" __global__ void __launch_bounds__(256) neighbors_bounds(const float* x, float* parts, int n, int d) {
    __shared__ float lows[256], highs[256];
    for (int axis = 0; axis < 3; ++axis) {
        float low = INFINITY, high = -INFINITY;
        for (long long i = (long long)blockIdx.x * 256 + threadIdx.x; i < n; i += gridDim.x * 256LL) {
            float value = axis < d ? x[i * d + axis] : 0;
            low = fminf(low, value), high = fmaxf(high, value);
        }
        lows[threadIdx.x] = low, highs[threadIdx.x] = high;
        for (int half = 128; half > 0; half /= 2) {
            __syncthreads();
            if (threadIdx.x >= half) continue;
            lows[threadIdx.x] = fminf(lows[threadIdx.x], lows[threadIdx.x + half]);
            highs[threadIdx.x] = fmaxf(highs[threadIdx.x], highs[threadIdx.x + half]);
        }
        float* part = parts + blockIdx.x * 6 + axis;
        if (threadIdx.x == 0) part[0] = lows[0], part[3] = highs[0];
        __syncthreads();
    }
}

// x: (n, d), bucket_of: (n), row-major
extern "C" __global__ void neighbors_buckets(const float* x, WrappedGrid grid, int* bucket_of, int n, int d) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) bucket_of[i] = grid.bucket(point_of(x, i, d));
}

// x: (n, d), rows: (n), points: (n), row-major
extern "C" __global__ void neighbors_gather(const float* x, const int* rows, float4* points, int n, int d) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) points[i] = point_of(x, rows[i], d);
}

// ---- how many, and which ones

template <class Points, class Near>
__device__ inline int count_near(const Points& list, float4 query, double radius, Near near) {
    int count = 0;
    list.near(query, radius, [&](int from, int to) {
        for (int at = from; at < to; ++at) count += near(list.points[at], query);
        return true;
    });
    return count;
}

template <class Points, class Near>
__device__ inline void list_near(const Points& list, float4 query, double radius, Near near, int* rows) {
    int count = 0;
    list.near(query, radius, [&](int from, int to) {
        for (int at = from; at < to; ++at) {
            float4 point = list.points[at];
            if (near(point, query)) rows[count++] = row_of(point);
        }
        return true;
    });
    sort_rows(rows, count);
}

// points: (n), queries: (m), counts: (m + 1)
extern "C" __global__ void neighbors_v1_count(
    const float4* points, const float4* queries, int* counts, double radius, int n, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q < m) counts[q] = count_near(InOneList{points, n}, queries[q], radius, InDouble{radius * radius});
}

// points: (n), queries: (m), starts: (m + 1), rows: (pairs)
extern "C" __global__ void neighbors_v1_list(
    const float4* points, const float4* queries, const int* starts, int* rows, double radius, int n, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q < m) list_near(InOneList{points, n}, queries[q], radius, InDouble{radius * radius}, rows + starts[q]);
}

// points: (n), starts: (buckets + 1), queries: (m), counts: (m + 1)
extern "C" __global__ void neighbors_v2_count(
    const float4* points, WrappedGrid grid, const int* starts, const float4* queries, int* counts, double radius, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q < m) counts[q] = count_near(InCells{grid, points, starts}, queries[q], radius, InDouble{radius * radius});
}

// points: (n), bucket_starts: (buckets + 1), queries: (m), starts: (m + 1), rows: (pairs)
extern "C" __global__ void neighbors_v2_list(
    const float4* points, WrappedGrid grid, const int* bucket_starts, const float4* queries, const int* starts,
    int* rows, double radius, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    InCells list = {grid, points, bucket_starts};
    if (q < m) list_near(list, queries[q], radius, InDouble{radius * radius}, rows + starts[q]);
}

// Here and below queries are in the order of their cells, each with its row; answers are in that of the rows.
// points: (n), starts: (buckets + 1), queries: (m), counts: (m + 1)
extern "C" __global__ void neighbors_v3_count(
    const float4* points, WrappedGrid grid, const int* starts, const float4* queries, int* counts, double radius, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    float4 query = queries[q];
    counts[row_of(query)] = count_near(InCells{grid, points, starts}, query, radius, InDoubt(radius * radius));
}

// points: (n), bucket_starts: (buckets + 1), queries: (m), starts: (m + 1), rows: (pairs)
extern "C" __global__ void neighbors_v3_list(
    const float4* points, WrappedGrid grid, const int* bucket_starts, const float4* queries, const int* starts,
    int* rows, double radius, int m
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    float4 query = queries[q];
    InCells list = {grid, points, bucket_starts};
    list_near(list, query, radius, InDoubt(radius * radius), rows + starts[row_of(query)]);
}

// ---- the k nearest

// Who may be among the nearest, in double precision alone,
struct LookInDouble {
    template <class List>
    __device__ void operator()(List& best, float4 point, float4 query) const {
        double squared = squared_distance(point, query);
        if (squared <= best.reach()) best.offer(squared, row_of(point));
    }
};

// and after a look in single precision, which leaves out whoever is surely too far away.
struct LookFirst {
    float outside = INFINITY;

    template <class List>
    __device__ void operator()(List& best, float4 point, float4 query) {
        if (InDoubt::rough(point, query) > outside) return;
        double squared = squared_distance(point, query);
        if (squared > best.reach()) return;
        best.offer(squared, row_of(point));
        outside = InDoubt(best.reach()).outside;
    }
};

// How many rows of buckets a thread looks at before it leaves its query to a whole block: in so
// empty a place it is quicker to look at all points.
const int MOST_ROWS_OF_BUCKETS = 2048;

// The cells around that of a query, ring after ring. Rings are counted along each axis from the middle.
struct Rings {
    InCells list;
    float4 query;
    long long middle[3];
    int low[3], high[3]; // how many cells there are on either side

    __device__ Rings(const InCells& cells, float4 from) : list(cells), query(from) {
        for (int axis = 0; axis < 3; ++axis) {
            int count = list.grid.counts[axis];
            bool wraps = list.grid.wraps(axis);
            long long cell = list.grid.cell(axis, coordinate(axis));
            middle[axis] = wraps ? cell : list.grid.slot(axis, cell);
            low[axis] = wraps ? (count - 1) / 2 : (int)middle[axis];
            high[axis] = wraps ? count / 2 : count - 1 - (int)middle[axis];
        }
    }

    __device__ float coordinate(int axis) const { return axis == 0 ? query.x : axis == 1 ? query.y : query.z; }

    // Shows to `visit` the cells of one ring; returns how many rows of buckets it has looked at.
    template <class Visit>
    __device__ int visit_ring(int width, Visit& visit) const {
        int looks = 0;
        for (int k = -min(width, low[2]); k <= min(width, high[2]); ++k) {
            for (int j = -min(width, low[1]); j <= min(width, high[1]); ++j, ++looks) {
                int row = list.grid.row(slot(1, j), slot(2, k));
                if (max(abs(j), abs(k)) == width) {
                    int from = -min(width, low[0]), to = min(width, high[0]);
                    list.in_row(row, {slot(0, from), to - from + 1}, visit);
                } else {
                    if (width <= low[0]) list.in_row(row, {slot(0, -width), 1}, visit);
                    if (width <= high[0]) list.in_row(row, {slot(0, width), 1}, visit);
                }
            }
        }
        return looks;
    }

    __device__ int slot(int axis, int step) const { return list.grid.slot(axis, middle[axis] + step); }

    // The square of a distance that nobody beyond the ring is nearer than; infinite if that is nobody.
    __device__ double squared_beyond(int width) const {
        double gap = INFINITY;
        for (int axis = 0; axis < 3; ++axis) {
            bool wraps = list.grid.wraps(axis), below = width < low[axis], above = width < high[axis];
            double place = list.grid.place(axis, coordinate(axis));
            double from = middle[axis] - width, to = middle[axis] + width + 1;
            double rounding = 1e-9 + 1e-15 * (fabs(place) + fabs(from) + fabs(to));
            if (below || (wraps && above)) gap = fmin(gap, place - from - rounding);
            if (above || (wraps && below)) gap = fmin(gap, to - place - rounding);
        }
        double distance = fmax(gap, 0.0) * list.grid.side * (1 - 1e-9);
        return distance * distance;
    }
};

// False if the query is too far from too many points.
template <int MOST, class Look>
__device__ inline bool find_nearest(const InCells& list, float4 query, Closest<MOST>& best, Look look) {
    Rings rings(list, query);
    auto visit = [&](int from, int to) {
        for (int at = from; at < to; ++at) look(best, list.points[at], query);
        return true;
    };
    int looks = 0;
    for (int width = 0; looks < MOST_ROWS_OF_BUCKETS; ++width) {
        looks += rings.visit_ring(width, visit);
        double beyond = rings.squared_beyond(width);
        if (beyond > best.reach() || beyond == INFINITY) return true;
    }
    return false;
}

// Writes the nearest of a query, or its number to the list of those that are left.
template <int MOST, class Look>
__device__ inline void nearest_of_query(
    const InCells& list, float4 query, int* rows, double* squared, int* left, int at, int n, int k, Look look
) {
    Closest<MOST> best(k, n);
    if (find_nearest(list, query, best, look)) {
        size_t row = row_of(query);
        best.write(rows + row * k, squared + row * k, k);
    } else {
        left[1 + atomicAdd(left, 1)] = at;
    }
}

// points: (n), queries: (m), rows: (m, k), squared: (m, k), row-major
extern "C" __global__ void neighbors_v1_nearest(
    const float4* points, const float4* queries, int* rows, double* squared, int n, int m, int k
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    Closest<32> best(k, n);
    for (int at = 0; at < n; ++at) LookInDouble()(best, points[at], queries[q]);
    best.write(rows + (size_t)q * k, squared + (size_t)q * k, k);
}

// points: (n), starts: (buckets + 1), queries: (m), rows: (m, k), squared: (m, k), left: (m + 1), row-major
extern "C" __global__ void neighbors_v2_nearest(
    const float4* points, WrappedGrid grid, const int* starts, const float4* queries, int* rows, double* squared,
    int* left, int n, int m, int k
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    InCells list = {grid, points, starts};
    if (q < m) nearest_of_query<32>(list, queries[q], rows, squared, left, q, n, k, LookInDouble());
}

// For up to 8 nearest.
// points: (n), starts: (buckets + 1), queries: (m), rows: (m, k), squared: (m, k), left: (m + 1), row-major
extern "C" __global__ void neighbors_v3_nearest(
    const float4* points, WrappedGrid grid, const int* starts, const float4* queries, int* rows, double* squared,
    int* left, int n, int m, int k
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    InCells list = {grid, points, starts};
    nearest_of_query<8>(list, queries[q], rows, squared, left, q, n, k, LookFirst());
}

// The same for up to 32, which take four times the registers.
// points: (n), starts: (buckets + 1), queries: (m), rows: (m, k), squared: (m, k), left: (m + 1), row-major
extern "C" __global__ void neighbors_v3_nearest_many(
    const float4* points, WrappedGrid grid, const int* starts, const float4* queries, int* rows, double* squared,
    int* left, int n, int m, int k
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    InCells list = {grid, points, starts};
    nearest_of_query<32>(list, queries[q], rows, squared, left, q, n, k, LookFirst());
}

struct Candidate {
    double squared;
    int row, thread;

    __device__ bool before(const Candidate& other) const {
        return squared < other.squared || (squared == other.squared && row < other.row);
    }
};

// A block for each query that was left: each thread finds the nearest of every 128th point, and the
// nearest of those are taken one after another.
// points: (n), queries: (m), rows: (m, k), squared: (m, k), left: (m + 1), row-major
extern "C" __global__ void __launch_bounds__(128) neighbors_nearest_left(
    const float4* points, const float4* queries, const int* left, int* rows, double* squared, int n, int m, int k
) {
    __shared__ Candidate best[128];
    for (int q = blockIdx.x; q < left[0]; q += gridDim.x) {
        float4 query = queries[left[1 + q]];
        Closest<32> own(k, n);
        LookFirst look;
        for (long long at = threadIdx.x; at < n; at += 128) look(own, points[at], query);
        int next = 32 - k;
        for (int place = 0; place < k; ++place) {
            double nearest = INFINITY;
            int row = n;
#pragma unroll
            for (int i = 0; i < 32; ++i) {
                if (i == next) nearest = own.squared[i], row = own.rows[i];
            }
            best[threadIdx.x] = {nearest, row, (int)threadIdx.x};
            for (int half = 64; half > 0; half /= 2) {
                __syncthreads();
                if (threadIdx.x < half && best[threadIdx.x + half].before(best[threadIdx.x])) {
                    best[threadIdx.x] = best[threadIdx.x + half];
                }
            }
            __syncthreads();
            Candidate first = best[0];
            __syncthreads();
            if (first.thread == threadIdx.x) ++next;
            size_t to = (size_t)row_of(query) * k + place;
            if (threadIdx.x == 0) rows[to] = first.row, squared[to] = first.squared;
        }
    }
}
