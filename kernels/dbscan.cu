// DBSCAN in the plane and in space: clusters are crowds, and who is in none is noise. Labels are the host's.
//
// v1 all_pairs      Each thread has a point and looks at every other.
// v2 cells          Over the grid of `neighbors.cu`: a thread looks at the cells within reach alone, and
//                   counts no further than it must.
// v3 small_cells    Cells so small that all points of one are neighbours: a full one has core points alone,
//                   and two cells are joined by the first pair that is near. Not where the grid wraps around.
//
// core     A point with `min_points` points within eps is a core point.
// join     Core points within eps of each other become one set. A set is a tree of positions; its root
//          has the lowest, and stands for all of it (union-find).
// first    A set is numbered by its first row: the lowest row among those of its core points.
// label    The number of a set is how many sets begin before it. A border point has the lowest number
//          among those of its neighbours.
//
// Threads join sets in any order and at the same time, but who belongs together and where a set begins
// does not depend on that.
#include "grid.cuh"

// The root of a position; hangs what lies on the way to it higher up. A root is its own parent. Parents
// only ever become lower, and what is read late is still above: at worst the way is longer.
__device__ inline int root_of(int* parents, int at) {
    volatile int* seen = parents;
    int parent = seen[at];
    while (parent != at) {
        int above = seen[parent];
        if (above != parent) atomicMin(parents + at, above);
        at = parent, parent = above;
    }
    return at;
}

// Joins two sets: the higher root is hung below the lower one, unless somebody else has just hung it.
__device__ inline void join(int* parents, int a, int b) {
    for (;;) {
        a = root_of(parents, a), b = root_of(parents, b);
        if (a == b) return;
        int high = max(a, b), low = min(a, b);
        if (atomicCAS(parents + high, high, low) == high) return;
    }
}

const int NOBODY = -1;

// A core point begins as a set of its own; others have no parent.
template <class Points, class Near>
__device__ inline void find_core(const Points& list, int* parents, int at, double eps, int min_points, Near near) {
    float4 point = list.points[at];
    int count = 0;
    list.near(point, eps, [&](int from, int to) {
        for (int other = from; other < to && count < min_points; ++other) count += near(list.points[other], point);
        return count < min_points;
    });
    parents[at] = count >= min_points ? at : NOBODY;
}

// Joins a core point with those before it.
template <class Points, class Near>
__device__ inline void join_core(const Points& list, int* parents, int at, double eps, Near near) {
    volatile int* seen = parents;
    if (seen[at] == NOBODY) return;
    float4 point = list.points[at];
    list.near(point, eps, [&](int from, int to) {
        for (int other = from; other < min(to, at); ++other) {
            // Whoever hangs below the same position as this one already is no news.
            if (seen[other] == NOBODY || seen[other] == seen[at]) continue;
            if (near(list.points[other], point)) join(parents, at, other);
        }
        return true;
    });
}

// The first core point of a cell; `to` if there is none.
__device__ inline int first_core(int* parents, int from, int to) {
    volatile int* seen = parents;
    while (from < to && seen[from] == NOBODY) ++from;
    return from;
}

// Joins a core point with one of its own cell, and with one of each cell before it that is near, unless they
// have been joined already.
template <class Near>
__device__ inline void join_cells(const InCells& list, int* parents, int at, double eps, Near near) {
    volatile int* seen = parents;
    if (seen[at] == NOBODY) return;
    float4 point = list.points[at];
    int own = list.starts[list.grid.bucket(point)];
    join(parents, at, first_core(parents, own, at));
    list.buckets_near(point, eps, [&](int from, int to) {
        if (from >= own) return;
        int other = first_core(parents, from, to);
        if (other == to || root_of(parents, other) == root_of(parents, at)) return;
        while (other < to && !(seen[other] != NOBODY && near(list.points[other], point))) ++other;
        if (other < to) join(parents, at, other);
    });
}

// Where the set of a core point begins, or the first of the sets around another; `none` if there is none.
template <class Points, class Near>
__device__ inline int first_near(
    const Points& list, const int* roots, const int* firsts, int at, double eps, Near near, int none
) {
    if (roots[at] != NOBODY) return firsts[roots[at]];
    float4 point = list.points[at];
    int first = none;
    list.near(point, eps, [&](int from, int to) {
        for (int other = from; other < to; ++other) {
            if (roots[other] == NOBODY || firsts[roots[other]] >= first) continue;
            if (near(list.points[other], point)) first = firsts[roots[other]];
        }
        return true;
    });
    return first;
}

