// Atomic operations past the end of an array, or before its start.
//~ launch 2 64

// What lies behind it in memory.
__device__ int counts[8];
__device__ int totals[8];
extern "C" __global__ void sum_of_module(const float* a, float* b, int* c, int n) {
    atomicAdd(&counts[threadIdx.x / 7], 1); //~ bounds
    atomicAdd(&totals[0], 1);
}
extern "C" __global__ void sum_of_module_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&counts[threadIdx.x / 8], 1);
    atomicAdd(&totals[0], 1);
}

static __device__ unsigned ticket;
static __device__ unsigned last_ticket;
extern "C" __global__ void ticket_of_module(const float* a, float* b, int* c, int n) {
    atomicInc(&ticket + blockIdx.x, 9); //~ bounds
    atomicDec(&last_ticket, 9);
}
extern "C" __global__ void ticket_of_module_right(const float* a, float* b, int* c, int n) {
    atomicInc(&ticket, 9);
    atomicDec(&last_ticket, 9);
}

namespace stats {
__device__ unsigned long long extremes[2] = {1000, 0};
}
extern "C" __global__ void before_the_first(const float* a, float* b, int* c, int n) {
    atomicMin(stats::extremes - 1 + blockIdx.x, 7ull); //~ bounds
}
extern "C" __global__ void before_the_first_right(const float* a, float* b, int* c, int n) {
    atomicMin(stats::extremes + blockIdx.x, 7ull);
}

extern "C" __global__ void maximum_in_shared(const float* a, float* b, int* c, int n) {
    __shared__ int most[4], least[4];
    if (threadIdx.x < 4) most[threadIdx.x] = least[threadIdx.x] = 50;
    __syncthreads();
    atomicMin(&least[threadIdx.x / 16], (int)a[threadIdx.x]);
    atomicMax(&most[threadIdx.x / 13], (int)a[threadIdx.x]); //~ bounds
    __syncthreads();
    if (threadIdx.x < 4) c[threadIdx.x] = most[threadIdx.x] + least[threadIdx.x];
}
extern "C" __global__ void maximum_in_shared_right(const float* a, float* b, int* c, int n) {
    __shared__ int most[4], least[4];
    if (threadIdx.x < 4) most[threadIdx.x] = least[threadIdx.x] = 50;
    __syncthreads();
    atomicMin(&least[threadIdx.x / 16], (int)a[threadIdx.x]);
    atomicMax(&most[threadIdx.x / 16], (int)a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x < 4) c[threadIdx.x] = most[threadIdx.x] + least[threadIdx.x];
}

extern "C" __global__ void bits_of_shared(const float* a, float* b, int* c, int n) {
    __shared__ unsigned bits[2];
    if (threadIdx.x < 2) bits[threadIdx.x] = ~0u;
    __syncthreads();
    atomicXor(&bits[threadIdx.x / 31], 1u << threadIdx.x % 32); //~ bounds
    __syncthreads();
    if (threadIdx.x < 2) c[threadIdx.x] = bits[threadIdx.x];
}
extern "C" __global__ void bits_of_shared_right(const float* a, float* b, int* c, int n) {
    __shared__ unsigned bits[2];
    if (threadIdx.x < 2) bits[threadIdx.x] = ~0u;
    __syncthreads();
    atomicXor(&bits[threadIdx.x / 32], 1u << threadIdx.x % 32);
    __syncthreads();
    if (threadIdx.x < 2) c[threadIdx.x] = bits[threadIdx.x];
}

extern "C" __global__ void exchanged_behind_a_buffer(const float* a, float* b, int* c, int n) {
    if (blockIdx.x == 1) atomicExch(&c[threadIdx.x + 1], 1); //~ bounds
}
extern "C" __global__ void exchanged_behind_a_buffer_right(const float* a, float* b, int* c, int n) {
    if (blockIdx.x == 1) atomicExch(&c[threadIdx.x], 1);
}

extern "C" __global__ void swapped_behind_a_buffer(const float* a, float* b, int* c, int n) {
    atomicCAS(&c[(int)a[threadIdx.x]], 0, 5); //~ bounds
}
extern "C" __global__ void swapped_behind_a_buffer_right(const float* a, float* b, int* c, int n) {
    atomicCAS(&c[(int)a[threadIdx.x] - 1], 0, 5);
}

extern "C" __global__ void double_behind_floats(const float* a, float* b, int* c, int n) {
    atomicAdd((double*)b + 2 * threadIdx.x + 2, 1.0); //~ bounds
}
extern "C" __global__ void double_behind_floats_right(const float* a, float* b, int* c, int n) {
    atomicAdd((double*)b + 2 * threadIdx.x, 1.0);
}

struct Bins {
    int count[4];
    __device__ void add(int bin) { atomicAdd_block(count + bin, 1); } //~ bounds
};
__device__ Bins small, large;
extern "C" __global__ void by_a_method(const float* a, float* b, int* c, int n) {
    (blockIdx.x ? small : large).add(threadIdx.x / 13);
}
struct BinsRight {
    int count[4];
    __device__ void add(int bin) { atomicAdd_block(count + bin, 1); }
};
__device__ BinsRight small_right, large_right;
extern "C" __global__ void by_a_method_right(const float* a, float* b, int* c, int n) {
    (blockIdx.x ? small_right : large_right).add(threadIdx.x / 16);
}

// Plain uses of the same, by a pointer that has forgotten the size.
__constant__ float weights[4] = {1, 2, 3, 4};
__constant__ float offsets[4] = {5, 6, 7, 8};
__device__ float weighted(const float* by, int k) { return by[k] + offsets[k % 4]; } //~ bounds
extern "C" __global__ void constants_by_a_pointer(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = weighted(weights, threadIdx.x / 13);
}
__device__ float weighted_right(const float* by, int k) { return by[k] + offsets[k % 4]; }
extern "C" __global__ void constants_by_a_pointer_right(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = weighted_right(weights, threadIdx.x / 16);
}

__device__ void stored(int* to, int k) { to[k] = k; } //~ bounds
extern "C" __global__ void module_by_a_pointer(const float* a, float* b, int* c, int n) {
    stored(totals, threadIdx.x / 7);
}
__device__ void stored_right(int* to, int k) { to[k] = k; }
extern "C" __global__ void module_by_a_pointer_right(const float* a, float* b, int* c, int n) {
    stored_right(totals, threadIdx.x / 8);
}

__device__ volatile int flags[4];
extern "C" __global__ void polled_behind_the_last(const float* a, float* b, int* c, int n) {
    volatile int* flag = flags + threadIdx.x / 13;
    if (*flag == 0) b[threadIdx.x] = 1; //~ bounds
}
extern "C" __global__ void polled_behind_the_last_right(const float* a, float* b, int* c, int n) {
    volatile int* flag = flags + threadIdx.x / 16;
    if (*flag == 0) b[threadIdx.x] = 1;
}
