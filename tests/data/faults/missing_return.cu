// Functions that must return a value and end without, on the way that is taken.
//~ launch 1 64

__device__ float sign(float x) { //~ return
    if (x > 100) return 1;
    if (x < -100) return -1;
}
extern "C" __global__ void in_an_if(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = sign(a[threadIdx.x]);
}
__device__ float sign_right(float x) {
    if (x > 100) return 1;
    return -1;
}
extern "C" __global__ void in_an_if_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = sign_right(a[threadIdx.x]);
}

__device__ int find(const float* a, int n, float x) { //~ return
    for (int i = 0; i < n; ++i)
        if (a[i] == x) return i;
}
extern "C" __global__ void in_a_loop(const float* a, float* b, int* c, int n) {
    c[threadIdx.x] = find(a, n, threadIdx.x - 5.f);
}
__device__ int find_right(const float* a, int n, float x) {
    for (int i = 0; i < n; ++i)
        if (a[i] == x) return i;
    return -1;
}
extern "C" __global__ void in_a_loop_right(const float* a, float* b, int* c, int n) {
    c[threadIdx.x] = find_right(a, n, threadIdx.x - 5.f);
}

__device__ float add(float x, float y) { //~ return
    float sum = x + y;
}
extern "C" __global__ void no_return_at_all(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = add(a[threadIdx.x], 1);
}
__device__ float add_right(float x, float y) {
    float sum = x + y;
    return sum;
}
extern "C" __global__ void no_return_at_all_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = add_right(a[threadIdx.x], 1);
}

__device__ float operation(int kind, float x) { //~ return
    switch (kind) {
        case 0: return x;
        case 1: return -x;
        case 2: return x * x;
    }
}
extern "C" __global__ void in_a_switch(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = operation(threadIdx.x % 4, a[threadIdx.x]);
}
__device__ float operation_right(int kind, float x) {
    switch (kind) {
        case 0: return x;
        case 1: return -x;
        default: return x * x;
    }
}
extern "C" __global__ void in_a_switch_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = operation_right(threadIdx.x % 4, a[threadIdx.x]);
}

__device__ bool inside(int i, int n) { //~ return
    if (i < n - 200) return true;
}
extern "C" __global__ void of_a_bool(const float* a, float* b, int* c, int n) {
    if (inside(threadIdx.x, n)) b[threadIdx.x] = 1;
}
__device__ bool inside_right(int i, int n) {
    return i < n - 200;
}
extern "C" __global__ void of_a_bool_right(const float* a, float* b, int* c, int n) {
    if (inside_right(threadIdx.x, n)) b[threadIdx.x] = 1;
}

template <class T> __device__ T larger(T x, T y) { //~ return
    if (x > y) return x;
    if (y > x) return y;
}
extern "C" __global__ void of_a_template(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = larger(a[threadIdx.x], 8.f);
}
template <class T> __device__ T larger_right(T x, T y) {
    return x > y ? x : y;
}
extern "C" __global__ void of_a_template_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = larger_right(a[threadIdx.x], 8.f);
}

struct Pair {
    float x, y;
    __device__ float norm() const { //~ return
        if (x > y) return x - y;
    }
    __device__ float norm_right() const { return x > y ? x - y : y - x; }
};
extern "C" __global__ void of_a_method(const float* a, float* b, int* c, int n) {
    Pair pair = {a[threadIdx.x], 30};
    b[threadIdx.x] = pair.norm();
}
extern "C" __global__ void of_a_method_right(const float* a, float* b, int* c, int n) {
    Pair pair = {a[threadIdx.x], 30};
    b[threadIdx.x] = pair.norm_right();
}

__device__ float2 rotated(float2 v, int quarter) { //~ return
    if (quarter == 0) return v;
    if (quarter == 1) return make_float2(-v.y, v.x);
}
extern "C" __global__ void of_a_vector(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = rotated(make_float2(a[threadIdx.x], 1), threadIdx.x % 3).x;
}
__device__ float2 rotated_right(float2 v, int quarter) {
    if (quarter == 0) return v;
    return make_float2(-v.y, v.x);
}
extern "C" __global__ void of_a_vector_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = rotated_right(make_float2(a[threadIdx.x], 1), threadIdx.x % 3).x;
}

__device__ const float* row(const float* a, int i) { //~ return
    if (i < 32) return a + i;
}
extern "C" __global__ void of_a_pointer(const float* a, float* b, int* c, int n) {
    const float* p = row(a, threadIdx.x);
    b[threadIdx.x] = *p;
}
__device__ const float* row_right(const float* a, int i) {
    return i < 32 ? a + i : a;
}
extern "C" __global__ void of_a_pointer_right(const float* a, float* b, int* c, int n) {
    const float* p = row_right(a, threadIdx.x);
    b[threadIdx.x] = *p;
}

extern "C" __global__ void of_a_lambda(const float* a, float* b, int* c, int n) {
    auto clipped = [](float x) -> float { //~ return
        if (x < 40) return x;
    };
    b[threadIdx.x] = clipped(a[threadIdx.x]);
}
extern "C" __global__ void of_a_lambda_right(const float* a, float* b, int* c, int n) {
    auto clipped = [](float x) -> float { return x < 40 ? x : 40; };
    b[threadIdx.x] = clipped(a[threadIdx.x]);
}

__device__ float warp_sum(float x) { //~ return
    for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
}
extern "C" __global__ void behind_a_shuffle(const float* a, float* b, int* c, int n) {
    float sum = warp_sum(a[threadIdx.x]);
    if (threadIdx.x % 32 == 0) b[threadIdx.x] = sum;
}
__device__ float warp_sum_right(float x) {
    for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
    return x;
}
extern "C" __global__ void behind_a_shuffle_right(const float* a, float* b, int* c, int n) {
    float sum = warp_sum_right(a[threadIdx.x]);
    if (threadIdx.x % 32 == 0) b[threadIdx.x] = sum;
}
