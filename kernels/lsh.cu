// Locality-sensitive hashing: a query looks only at points that share a bucket with it. Hashes, buckets and
// answers are the host's, bit for bit.
//
// hash       Each point is projected on random directions, and the line of each is cut into equal pieces.
// bucket     The hashes of a table together are a bucket. Its number is mixed from them, so that others may
//            have the same: who looks into a bucket compares the hashes.
// count, list, nearest
//            For each query, the points of its bucket in every table, each once, and their distances.
//
// `buckets.cu` sorts the rows by bucket, all tables at once.
#include "found.cuh"

// The host has the same structure.
struct Tables {
    int tables, share; // hashes of each table
    int buckets, n;    // buckets of each table, and points
};

// No bucket: beyond this, not every whole number is one of double precision.
const double LARGEST_BUCKET = 9007199254740992.0;
const long long BEYOND = -9223372036854775807LL - 1;

// The bucket of a point along each direction; along its sign, if `width` is 0. Sums are added up in the
// order of the coordinates, as on the host.
// x: (n, d), directions: (d, hashes), offsets: (hashes), values: (n, hashes), row-major
extern "C" __global__ void lsh_hash(
    const float* x, const double* directions, const double* offsets, long long* values, double width, int n, int d,
    int hashes
) {
    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    long long i = place / hashes;
    int hash = (int)(place % hashes);
    if (i >= n) return;
    double sum = 0;
    for (int j = 0; j < d; ++j) sum = __dadd_rn(sum, __dmul_rn(x[i * d + j], directions[(size_t)j * hashes + hash]));
    sum = __dadd_rn(sum, offsets[hash]);
    double bucket = width == 0 ? sum >= 0 : floor(sum / width);
    values[place] = fabs(bucket) <= LARGEST_BUCKET ? (long long)bucket : BEYOND;
}

// The number of the bucket that a table's hashes belong to.
__device__ inline int bucket_of_values(const long long* values, const Tables& shape, int table) {
    unsigned long long mixed = 0;
    for (int i = 0; i < shape.share; ++i) {
        mixed = (mixed ^ (unsigned long long)values[table * shape.share + i]) * 0x9e3779b97f4a7c15ULL;
        mixed ^= mixed >> 32;
    }
    return table * shape.buckets + (int)(mixed % shape.buckets);
}

// A thread for each point and table; `far` becomes 1 if some point has no bucket.
// values: (n, hashes), bucket_of: (all), far: (1), row-major
extern "C" __global__ void lsh_buckets(const long long* values, Tables shape, int* bucket_of, int* far) {
    long long place = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (place >= (long long)shape.tables * shape.n) return;
    int table = (int)(place / shape.n);
    const long long* own = values + place % shape.n * shape.tables * shape.share;
    for (int i = 0; i < shape.share; ++i) {
        if (own[table * shape.share + i] == BEYOND) *far = 1;
    }
    bucket_of[place] = bucket_of_values(own, shape, table);
}

// The points, their hashes, and their rows by bucket: all of the first table, then all of the next.
struct InBuckets {
    const float* x;
    const long long* values;
    const int* starts;
    const int* rows;
    Tables shape;
    int d;

    __device__ bool agree(const long long* a, const long long* b, int table) const {
        for (int i = table * shape.share; i < (table + 1) * shape.share; ++i) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }

    // Whether this is the first table in which they agree, so that each pair is looked at once.
    __device__ bool agree_first(const long long* a, const long long* b, int table) const {
        for (int earlier = 0; earlier < table; ++earlier) {
            if (agree(a, b, earlier)) return false;
        }
        return agree(a, b, table);
    }

    __device__ double squared_distance(int row, const float* query) const {
        double sum = 0;
        for (int j = 0; j < d; ++j) {
            double difference = (double)x[(size_t)row * d + j] - query[j];
            sum = __dadd_rn(sum, __dmul_rn(difference, difference));
        }
        return sum;
    }

    // Shows to `visit` the row of each point that shares a bucket, and its squared distance. A query that is
    // beyond all buckets along some direction shares none.
    template <class Visit>
    __device__ void near(const float* query, const long long* own, Visit visit) const {
        int hashes = shape.tables * shape.share;
        for (int i = 0; i < hashes; ++i) {
            if (own[i] == BEYOND) return;
        }
        for (int table = 0; table < shape.tables; ++table) {
            int bucket = bucket_of_values(own, shape, table);
            for (int at = starts[bucket]; at < starts[bucket + 1]; ++at) {
                int row = rows[at] - table * shape.n;
                if (agree_first(values + (size_t)row * hashes, own, table)) visit(row, squared_distance(row, query));
            }
        }
    }
};

// x: (n, d), values: (n, hashes), starts: (all_buckets), rows: (all), queries: (m, d), own: (m, hashes),
// counts: (m + 1), row-major
extern "C" __global__ void lsh_count(
    const float* x, const long long* values, const int* starts, const int* rows, Tables shape, const float* queries,
    const long long* own, int* counts, double radius, int m, int d
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    InBuckets list = {x, values, starts, rows, shape, d};
    int count = 0;
    list.near(queries + (size_t)q * d, own + (size_t)q * shape.tables * shape.share, [&](int, double squared) {
        count += squared <= radius * radius;
    });
    counts[q] = count;
}

// x: (n, d), values: (n, hashes), starts: (all_buckets), rows: (all), queries: (m, d), own: (m, hashes),
// begins: (m + 1), found: (pairs), row-major
extern "C" __global__ void lsh_list(
    const float* x, const long long* values, const int* starts, const int* rows, Tables shape, const float* queries,
    const long long* own, const int* begins, int* found, double radius, int m, int d
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    InBuckets list = {x, values, starts, rows, shape, d};
    int* to = found + begins[q];
    int count = 0;
    list.near(queries + (size_t)q * d, own + (size_t)q * shape.tables * shape.share, [&](int row, double squared) {
        if (squared <= radius * radius) to[count++] = row;
    });
    sort_rows(to, count);
}

// x: (n, d), values: (n, hashes), starts: (all_buckets), rows: (all), queries: (m, d), own: (m, hashes),
// found: (m, k), squared: (m, k), row-major
extern "C" __global__ void lsh_nearest(
    const float* x, const long long* values, const int* starts, const int* rows, Tables shape, const float* queries,
    const long long* own, int* found, double* squared, int m, int d, int k
) {
    int q = blockIdx.x * blockDim.x + threadIdx.x;
    if (q >= m) return;
    InBuckets list = {x, values, starts, rows, shape, d};
    Closest<32> best(k, shape.n);
    list.near(queries + (size_t)q * d, own + (size_t)q * shape.tables * shape.share, [&](int row, double distance) {
        if (distance <= best.reach()) best.offer(distance, row);
    });
    best.write(found + (size_t)q * k, squared + (size_t)q * k, k);
}
