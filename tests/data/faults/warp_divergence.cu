// Masks that name lanes which do not take part, and lanes that no mask names.
//~ launch 1 64

extern "C" __global__ void full_mask_in_half_a_warp(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    if (threadIdx.x % 32 < 16)
        x += __shfl_down_sync(0xffffffffu, x, 8); //~ warp
    b[threadIdx.x] = x;
}
extern "C" __global__ void full_mask_in_half_a_warp_right(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    if (threadIdx.x % 32 < 16)
        x += __shfl_down_sync(0xffffu, x, 8, 16);
    b[threadIdx.x] = x;
}

extern "C" __global__ void after_an_early_return(const float* a, float* b, int* c, int n) {
    if (threadIdx.x >= 50) return;
    float x = a[threadIdx.x];
    for (int d = 16; d > 0; d /= 2)
        x += __shfl_down_sync(0xffffffffu, x, d); //~ warp
    if (threadIdx.x % 32 == 0) b[threadIdx.x] = x;
}
extern "C" __global__ void after_an_early_return_right(const float* a, float* b, int* c, int n) {
    float x = threadIdx.x < 50 ? a[threadIdx.x] : 0;
    for (int d = 16; d > 0; d /= 2)
        x += __shfl_down_sync(0xffffffffu, x, d);
    if (threadIdx.x % 32 == 0) b[threadIdx.x] = x;
}

extern "C" __global__ void vote_in_a_branch(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] > 10)
        c[threadIdx.x] = __any_sync(0xffffffffu, a[threadIdx.x] > 60); //~ warp
}
extern "C" __global__ void vote_in_a_branch_right(const float* a, float* b, int* c, int n) {
    int any = __any_sync(0xffffffffu, a[threadIdx.x] > 60);
    if (a[threadIdx.x] > 10) c[threadIdx.x] = any;
}

extern "C" __global__ void empty_mask(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = __shfl_sync(0u, a[threadIdx.x], 0); //~ other
}
extern "C" __global__ void empty_mask_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = __shfl_sync(0xffffffffu, a[threadIdx.x], 0);
}

// A lane takes part that its mask does not name.
extern "C" __global__ void forgotten_lanes(const float* a, float* b, int* c, int n) {
    unsigned mask = 0x0fffffffu;
    b[threadIdx.x] = __shfl_xor_sync(mask, a[threadIdx.x], 1); //~ other
}
extern "C" __global__ void forgotten_lanes_right(const float* a, float* b, int* c, int n) {
    unsigned mask = 0xffffffffu;
    b[threadIdx.x] = __shfl_xor_sync(mask, a[threadIdx.x], 1);
}

extern "C" __global__ void source_outside_of_the_mask(const float* a, float* b, int* c, int n) {
    if (threadIdx.x % 32 < 8) b[threadIdx.x] = __shfl_sync(0xffu, a[threadIdx.x], 9); //~ warp
}
extern "C" __global__ void source_outside_of_the_mask_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x % 32 < 8) b[threadIdx.x] = __shfl_sync(0xffu, a[threadIdx.x], 7);
}

// Trips of a loop differ within the warp.
extern "C" __global__ void loop_over_own_count(const float* a, float* b, int* c, int n) {
    float x = 0;
    for (int k = 0; k < (int)threadIdx.x % 5; ++k)
        x += __shfl_sync(0xffffffffu, a[threadIdx.x], k); //~ warp
    b[threadIdx.x] = x;
}
extern "C" __global__ void loop_over_own_count_right(const float* a, float* b, int* c, int n) {
    float x = 0;
    for (int k = 0; k < 5; ++k) {
        float other = __shfl_sync(0xffffffffu, a[threadIdx.x], k);
        if (k < (int)threadIdx.x % 5) x += other;
    }
    b[threadIdx.x] = x;
}

__device__ float warp_sum(float x) {
    for (int d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d); //~ warp
    return x;
}
extern "C" __global__ void sum_of_a_few(const float* a, float* b, int* c, int n) {
    if (threadIdx.x % 4 == 0) b[threadIdx.x] = warp_sum(a[threadIdx.x]);
}
__device__ float warp_sum_right(float x) {
    for (int d = 16; d > 0; d /= 2) x += __shfl_xor_sync(0xffffffffu, x, d);
    return x;
}
extern "C" __global__ void sum_of_a_few_right(const float* a, float* b, int* c, int n) {
    float sum = warp_sum_right(threadIdx.x % 4 == 0 ? a[threadIdx.x] : 0);
    if (threadIdx.x % 4 == 0) b[threadIdx.x] = sum;
}

extern "C" __global__ void syncwarp_in_a_branch(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    if (t % 32 < 31) {
        __syncwarp(); //~ warp
        b[t] = s[t + 1];
    }
}
extern "C" __global__ void syncwarp_in_a_branch_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncwarp();
    if (t % 32 < 31) b[t] = s[t + 1];
}

// One branch shuffles, the other waits for all of the warp.
extern "C" __global__ void shuffle_against_syncwarp(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    if (threadIdx.x % 2)
        x = __shfl_sync(0xffffffffu, x, 1); //~ warp
    else
        __syncwarp(); //~ warp
    b[threadIdx.x] = x;
}
extern "C" __global__ void shuffle_against_syncwarp_right(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    float other = __shfl_sync(0xffffffffu, x, 1);
    if (threadIdx.x % 2) x = other;
    b[threadIdx.x] = x;
}

extern "C" __global__ void count_in_else(const float* a, float* b, int* c, int n) {
    if (threadIdx.x < 40) {
        b[threadIdx.x] = 1;
    } else {
        c[threadIdx.x] = __popc(__ballot_sync(0xffffffffu, 1)); //~ warp
    }
}
extern "C" __global__ void count_in_else_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x < 40) {
        b[threadIdx.x] = 1;
    } else {
        c[threadIdx.x] = __popc(__ballot_sync(__activemask(), 1));
    }
}

// The mask is that of the ballot, but one more condition keeps lanes away.
extern "C" __global__ void mask_of_another_condition(const float* a, float* b, int* c, int n) {
    unsigned mask = __ballot_sync(0xffffffffu, threadIdx.x % 2 == 0);
    if (threadIdx.x % 4 == 0) b[threadIdx.x] = __shfl_sync(mask, a[threadIdx.x], 0); //~ warp
}
extern "C" __global__ void mask_of_another_condition_right(const float* a, float* b, int* c, int n) {
    unsigned mask = __ballot_sync(0xffffffffu, threadIdx.x % 4 == 0);
    if (threadIdx.x % 4 == 0) b[threadIdx.x] = __shfl_sync(mask, a[threadIdx.x], 0);
}
