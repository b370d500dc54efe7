// Elements past the end of a buffer or before its start, and pointers to no buffer.
//~ launch 5 64

extern "C" __global__ void no_check(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = a[i]; //~ bounds
}
extern "C" __global__ void no_check_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i];
}

extern "C" __global__ void one_too_many(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= n) b[i] = 1; //~ bounds
}
extern "C" __global__ void one_too_many_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = 1;
}

extern "C" __global__ void neighbours_of_the_ends(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) b[i] = a[i - 1] + a[i + 1]; //~ bounds
}
extern "C" __global__ void neighbours_of_the_ends_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i > 0 && i < n - 1) b[i] = a[i - 1] + a[i + 1];
}

// 65536 squared is no int.
extern "C" __global__ void product_overflows(const float* a, float* b, int* c, int n) {
    int size = n * 256;
    int i = threadIdx.x + 1 + size * (size / 2);
    if (i < n) b[threadIdx.x] = a[i]; //~ bounds
}
extern "C" __global__ void product_overflows_right(const float* a, float* b, int* c, int n) {
    long long size = n * 256;
    long long i = threadIdx.x + 1 + size * (size / 2);
    if (i < n) b[threadIdx.x] = a[i];
}

// The last group of four is not whole.
extern "C" __global__ void tail_of_vectors(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, count = n - 2;
    const float4* groups = (const float4*)(a + 4);
    if (i <= count / 4) b[i] = groups[i].w; //~ bounds
}
extern "C" __global__ void tail_of_vectors_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, count = n - 4;
    const float4* groups = (const float4*)(a + 4);
    if (i < count / 4) b[i] = groups[i].w;
}

extern "C" __global__ void null_pointer(const float* a, float* b, int* c, int n) {
    float* to = a[threadIdx.x] > 50 ? nullptr : b;
    if (blockIdx.x == 0) to[threadIdx.x] = 2; //~ pointer
}
extern "C" __global__ void null_pointer_right(const float* a, float* b, int* c, int n) {
    float* to = a[threadIdx.x] > 50 ? nullptr : b;
    if (blockIdx.x == 0 && to) to[threadIdx.x] = 2;
}

// Numbers of twice the size, in a buffer for the smaller ones.
extern "C" __global__ void doubles_over_floats(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) ((double*)b)[i] = 1; //~ bounds
}
extern "C" __global__ void doubles_over_floats_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n / 2) ((double*)b)[i] = 1;
}

// Rows of 20 in a matrix of 16 columns.
extern "C" __global__ void wrong_width(const float* a, float* b, int* c, int n) {
    int row = threadIdx.x / 4 + 16 * (blockIdx.x % 1), column = threadIdx.x % 4;
    float sum = 0;
    for (int k = 0; k < 16; ++k) sum += a[row * 20 + k]; //~ bounds
    if (blockIdx.x == 0) b[row * 16 + column] = sum;
}
extern "C" __global__ void wrong_width_right(const float* a, float* b, int* c, int n) {
    int row = threadIdx.x / 4 + 16 * (blockIdx.x % 1), column = threadIdx.x % 4;
    float sum = 0;
    for (int k = 0; k < 16; ++k) sum += a[row * 16 + k];
    if (blockIdx.x == 0) b[row * 16 + column] = sum;
}

// `i >= 0` always holds for a number without a sign.
extern "C" __global__ void counts_below_zero(const float* a, float* b, int* c, int n) {
    for (unsigned i = threadIdx.x; i >= 0; --i)
        if (blockIdx.x == 0) b[threadIdx.x] += a[i]; //~ bounds
}
extern "C" __global__ void counts_below_zero_right(const float* a, float* b, int* c, int n) {
    for (int i = threadIdx.x; i >= 0; --i)
        if (blockIdx.x == 0) b[threadIdx.x] += a[i];
}

extern "C" __global__ void index_from_data(const float* a, float* b, int* c, int n) {
    int at = (int)a[threadIdx.x + blockIdx.x];
    atomicAdd(&c[at], 1); //~ bounds
}
extern "C" __global__ void index_from_data_right(const float* a, float* b, int* c, int n) {
    int at = (int)a[threadIdx.x + blockIdx.x];
    if (at < 64) atomicAdd(&c[at], 1);
}

extern "C" __global__ void remainder_below_zero(const float* a, float* b, int* c, int n) {
    int i = (int)threadIdx.x - 5;
    if (blockIdx.x == 0) b[threadIdx.x] = a[i % n]; //~ bounds
}
extern "C" __global__ void remainder_below_zero_right(const float* a, float* b, int* c, int n) {
    int i = (int)threadIdx.x - 5;
    if (blockIdx.x == 0) b[threadIdx.x] = a[(i + n) % n];
}

// The guard is about another buffer.
extern "C" __global__ void length_of_another(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) c[i] = (int)a[i]; //~ bounds
}
extern "C" __global__ void length_of_another_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < 64) c[i] = (int)a[i];
}

// A whole grid ahead, without a look at where that is.
extern "C" __global__ void grid_stride(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x, stride = gridDim.x * blockDim.x;
    for (int k = 0; k < 2; ++k, i += stride) b[i] = a[i % 200]; //~ bounds
}
extern "C" __global__ void grid_stride_right(const float* a, float* b, int* c, int n) {
    int stride = gridDim.x * blockDim.x;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += stride) b[i] = a[i % 200];
}

extern "C" __global__ void pointer_that_is_no_pointer(const float* a, float* b, int* c, int n) {
    float* to = (float*)(size_t)(unsigned)c[threadIdx.x];
    to[threadIdx.x] = 1; //~ pointer
}
extern "C" __global__ void pointer_that_is_no_pointer_right(const float* a, float* b, int* c, int n) {
    float* to = b + c[threadIdx.x];
    if (blockIdx.x == 0) to[threadIdx.x] = 1;
}
