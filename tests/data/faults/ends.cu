// Conditions that do not hold, divisions that have no result, and stacks that are full.
//~ launch 2 64

extern "C" __global__ void false_assert(const float* a, float* b, int* c, int n) {
    assert(threadIdx.x < 3); //~ assert
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void false_assert_right(const float* a, float* b, int* c, int n) {
    assert(threadIdx.x < blockDim.x);
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

__device__ float root(float x) {
    assert(x >= 0 && "no root of a negative number"); //~ assert
    return sqrtf(x);
}
extern "C" __global__ void assert_in_a_function(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = root(a[threadIdx.x] - 9);
}
__device__ float root_right(float x) {
    assert(x >= 0 && "no root of a negative number");
    return sqrtf(x);
}
extern "C" __global__ void assert_in_a_function_right(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = root_right(a[threadIdx.x]);
}

extern "C" __global__ void trap(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] == 7) __trap(); //~ trap
}
extern "C" __global__ void trap_right(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] == 700) __trap();
}

extern "C" __global__ void division_by_zero(const float* a, float* b, int* c, int n) {
    c[threadIdx.x % 32 + 32 * blockIdx.x] = 100 / (threadIdx.x % 32); //~ division
}
extern "C" __global__ void division_by_zero_right(const float* a, float* b, int* c, int n) {
    c[threadIdx.x % 32 + 32 * blockIdx.x] = 100 / (threadIdx.x % 32 + 1);
}

extern "C" __global__ void remainder_by_zero(const float* a, float* b, int* c, int n) {
    int width = c[0];
    b[blockIdx.x * 64 + threadIdx.x] = threadIdx.x % width; //~ division
}
extern "C" __global__ void remainder_by_zero_right(const float* a, float* b, int* c, int n) {
    int width = max(c[0], 1);
    b[blockIdx.x * 64 + threadIdx.x] = threadIdx.x % width;
}

// A step that becomes 0 by division.
extern "C" __global__ void step_becomes_zero(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int step = 4, k = 0; k < 5; ++k, step /= 2) sum += threadIdx.x / step; //~ division
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void step_becomes_zero_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int step = 4; step > 0; step /= 2) sum += threadIdx.x / step;
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

__device__ int depth(const float* a, int i) { //~ stack
    volatile int here = i; //~ stack
    return a[i & 255] < 0 ? here : depth(a, i + 1) + here; //~ stack
}
extern "C" __global__ void recursion_without_end(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = depth(a, threadIdx.x);
}
__device__ int depth_right(const float* a, int i) {
    volatile int here = i;
    return i > 70 ? here : depth_right(a, i + 1) + here;
}
extern "C" __global__ void recursion_without_end_right(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = depth_right(a, threadIdx.x);
}

__device__ int odd(volatile int* depth, int n); //~ stack
__device__ int even(volatile int* depth, int n) { //~ stack
    *depth = n; //~ stack
    return n == 0 ? 1 : odd(depth, n - 2) + *depth * 0; //~ stack
}
__device__ int odd(volatile int* depth, int n) { return n == 0 ? 0 : even(depth, n - 2) + *depth * 0; } //~ stack
extern "C" __global__ void misses_its_end(const float* a, float* b, int* c, int n) {
    volatile int depth = 0;
    c[threadIdx.x % 32 + 32 * blockIdx.x] = even(&depth, threadIdx.x % 32);
}
__device__ int odd_right(volatile int* depth, int n);
__device__ int even_right(volatile int* depth, int n) {
    *depth = n;
    return n <= 0 ? 1 : odd_right(depth, n - 1) + *depth * 0;
}
__device__ int odd_right(volatile int* depth, int n) { return n <= 0 ? 0 : even_right(depth, n - 1) + *depth * 0; }
extern "C" __global__ void misses_its_end_right(const float* a, float* b, int* c, int n) {
    volatile int depth = 0;
    c[threadIdx.x % 32 + 32 * blockIdx.x] = even_right(&depth, threadIdx.x % 32);
}

__device__ float from_a_copy(const float* a, int n, int i) { //~ stack
    volatile float all[1000000]; //~ stack
    for (int k = 0; k < n; ++k) all[k * 3000] = a[k]; //~ stack
    return all[3000 * i];
}
extern "C" __global__ void large_local_array(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = from_a_copy(a, n, threadIdx.x);
}
__device__ float from_a_copy_right(const float* a, int n, int i) {
    volatile float all[256];
    for (int k = 0; k < n; ++k) all[k] = a[k];
    return all[i];
}
extern "C" __global__ void large_local_array_right(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = from_a_copy_right(a, n, threadIdx.x);
}

extern "C" __global__ void exit_of_a_program(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] == 9) __builtin_abort(); //~ other
}
extern "C" __global__ void exit_of_a_program_right(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] == 9) return;
}

extern "C" __global__ void least_by_minus_one(const float* a, float* b, int* c, int n) {
    int least = -2147483647 - (int)a[0];
    c[blockIdx.x] = least / (c[9] - 1); //~ other
}
extern "C" __global__ void least_by_minus_one_right(const float* a, float* b, int* c, int n) {
    int least = -2147483647;
    if (threadIdx.x == 0) c[blockIdx.x] = least / (c[9 + blockIdx.x * 0] - 1);
}

// The whole grid is waited for, and its blocks run one after another.
extern "C" __global__ void waits_for_the_grid(const float* a, float* b, int* c, int n) {
    cooperative_groups::this_grid().sync(); //~ other
}
extern "C" __global__ void waits_for_the_grid_right(const float* a, float* b, int* c, int n) {
    cooperative_groups::this_thread_block().sync();
}
