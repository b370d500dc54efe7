// Indices past the end of an array, or before its start: in shared memory, local, of the module.
//~ launch 2 64

extern "C" __global__ void one_too_many(const float* a, float* b, int* c, int n) {
    __shared__ float s[63];
    s[threadIdx.x] = a[threadIdx.x]; //~ bounds
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = s[62 - threadIdx.x % 63];
}
extern "C" __global__ void one_too_many_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = s[62 - threadIdx.x % 63];
}

extern "C" __global__ void into_the_next_array(const float* a, float* b, int* c, int n) {
    __shared__ float first[32];
    __shared__ float second[32];
    float* p = first;
    second[threadIdx.x % 32] = 0;
    p[threadIdx.x] = a[threadIdx.x]; //~ bounds
}
extern "C" __global__ void into_the_next_array_right(const float* a, float* b, int* c, int n) {
    __shared__ float first[64];
    __shared__ float second[32];
    float* p = first;
    second[threadIdx.x % 32] = 0;
    p[threadIdx.x] = a[threadIdx.x];
}

// No dynamic shared memory in the launch.
extern "C" __global__ void no_dynamic_memory(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x]; //~ bounds
}

extern "C" __global__ void local_array(const float* a, float* b, int* c, int n) {
    float last[4];
    for (int k = 0; k <= 4; ++k) last[k % 5] = a[threadIdx.x + k]; //~ bounds
    b[blockIdx.x * 64 + threadIdx.x] = last[threadIdx.x % 4];
}
extern "C" __global__ void local_array_right(const float* a, float* b, int* c, int n) {
    float last[5];
    for (int k = 0; k <= 4; ++k) last[k % 5] = a[threadIdx.x + k];
    b[blockIdx.x * 64 + threadIdx.x] = last[threadIdx.x % 4];
}

extern "C" __global__ void column_past_the_tile(const float* a, float* b, int* c, int n) {
    __shared__ float tile[8][8];
    int x = threadIdx.x % 8, y = threadIdx.x / 8;
    tile[y][x + 1] = a[threadIdx.x]; //~ bounds
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = tile[y][x];
}
extern "C" __global__ void column_past_the_tile_right(const float* a, float* b, int* c, int n) {
    __shared__ float tile[8][9];
    int x = threadIdx.x % 8, y = threadIdx.x / 8;
    tile[y][x + 1] = a[threadIdx.x];
    if (x == 0) tile[y][0] = 0;
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = tile[y][x];
}

extern "C" __global__ void row_past_the_tile(const float* a, float* b, int* c, int n) {
    __shared__ float tile[4][16];
    tile[threadIdx.x / 8][threadIdx.x % 8] = a[threadIdx.x]; //~ bounds
}
extern "C" __global__ void row_past_the_tile_right(const float* a, float* b, int* c, int n) {
    __shared__ float tile[4][16];
    tile[threadIdx.x / 16][threadIdx.x % 16] = a[threadIdx.x];
}

extern "C" __global__ void left_neighbour_of_the_first(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = s[(int)threadIdx.x - 1]; //~ bounds
}
extern "C" __global__ void left_neighbour_of_the_first_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = threadIdx.x > 0 ? s[threadIdx.x - 1] : 0;
}

__constant__ float weights[5] = {1, 2, 3, 2, 1};
extern "C" __global__ void constant_weights(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = -2; k <= 2; ++k) sum += weights[k + 3]; //~ bounds
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void constant_weights_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = -2; k <= 2; ++k) sum += weights[k + 2];
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

__device__ int counts[8];
extern "C" __global__ void device_array(const float* a, float* b, int* c, int n) {
    counts[(int)a[threadIdx.x] / 8] = 1; //~ bounds
}
extern "C" __global__ void device_array_right(const float* a, float* b, int* c, int n) {
    counts[(int)a[threadIdx.x] / 9] = 1;
}

struct Polygon {
    float corners[3];
    int kind;
};
extern "C" __global__ void member_array(const float* a, float* b, int* c, int n) {
    Polygon triangle = {{1, 2, 3}, 0};
    b[blockIdx.x * 64 + threadIdx.x] = triangle.corners[threadIdx.x % 4]; //~ bounds
}
extern "C" __global__ void member_array_right(const float* a, float* b, int* c, int n) {
    Polygon triangle = {{1, 2, 3}, 0};
    b[blockIdx.x * 64 + threadIdx.x] = triangle.corners[threadIdx.x % 3];
}

// A bin for each value from 1 to 64, counted from 0.
extern "C" __global__ void bins_counted_from_one(const float* a, float* b, int* c, int n) {
    __shared__ int bins[64];
    bins[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&bins[(int)a[threadIdx.x]], 1); //~ bounds
    __syncthreads();
    atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}
extern "C" __global__ void bins_counted_from_one_right(const float* a, float* b, int* c, int n) {
    __shared__ int bins[64];
    bins[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&bins[(int)a[threadIdx.x] - 1], 1);
    __syncthreads();
    atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}

__device__ void filled(float* to, int count) {
    for (int k = 0; k < count; ++k) to[k] = k; //~ bounds
}
extern "C" __global__ void in_a_function(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    if (threadIdx.x == 0) filled(s, blockDim.x);
}
__device__ void filled_right(float* to, int count) {
    for (int k = 0; k < count; ++k) to[k] = k;
}
extern "C" __global__ void in_a_function_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    if (threadIdx.x == 0) filled_right(s, 32);
}

//~ launch 2 64 64
// Bytes are asked for where elements are meant.
extern "C" __global__ void too_little_dynamic_memory(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x]; //~ bounds
}
//~ launch 2 64 256
extern "C" __global__ void too_little_dynamic_memory_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
}

//~ launch 2 64 256
extern "C" __global__ void no_dynamic_memory_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[63 - threadIdx.x];
}