// points: (n), parents: (n)
extern "C" __global__ void dbscan_v1_core(const float4* points, int* parents, double eps, int min_points, int n) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) find_core(InOneList{points, n}, parents, at, eps, min_points, InDouble{eps * eps});
}

// points: (n), parents: (n)
extern "C" __global__ void dbscan_v1_join(const float4* points, int* parents, double eps, int n) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) join_core(InOneList{points, n}, parents, at, eps, InDouble{eps * eps});
}

// points: (n), roots: (n), firsts: (n), numbers: (n + 1), labels: (n)
extern "C" __global__ void dbscan_v1_label(
    const float4* points, const int* roots, const int* firsts, const int* numbers, int* labels, double eps, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= n) return;
    int first = first_near(InOneList{points, n}, roots, firsts, at, eps, InDouble{eps * eps}, n);
    labels[row_of(points[at])] = first < n ? numbers[first] : NOBODY;
}

// points: (n), starts: (buckets + 1), parents: (n)
extern "C" __global__ void dbscan_v2_core(
    const float4* points, WrappedGrid grid, const int* starts, int* parents, double eps, int min_points, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) find_core(InCells{grid, points, starts}, parents, at, eps, min_points, InDoubt(eps * eps));
}

// points: (n), starts: (buckets + 1), parents: (n)
extern "C" __global__ void dbscan_v2_join(
    const float4* points, WrappedGrid grid, const int* starts, int* parents, double eps, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) join_core(InCells{grid, points, starts}, parents, at, eps, InDoubt(eps * eps));
}

// points: (n), starts: (buckets + 1), parents: (n)
extern "C" __global__ void dbscan_v3_core(
    const float4* points, WrappedGrid grid, const int* starts, int* parents, double eps, int min_points, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= n) return;
    int bucket = grid.bucket(points[at]);
    bool is_full = starts[bucket + 1] - starts[bucket] >= min_points;
    if (is_full) parents[at] = at;
    else find_core(InCells{grid, points, starts}, parents, at, eps, min_points, InDoubt(eps * eps));
}

// points: (n), starts: (buckets + 1), parents: (n)
extern "C" __global__ void dbscan_v3_join(
    const float4* points, WrappedGrid grid, const int* starts, int* parents, double eps, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) join_cells(InCells{grid, points, starts}, parents, at, eps, InDoubt(eps * eps));
}

// For v3 too.
// points: (n), starts: (buckets + 1), roots: (n), firsts: (n), numbers: (n + 1), labels: (n)
extern "C" __global__ void dbscan_v2_label(
    const float4* points, WrappedGrid grid, const int* starts, const int* roots, const int* firsts,
    const int* numbers, int* labels, double eps, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= n) return;
    int first = first_near(InCells{grid, points, starts}, roots, firsts, at, eps, InDoubt(eps * eps), n);
    labels[row_of(points[at])] = first < n ? numbers[first] : NOBODY;
}

// No set begins before the end.
// firsts: (n)
extern "C" __global__ void dbscan_clear(int* firsts, int n) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < n) firsts[at] = n;
}

// The root of each core point, and the first row of the set of each root.
// points: (n), parents: (n), roots: (n), firsts: (n)
extern "C" __global__ void dbscan_first(const float4* points, int* parents, int* roots, int* firsts, int n) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= n) return;
    volatile int* seen = parents;
    int root = seen[at] == NOBODY ? NOBODY : root_of(parents, at);
    roots[at] = root;
    if (root == NOBODY) return;
    // Of a large set only few rows are lower than all before: the others need not wait for each other.
    int row = row_of(points[at]);
    volatile int* first = firsts + root;
    if (row < *first) atomicMin(firsts + root, row);
}

// A one for each row in which a set begins, and whether each row is a core point.
// points: (n), roots: (n), firsts: (n), begins: (n + 1), is_core: (n)
extern "C" __global__ void dbscan_begins(
    const float4* points, const int* roots, const int* firsts, int* begins, int* is_core, int n
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= n) return;
    is_core[row_of(points[at])] = roots[at] != NOBODY;
    if (roots[at] == at) begins[firsts[at]] = 1;
}
