// Local variables that are used before anything is stored in them.
//~ launch 2 64

extern "C" __global__ void row_sum(const float* a, float* b, int* c, int n) {
    float sum;
    for (int k = 0; k < 4; ++k) sum += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sum; //~ unset
}
extern "C" __global__ void row_sum_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 0; k < 4; ++k) sum += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

extern "C" __global__ void set_in_one_branch(const float* a, float* b, int* c, int n) {
    float x;
    if (threadIdx.x < 60) x = a[threadIdx.x];
    b[blockIdx.x * 64 + threadIdx.x] = x; //~ unset
}
extern "C" __global__ void set_in_one_branch_right(const float* a, float* b, int* c, int n) {
    float x = 0;
    if (threadIdx.x < 60) x = a[threadIdx.x];
    b[blockIdx.x * 64 + threadIdx.x] = x;
}

extern "C" __global__ void registers(const float* a, float* b, int* c, int n) {
    float sums[4];
    for (int k = 0; k < n; ++k) sums[k % 4] += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sums[threadIdx.x % 4]; //~ unset
}
extern "C" __global__ void registers_right(const float* a, float* b, int* c, int n) {
    float sums[4] = {};
    for (int k = 0; k < n; ++k) sums[k % 4] += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sums[threadIdx.x % 4];
}

extern "C" __global__ void last_of_an_array(const float* a, float* b, int* c, int n) {
    float window[5];
    for (int k = 0; k < 4; ++k) window[k] = a[k];
    b[blockIdx.x * 64 + threadIdx.x] = window[threadIdx.x % 5]; //~ unset
}
extern "C" __global__ void last_of_an_array_right(const float* a, float* b, int* c, int n) {
    float window[5];
    for (int k = 0; k < 5; ++k) window[k] = a[k];
    b[blockIdx.x * 64 + threadIdx.x] = window[threadIdx.x % 5];
}

extern "C" __global__ void found_or_not(const float* a, float* b, int* c, int n) {
    int place;
    for (int k = 0; k < n; ++k)
        if (a[k] == -1) place = k;
    c[threadIdx.x % 32] = place; //~ unset
}
extern "C" __global__ void found_or_not_right(const float* a, float* b, int* c, int n) {
    int place = -1;
    for (int k = 0; k < n; ++k)
        if (a[k] == -1) place = k;
    c[threadIdx.x % 32] = place;
}

struct Point {
    float x, y, weight;
};
extern "C" __global__ void member(const float* a, float* b, int* c, int n) {
    Point p;
    p.x = a[threadIdx.x];
    p.y = a[threadIdx.x + 1];
    b[blockIdx.x * 64 + threadIdx.x] = p.weight; //~ unset
}
extern "C" __global__ void member_right(const float* a, float* b, int* c, int n) {
    Point p;
    p.x = a[threadIdx.x];
    p.y = a[threadIdx.x + 1];
    p.weight = 1;
    b[blockIdx.x * 64 + threadIdx.x] = p.weight;
}

__device__ void split(float x, float* whole, float* part) {
    if (x < 40) *whole = floorf(x);
    *part = x - floorf(x);
}
extern "C" __global__ void by_pointer(const float* a, float* b, int* c, int n) {
    float whole, part;
    split(a[threadIdx.x], &whole, &part);
    b[blockIdx.x * 64 + threadIdx.x] = whole; //~ unset
}
extern "C" __global__ void by_pointer_right(const float* a, float* b, int* c, int n) {
    float whole = 0, part = 0;
    split(a[threadIdx.x], &whole, &part);
    b[blockIdx.x * 64 + threadIdx.x] = whole;
}

extern "C" __global__ void in_a_vector(const float* a, float* b, int* c, int n) {
    float2 v;
    v.x = a[threadIdx.x];
    b[blockIdx.x * 64 + threadIdx.x] = v.y; //~ unset
}
extern "C" __global__ void in_a_vector_right(const float* a, float* b, int* c, int n) {
    float2 v;
    v.x = v.y = a[threadIdx.x];
    b[blockIdx.x * 64 + threadIdx.x] = v.y;
}

extern "C" __global__ void through_a_shuffle(const float* a, float* b, int* c, int n) {
    float x;
    if (threadIdx.x % 32 != 0) x = a[threadIdx.x];
    x = __shfl_sync(0xffffffffu, x, 0);
    b[blockIdx.x * 64 + threadIdx.x] = x; //~ unset
}
extern "C" __global__ void through_a_shuffle_right(const float* a, float* b, int* c, int n) {
    float x = 0;
    if (threadIdx.x % 32 == 0) x = a[threadIdx.x];
    x = __shfl_sync(0xffffffffu, x, 0);
    b[blockIdx.x * 64 + threadIdx.x] = x;
}

extern "C" __global__ void in_a_switch(const float* a, float* b, int* c, int n) {
    float x;
    switch (threadIdx.x % 3) {
        case 0: x = 1; break;
        case 1: x = a[0]; break;
    }
    b[blockIdx.x * 64 + threadIdx.x] = x; //~ unset
}
extern "C" __global__ void in_a_switch_right(const float* a, float* b, int* c, int n) {
    float x;
    switch (threadIdx.x % 3) {
        case 0: x = 1; break;
        case 1: x = a[0]; break;
        default: x = 0;
    }
    b[blockIdx.x * 64 + threadIdx.x] = x;
}

extern "C" __global__ void largest(const float* a, float* b, int* c, int n) {
    float most;
    for (int k = 0; k < 8; ++k)
        if (a[k] < most) most = a[k];
    b[blockIdx.x * 64 + threadIdx.x] = most; //~ unset
}
extern "C" __global__ void largest_right(const float* a, float* b, int* c, int n) {
    float most = a[0];
    for (int k = 1; k < 8; ++k)
        if (a[k] < most) most = a[k];
    b[blockIdx.x * 64 + threadIdx.x] = most;
}
