// Numbers of 64 bits in order: for the cells of points where there are too many to keep a bucket for each.
//
// sort      Rows by key: by one digit after another, the lowest first (a radix sort). Rows of equal keys
//           stay in the order that they had. So nothing is left to chance, as it is in `buckets.cu`.
// distinct  Each key once, and where its rows begin.
// around    The keys that are some strides away from one in a list, each once, in any order.
// merge     Two lists, which share no key, as one.
#include "keys.cuh"

// ---- sort

const int WARPS = 8, ROUNDS = 8, DIGITS = 256, TILE = 32 * WARPS * ROUNDS;

__device__ inline int digit_of(long long key, int shift) {
    return key >> shift & (DIGITS - 1);
}

// How often each digit is in a tile; counts of one digit follow each other.
// keys: (n), counts: (entries)
extern "C" __global__ void __launch_bounds__(256) keys_count(const long long* keys, int* counts, int shift, int n) {
    __shared__ int bins[DIGITS];
    bins[threadIdx.x] = 0;
    __syncthreads();
    for (int round = 0; round < ROUNDS; ++round) {
        long long i = (long long)blockIdx.x * TILE + round * 256 + threadIdx.x;
        if (i < n) atomicAdd(bins + digit_of(keys[i], shift), 1);
    }
    __syncthreads();
    counts[(size_t)threadIdx.x * gridDim.x + blockIdx.x] = bins[threadIdx.x];
}

// The part of a tile that a warp sorts, 32 keys at a time, and where its next key of each digit goes.
struct WarpPart {
    int* next;
    int lane;

    // Which lanes have the same digit; those beyond the end have a digit of their own.
    __device__ unsigned same(int digit) const { return __match_any_sync(0xffffffff, digit); }

    // Of the lanes with the same digit, the lowest counts them all; returns the place of this one.
    __device__ int count(int digit, unsigned same) const {
        int place = digit < DIGITS ? next[digit] + __popc(same & ((1u << lane) - 1)) : 0;
        __syncwarp();
        if (digit < DIGITS && __ffs(same) - 1 == lane) next[digit] = place + __popc(same);
        __syncwarp();
        return place;
    }
};

// Puts each key and its row to its place; in the first pass a key's row is its number.
// keys: (n), rows: (n), counts: (entries), sorted_keys: (n), sorted_rows: (n)
extern "C" __global__ void __launch_bounds__(256) keys_place(
    const long long* keys, const int* rows, const int* counts, long long* sorted_keys, int* sorted_rows, int shift,
    int is_first, int n
) {
    __shared__ int bins[WARPS][DIGITS];
    int warp = threadIdx.x / 32;
    WarpPart part = {bins[warp], (int)threadIdx.x % 32};
    for (int digit = part.lane; digit < DIGITS; digit += 32) bins[warp][digit] = 0;
    __syncwarp();
    long long first = (long long)blockIdx.x * TILE + warp * (32 * ROUNDS) + part.lane, own[ROUNDS];
    for (int round = 0; round < ROUNDS; ++round) {
        long long i = first + round * 32;
        own[round] = i < n ? keys[i] : 0;
        int digit = i < n ? digit_of(own[round], shift) : DIGITS;
        part.count(digit, part.same(digit));
    }
    __syncthreads();
    // From how many there are to where the first of them goes.
    int place = counts[(size_t)threadIdx.x * gridDim.x + blockIdx.x];
    for (int other = 0; other < WARPS; ++other) {
        int count = bins[other][threadIdx.x];
        bins[other][threadIdx.x] = place;
        place += count;
    }
    __syncthreads();
    for (int round = 0; round < ROUNDS; ++round) {
        long long i = first + round * 32;
        int digit = i < n ? digit_of(own[round], shift) : DIGITS;
        int to = part.count(digit, part.same(digit));
        if (i < n) sorted_keys[to] = own[round], sorted_rows[to] = is_first ? (int)i : rows[i];
    }
}

// ---- distinct

// A one for each key that is not the one before it.
// keys: (n), begins: (n + 1)
extern "C" __global__ void keys_begin(const long long* keys, int* begins, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) begins[i] = i == 0 || keys[i] != keys[i - 1];
}

// The last of some sums, alone, so that nothing else need be read.
// sums: (n + 1), last: (1)
extern "C" __global__ void keys_last(const int* sums, int* last, int n) {
    if (threadIdx.x == 0) last[0] = sums[n];
}

// `begun` are the sums of `begins`: how many keys have begun before a row.
// keys: (n), begun: (n + 1), distinct: (m), starts: (m + 1)
extern "C" __global__ void keys_distinct(
    const long long* keys, const int* begun, long long* distinct, int* starts, int n, int m
) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i == 0) starts[m] = n;
    if (i >= n || begun[i + 1] == begun[i]) return;
    distinct[begun[i]] = keys[i], starts[begun[i]] = i;
}

// ---- around

// Shows to `visit` what is at most `reach` strides away from a key of a list and not in it, so that all
// keys of the list together show each once: those above up to the next in the list, and below only those
// that the one before does not reach.
template <class Visit>
__device__ inline void visit_around(const KeyList& list, long long key, long long stride, int reach, Visit visit) {
    for (int i = 1; i <= reach && !list.has(key + i * stride); ++i) visit(key + i * stride);
    int before = 1;
    while (before <= 2 * reach && !list.has(key - before * stride)) ++before;
    for (int i = 1; i <= min(reach, before - reach - 1); ++i) visit(key - i * stride);
}

// Only keys that are near to one of `near` count, seen along another stride; a stride of 0 takes all.
// keys: (m), near: (others), counts: (m + 1)
extern "C" __global__ void keys_around_count(
    const long long* keys, const long long* near, int* counts, long long stride, long long near_stride, int reach,
    int m, int others
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= m) return;
    int count = 0;
    visit_around({keys, m}, keys[at], stride, reach, [&](long long key) {
        count += near_stride == 0 || KeyList{near, others}.has_near(key, near_stride, reach);
    });
    counts[at] = count;
}

// keys: (m), near: (others), starts: (m + 1), around: (found)
extern "C" __global__ void keys_around_list(
    const long long* keys, const long long* near, const int* starts, long long* around, long long stride,
    long long near_stride, int reach, int m, int others
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= m) return;
    int to = starts[at];
    visit_around({keys, m}, keys[at], stride, reach, [&](long long key) {
        bool counts = near_stride == 0 || KeyList{near, others}.has_near(key, near_stride, reach);
        if (counts) around[to++] = key;
    });
}

// ---- merge

// Puts the keys of one list to their places among those of both.
// keys: (m), other: (others), merged: (all)
extern "C" __global__ void keys_merge(
    const long long* keys, const long long* other, long long* merged, int m, int others
) {
    int at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at < m) merged[at + count_below(other, others, keys[at])] = keys[at];
}
