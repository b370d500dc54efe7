// Barriers that some threads of the block never reach, or reach at another line.
//~ launch 2 64

extern "C" __global__ void behind_a_bounds_check(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < 100) {
        b[i] = a[i];
        __syncthreads(); //~ barrier
    }
}
extern "C" __global__ void behind_a_bounds_check_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < 100) b[i] = a[i];
    __syncthreads();
}

extern "C" __global__ void early_return(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n - 150) return;
    b[i] = a[i];
    __syncthreads(); //~ barrier
}
extern "C" __global__ void early_return_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    bool is_inside = i < n - 150;
    if (is_inside) b[i] = a[i];
    __syncthreads();
}

extern "C" __global__ void one_in_each_branch(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    if (t % 2) {
        s[t] = a[t];
        __syncthreads(); //~ barrier
    } else {
        s[t] = -a[t];
        __syncthreads(); //~ barrier
    }
    b[blockIdx.x * 64 + t] = s[63 - t];
}
extern "C" __global__ void one_in_each_branch_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    if (t % 2) {
        s[t] = a[t];
    } else {
        s[t] = -a[t];
    }
    __syncthreads();
    b[blockIdx.x * 64 + t] = s[63 - t];
}

// Threads that take more elements also wait more often.
extern "C" __global__ void unequal_trips(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    float sum = 0;
    for (int k = threadIdx.x; k < 200; k += 64) {
        s[threadIdx.x] = a[k];
        __syncthreads(); //~ barrier
        sum += s[63 - threadIdx.x];
        __syncthreads(); //~ barrier
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void unequal_trips_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    float sum = 0;
    for (int start = 0; start < 200; start += 64) {
        int k = start + threadIdx.x;
        s[threadIdx.x] = k < 200 ? a[k] : 0;
        __syncthreads();
        sum += s[63 - threadIdx.x];
        __syncthreads();
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

// The threads that have nothing to add leave the loop.
extern "C" __global__ void tree_with_a_break(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    for (int step = 32; step > 0; step /= 2) {
        if (t >= step) break;
        s[t] += s[t + step];
        __syncthreads(); //~ barrier
    }
    if (t == 0) b[blockIdx.x] = s[0];
}
extern "C" __global__ void tree_with_a_break_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int t = threadIdx.x;
    s[t] = a[t];
    __syncthreads();
    for (int step = 32; step > 0; step /= 2) {
        if (t < step) s[t] += s[t + step];
        __syncthreads();
    }
    if (t == 0) b[blockIdx.x] = s[0];
}

__device__ void loaded(float* s, const float* a, int t) {
    s[t] = a[t];
    __syncthreads(); //~ barrier
}
extern "C" __global__ void in_a_function(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    if (a[threadIdx.x] > 20) loaded(s, a, threadIdx.x);
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
__device__ void loaded_right(float* s, const float* a, int t) {
    if (a[t] > 20) s[t] = a[t];
    __syncthreads();
}
extern "C" __global__ void in_a_function_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    loaded_right(s, a, threadIdx.x);
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

// As long as a thread's own value changes, it takes part.
extern "C" __global__ void until_own_value_settles(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    while (x > 1) {
        x /= 2;
        __syncthreads(); //~ barrier
    }
    b[blockIdx.x * 64 + threadIdx.x] = x;
}
extern "C" __global__ void until_own_value_settles_right(const float* a, float* b, int* c, int n) {
    float x = a[threadIdx.x];
    while (__syncthreads_or(x > 1))
        if (x > 1) x /= 2;
    b[blockIdx.x * 64 + threadIdx.x] = x;
}

extern "C" __global__ void in_a_switch(const float* a, float* b, int* c, int n) {
    switch (threadIdx.x % 3) {
        case 0: b[threadIdx.x % 64] = 1; break;
        case 1: __syncthreads(); break; //~ barrier
        default: __syncthreads(); //~ barrier
    }
}
extern "C" __global__ void in_a_switch_right(const float* a, float* b, int* c, int n) {
    switch (threadIdx.x % 3) {
        case 0: b[threadIdx.x % 64] = 1; break;
        default: break;
    }
    __syncthreads();
}

// Only the first thread of the block needs the sum, and only it waits for it.
extern "C" __global__ void only_the_first_waits(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) {
        sum = 0;
        __syncthreads(); //~ barrier
        b[blockIdx.x] = sum;
    }
}
extern "C" __global__ void only_the_first_waits_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum;
}

extern "C" __global__ void counting_barrier(const float* a, float* b, int* c, int n) {
    int above = 0;
    if (threadIdx.x >= 32) above = __syncthreads_count(a[threadIdx.x] > 40); //~ barrier
    if (threadIdx.x == 32) c[blockIdx.x] = above;
}
extern "C" __global__ void counting_barrier_right(const float* a, float* b, int* c, int n) {
    int above = __syncthreads_count(threadIdx.x >= 32 && a[threadIdx.x] > 40);
    if (threadIdx.x == 32) c[blockIdx.x] = above;
}

// Half of the block computes, the other half loads the next tile: two barriers each, at four lines.
extern "C" __global__ void loader_and_worker(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    int t = threadIdx.x;
    if (t < 32) {
        s[t] = a[t];
        __syncthreads(); //~ barrier
    } else {
        __syncthreads(); //~ barrier
        b[blockIdx.x * 64 + t] = s[t - 32];
    }
}
extern "C" __global__ void loader_and_worker_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    int t = threadIdx.x;
    if (t < 32) s[t] = a[t];
    __syncthreads();
    if (t >= 32) b[blockIdx.x * 64 + t] = s[t - 32];
}
