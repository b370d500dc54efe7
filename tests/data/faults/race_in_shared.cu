// Races in shared memory.
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

extern "C" __global__ void sum_of_all(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    sum += a[threadIdx.x]; //~ race
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum;
}
extern "C" __global__ void sum_of_all_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum;
}

extern "C" __global__ void histogram(const float* a, float* b, int* c, int n) {
    __shared__ int bins[8];
    if (threadIdx.x < 8) bins[threadIdx.x] = 0;
    __syncthreads();
    bins[(int)a[threadIdx.x] / 9]++; //~ race
    __syncthreads();
    if (threadIdx.x < 8) atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}
extern "C" __global__ void histogram_right(const float* a, float* b, int* c, int n) {
    __shared__ int bins[8];
    if (threadIdx.x < 8) bins[threadIdx.x] = 0;
    __syncthreads();
    atomicAdd(&bins[(int)a[threadIdx.x] / 9], 1);
    __syncthreads();
    if (threadIdx.x < 8) atomicAdd(&c[threadIdx.x], bins[threadIdx.x]);
}

extern "C" __global__ void reverse(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncwarp();
    if (t >= 32) b[blockIdx.x * 64 + t] = s[63 - t]; //~ race
}
extern "C" __global__ void reverse_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    if (t >= 32) b[blockIdx.x * 64 + t] = s[63 - t];
}

extern "C" __global__ void tree_without_barriers(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    for (int step = 32; step > 0; step /= 2)
        if (t < step) s[t] += s[t + step]; //~ race
    if (t == 0) b[blockIdx.x] = s[0];
}
extern "C" __global__ void tree_without_barriers_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    for (int step = 32; step > 0; step /= 2) {
        __syncthreads();
        if (t < step) s[t] += s[t + step];
    }
    if (t == 0) b[blockIdx.x] = s[0];
}

// The result of the whole is read before the last barrier.
extern "C" __global__ void result_too_early(const float* a, float* b, int* c, int n) {
    __shared__ int count;
    if (threadIdx.x == 0) count = 0;
    __syncthreads();
    if (a[threadIdx.x] > 10) atomicAdd(&count, 1);
    c[blockIdx.x * 32 + threadIdx.x % 32] = count > 64; //~ race
}
extern "C" __global__ void result_too_early_right(const float* a, float* b, int* c, int n) {
    __shared__ int count;
    if (threadIdx.x == 0) count = 0;
    __syncthreads();
    if (a[threadIdx.x] > 10) atomicAdd(&count, 1);
    __syncthreads();
    c[blockIdx.x * 32 + threadIdx.x % 32] = count > 64;
}

// The sum is set back for the next round while others still read it.
extern "C" __global__ void set_back_too_early(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    for (int round = 0; round < 2; ++round) {
        atomicAdd(&sum, a[threadIdx.x]);
        __syncthreads();
        b[blockIdx.x * 64 + threadIdx.x] = sum; //~ race
        if (threadIdx.x == 0) sum = 0; //~ race
        __syncthreads();
    }
}
extern "C" __global__ void set_back_too_early_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    for (int round = 0; round < 2; ++round) {
        atomicAdd(&sum, a[threadIdx.x]);
        __syncthreads();
        b[blockIdx.x * 64 + threadIdx.x] = sum;
        __syncthreads();
        if (threadIdx.x == 0) sum = 0;
        __syncthreads();
    }
}

// One buffer for both halves of a step: the step needs two.
extern "C" __global__ void smoothed_in_place(const float* a, float* b, int* c, int n) {
    __shared__ float s[66];
    int t = threadIdx.x + 1;
    if (t == 1) s[0] = s[65] = 0;
    s[t] = a[t];
    for (int round = 0; round < 3; ++round) {
        __syncthreads();
        s[t] = (s[t - 1] + s[t + 1]) / 2; //~ race
    }
    b[blockIdx.x * 64 + threadIdx.x] = s[t];
}
extern "C" __global__ void smoothed_in_place_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[2][66];
    int t = threadIdx.x + 1;
    if (t == 1) s[0][0] = s[0][65] = s[1][0] = s[1][65] = 0;
    s[0][t] = a[t];
    for (int round = 0; round < 3; ++round) {
        __syncthreads();
        s[(round + 1) % 2][t] = (s[round % 2][t - 1] + s[round % 2][t + 1]) / 2;
    }
    b[blockIdx.x * 64 + threadIdx.x] = s[1][t];
}

// Two arrays in one dynamic piece of memory, which overlap.
//~ launch 2 64 512
extern "C" __global__ void overlapping_halves(const float* a, float* b, int* c, int n) {
    extern __shared__ float both[];
    float *first = both, *second = both + 32;
    first[threadIdx.x] = a[threadIdx.x]; //~ race
    second[threadIdx.x] = a[threadIdx.x] * 2; //~ race
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = first[63 - threadIdx.x] + second[63 - threadIdx.x];
}
extern "C" __global__ void overlapping_halves_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float both[];
    float *first = both, *second = both + 64;
    first[threadIdx.x] = a[threadIdx.x];
    second[threadIdx.x] = a[threadIdx.x] * 2;
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = first[63 - threadIdx.x] + second[63 - threadIdx.x];
}

__device__ void swapped(float* s, int t) {
    float other = s[t ^ 1];
    s[t] = other; //~ race
}
extern "C" __global__ void in_a_function(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    swapped(room, threadIdx.x);
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[threadIdx.x];
}
__device__ void swapped_right(float* s, int t) {
    float other = s[t ^ 1];
    __syncwarp();
    s[t] = other;
}
extern "C" __global__ void in_a_function_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    swapped_right(room, threadIdx.x);
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[threadIdx.x];
}
