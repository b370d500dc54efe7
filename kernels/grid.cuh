// Points in equal cells, and which of them are near. `Source` puts this text in place of its `#include`, once.
//
// A point is a float4: up to three coordinates, 0 for those that are missing, and the bits of its row.
// Points stand in the order of their buckets. A bucket is a cell; but a grid with more cells than
// memory has room for is wrapped around, as a map is around a globe, and then cells that are counts[axis]
// apart share a bucket. So a point far away costs nothing. What is found in a bucket may be far away:
// only distances tell.

__device__ inline int row_of(float4 point) {
    return __float_as_int(point.w);
}

// The point in row i of x: (n, d).
__device__ inline float4 point_of(const float* x, int i, int d) {
    const float* row = x + (size_t)i * d;
    return {row[0], d > 1 ? row[1] : 0, d > 2 ? row[2] : 0, __int_as_float(i)};
}

// The squared distance as the host computes it, bit for bit: in double precision, and never with a
// fused multiplication and addition.
__device__ inline double squared_distance(float4 a, float4 b) {
    double x = (double)a.x - b.x, y = (double)a.y - b.y, z = (double)a.z - b.z;
    return __dadd_rn(__dadd_rn(__dmul_rn(x, x), __dmul_rn(y, y)), __dmul_rn(z, z));
}

// Whether two points are within a distance of each other.
struct InDouble {
    double squared_radius;
    __device__ bool operator()(float4 a, float4 b) const { return squared_distance(a, b) <= squared_radius; }
};

// The same, by a look in single precision, which is off by less than a millionth: whoever is not that
// near to the radius is decided. Squares that single precision may not hold are all in doubt.
struct InDoubt {
    double squared_radius;
    float inside, outside;

    __device__ explicit InDoubt(double squared) : squared_radius(squared) {
        bool held = squared > 1e-30 && squared < 1e37;
        inside = held ? (float)(squared * (1 - 1e-6)) : -1;
        outside = held ? (float)(squared * (1 + 1e-6)) : INFINITY;
    }

    __device__ static float rough(float4 a, float4 b) {
        float x = a.x - b.x, y = a.y - b.y, z = a.z - b.z;
        return x * x + y * y + z * z;
    }

    __device__ bool operator()(float4 a, float4 b) const {
        float squared = rough(a, b);
        if (squared <= inside) return true;
        return !(squared > outside) && squared_distance(a, b) <= squared_radius;
    }
};

// Some buckets of a row of them: `count` from `first` on, and from the row's begin again at its end.
struct Span {
    int first, count;
};

// The host has the same structure.
struct WrappedGrid {
    double low[3], side;
    int counts[3], wrapped; // a bit for each axis that is wrapped around

    __device__ bool wraps(int axis) const { return wrapped >> axis & 1; }

    // Where a coordinate lies along an axis, in cells.
    __device__ double place(int axis, double coordinate) const { return (coordinate - low[axis]) / side; }

    // Its cell. This never falls as the coordinate rises, however places are rounded. All cells that
    // are so far out that not even double precision can number them are one.
    __device__ long long cell(int axis, double coordinate) const {
        const double FARTHEST = 1LL << 52;
        return (long long)fmin(fmax(floor(place(axis, coordinate)), -FARTHEST), FARTHEST);
    }

    // The bucket of a cell, along its axis: the nearest, or the one that it is wrapped to.
    __device__ int slot(int axis, long long cell) const {
        if (!wraps(axis)) return (int)min(max(cell, 0LL), counts[axis] - 1LL);
        int rest = (int)(cell % counts[axis]);
        return rest < 0 ? rest + counts[axis] : rest;
    }

    __device__ int row(int y, int z) const { return (z * counts[1] + y) * counts[0]; }

    __device__ int bucket(float4 point) const {
        int x = slot(0, cell(0, point.x)), y = slot(1, cell(1, point.y)), z = slot(2, cell(2, point.z));
        return row(y, z) + x;
    }

    // The buckets of all cells between two coordinates, each once.
    __device__ Span span(int axis, double from, double to) const {
        long long first = cell(axis, from), last = cell(axis, to);
        if (!wraps(axis)) first = max(first, 0LL), last = min(last, counts[axis] - 1LL);
        if (first > last) return {0, 0};
        return {slot(axis, first), (int)min(last - first + 1, (long long)counts[axis])};
    }

    // The i-th bucket of a span.
    __device__ int at(int axis, Span span, int i) const {
        int slot = span.first + i;
        return slot < counts[axis] ? slot : slot - counts[axis];
    }
};

// Points in the order of their buckets, and where each bucket begins: (buckets + 1).
struct InCells {
    WrappedGrid grid;
    const float4* points;
    const int* starts;

    // Shows to `visit` the points in some buckets of a row, from one position up to another; false once
    // it has seen enough.
    template <class Visit>
    __device__ bool in_row(int row, Span x, Visit& visit) const {
        int end = x.first + x.count, rest = end - grid.counts[0];
        if (rest <= 0) return visit(starts[row + x.first], starts[row + end]);
        return visit(starts[row + x.first], starts[row + grid.counts[0]]) && visit(starts[row], starts[row + rest]);
    }

    // Shows to `visit` the rows of buckets, and what span of each, that `radius` reaches, until it has seen
    // enough.
    template <class Visit>
    __device__ void rows_near(float4 from, double radius, Visit visit) const {
        // More than rounding of squares can add.
        double reach = radius * (1 + 1e-9);
        Span x = grid.span(0, from.x - reach, from.x + reach);
        Span y = grid.span(1, from.y - reach, from.y + reach);
        Span z = grid.span(2, from.z - reach, from.z + reach);
        for (int k = 0; k < z.count; ++k) {
            for (int j = 0; j < y.count; ++j) {
                if (x.count > 0 && !visit(grid.row(grid.at(1, y, j), grid.at(2, z, k)), x)) return;
            }
        }
    }

    // Shows to `visit` points, among them all within `radius`, until it has seen enough.
    template <class Visit>
    __device__ void near(float4 from, double radius, Visit visit) const {
        rows_near(from, radius, [&](int row, Span x) { return in_row(row, x, visit); });
    }

    // The same, bucket after bucket.
    template <class Visit>
    __device__ void buckets_near(float4 from, double radius, Visit visit) const {
        rows_near(from, radius, [&](int row, Span x) {
            for (int i = 0; i < x.count; ++i) {
                int bucket = row + grid.at(0, x, i);
                visit(starts[bucket], starts[bucket + 1]);
            }
            return true;
        });
    }
};

// Points in any order, to be looked at one and all.
struct InOneList {
    const float4* points;
    int n;

    template <class Visit>
    __device__ void near(float4, double, Visit visit) const {
        visit(0, n);
    }
};
