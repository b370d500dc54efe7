// Shared memory: races, places that nobody has written, and indices past an array's end.
//~ launch 2 64

// Harris's last warp: `volatile` orders nothing since Volta.
extern "C" __global__ void warp_synchronous(const float* a, float* b, int* c, int n) {
    __shared__ volatile float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    if (t < 32) {
        s[t] += s[t + 32];
        s[t] += s[t + 16]; //~ race
        s[t] += s[t + 8]; //~ race
    }
    if (t == 0) b[blockIdx.x] = s[0];
}
extern "C" __global__ void warp_synchronous_right(const float* a, float* b, int* c, int n) {
    __shared__ volatile float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    for (int step = 32; step > 0; step /= 2) {
        float other = t < step ? s[t + step] : 0;
        __syncthreads();
        if (t < step) s[t] = s[t] + other;
        __syncthreads();
    }
    if (t == 0) b[blockIdx.x] = s[0];
}

extern "C" __global__ void warp_without_sync(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    if (t < 31) b[blockIdx.x * 64 + t] = s[t + 1]; //~ unwritten
}
extern "C" __global__ void warp_without_sync_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncwarp();
    if (t < 31) b[blockIdx.x * 64 + t] = s[t + 1];
}

// A scan with one barrier a step.
extern "C" __global__ void scan(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    for (int step = 1; step < 64; step *= 2) {
        __syncthreads();
        if (t >= step) s[t] += s[t - step]; //~ race
    }
    b[blockIdx.x * 64 + t] = s[t];
}
extern "C" __global__ void scan_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    for (int step = 1; step < 64; step *= 2) {
        __syncthreads();
        float other = t >= step ? s[t - step] : 0;
        __syncthreads();
        s[t] += other;
    }
    b[blockIdx.x * 64 + t] = s[t];
}

// Everybody reads the result while one thread already stores the next.
extern "C" __global__ void broadcast(const float* a, float* b, int* c, int n) {
    __shared__ float one[1];
    if (threadIdx.x == 0) one[0] = a[0];
    __syncthreads();
    float largest = one[0]; //~ race
    if (threadIdx.x == 0) one[0] = a[1]; //~ race
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = largest + one[0];
}
extern "C" __global__ void broadcast_right(const float* a, float* b, int* c, int n) {
    __shared__ float one[1];
    if (threadIdx.x == 0) one[0] = a[0];
    __syncthreads();
    float largest = one[0];
    __syncthreads();
    if (threadIdx.x == 0) one[0] = a[1];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = largest + one[0];
}

extern "C" __global__ void tile_without_second_barrier(const float* a, float* b, int* c, int n) {
    __shared__ float tile[64];
    float sum = 0;
    for (int start = 0; start < n; start += 64) {
        tile[threadIdx.x] = a[start + threadIdx.x]; //~ race
        __syncthreads();
        for (int k = 0; k < 64; ++k) sum += tile[k]; //~ race
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void tile_without_second_barrier_right(const float* a, float* b, int* c, int n) {
    __shared__ float tile[64];
    float sum = 0;
    for (int start = 0; start < n; start += 64) {
        tile[threadIdx.x] = a[start + threadIdx.x];
        __syncthreads();
        for (int k = 0; k < 64; ++k) sum += tile[k];
        __syncthreads();
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

extern "C" __global__ void histogram_not_zeroed(const float* a, float* b, int* c, int n) {
    __shared__ int bins[8];
    atomicAdd(&bins[(int)a[threadIdx.x] % 8], 1); //~ unwritten
    __syncthreads();
    if (threadIdx.x < 8) atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}
extern "C" __global__ void histogram_not_zeroed_right(const float* a, float* b, int* c, int n) {
    __shared__ int bins[8];
    if (threadIdx.x < 8) bins[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&bins[(int)a[threadIdx.x] % 8], 1);
    __syncthreads();
    if (threadIdx.x < 8) atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}

// A maximum by compare-and-swap in shared memory: the plain read is checked by the swap.
__device__ void shared_max(int* to, int value) {
    int old = *to;
    while (old < value) {
        int seen = atomicCAS(to, old, value);
        if (seen == old) break;
        old = seen;
    }
}
extern "C" __global__ void maximum(const float* a, float* b, int* c, int n) {
    __shared__ int most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    int mine = (int)a[blockIdx.x * 64 + threadIdx.x];
    if (mine > most) most = mine; //~ race
    __syncthreads();
    c[blockIdx.x] = most;
}
extern "C" __global__ void maximum_right(const float* a, float* b, int* c, int n) {
    __shared__ int most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    shared_max(&most, (int)a[blockIdx.x * 64 + threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) c[blockIdx.x] = most;
}

extern "C" __global__ void tail_not_loaded(const float* a, float* b, int* c, int n) {
    __shared__ float s[66];
    int t = threadIdx.x;
    s[t + 1] = a[t];
    __syncthreads();
    b[blockIdx.x * 64 + t] = s[t] + s[t + 2]; //~ unwritten
}
extern "C" __global__ void tail_not_loaded_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[66];
    int t = threadIdx.x;
    s[t + 1] = a[t];
    if (t == 0) s[0] = s[65] = 0;
    __syncthreads();
    b[blockIdx.x * 64 + t] = s[t] + s[t + 2];
}

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

// Bytes of one word, each by a thread of its own.
extern "C" __global__ void bytes(const float* a, float* b, int* c, int n) {
    __shared__ unsigned char s[64];
    s[threadIdx.x / 2] = (unsigned char)threadIdx.x; //~ race
}
extern "C" __global__ void bytes_right(const float* a, float* b, int* c, int n) {
    __shared__ unsigned char s[64];
    s[threadIdx.x] = (unsigned char)threadIdx.x;
    __syncthreads();
    c[threadIdx.x % 32] = s[(threadIdx.x % 32) + 32] * 0;
}

extern "C" __global__ void flag(const float* a, float* b, int* c, int n) {
    __shared__ int found;
    if (threadIdx.x == 0) found = 0; //~ race
    if (a[threadIdx.x] == 7) found = (int)threadIdx.x; //~ race
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = found;
}
// All write the same value.
extern "C" __global__ void flag_right(const float* a, float* b, int* c, int n) {
    __shared__ int found;
    if (threadIdx.x == 0) found = 0;
    __syncthreads();
    if (a[threadIdx.x] > 7) found = 1;
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = found;
}

//~ launch 2 64 256
extern "C" __global__ void no_dynamic_memory_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[63 - threadIdx.x];
}
