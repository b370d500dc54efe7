// Loops that never end.
//~ launch 2 64

extern "C" __global__ void counter_not_raised(const float* a, float* b, int* c, int n) {
    float sum = 0;
    int k = 0;
    while (k < n) { //~ endless
        sum += a[k]; //~ endless
        if (sum < 0) ++k; //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void counter_not_raised_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    int k = 0;
    while (k < n) {
        sum += a[k];
        ++k;
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

extern "C" __global__ void step_of_zero(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 0; k < n; k += n / 1000) //~ endless
        sum += a[k]; //~ endless
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void step_of_zero_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 0; k < n; k += max(n / 1000, 1))
        sum += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

extern "C" __global__ void doubles_zero(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 0; k < n; k *= 2) //~ endless
        sum += a[k]; //~ endless
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void doubles_zero_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 1; k < n; k *= 2)
        sum += a[k];
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

extern "C" __global__ void halves_to_zero(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int step = 32; step >= 0; step /= 2) //~ endless
        sum += a[threadIdx.x + step]; //~ endless
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void halves_to_zero_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int step = 32; step > 0; step /= 2)
        sum += a[threadIdx.x + step];
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

// A flag that nobody sets.
extern "C" __global__ void flag_never_set(const float* a, float* b, int* c, int n) {
    volatile int* flag = c;
    while (flag[5] == 0) { //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void flag_never_set_right(const float* a, float* b, int* c, int n) {
    volatile int* flag = c;
    if (threadIdx.x == 0) {
        __threadfence();
        flag[5] = 1;
    }
    while (flag[5] == 0) {
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

// A lock that its holder keeps.
extern "C" __global__ void lock_never_given_back(const float* a, float* b, int* c, int n) {
    while (atomicCAS(&c[7], 0, 1) != 0) { //~ endless
    }
    b[threadIdx.x] = 1;
}
extern "C" __global__ void lock_never_given_back_right(const float* a, float* b, int* c, int n) {
    while (atomicCAS(&c[7], 0, 1) != 0) {
    }
    b[threadIdx.x] = 1;
    __threadfence();
    atomicExch(&c[7], 0);
}

// A float too large to be changed by adding 1.
extern "C" __global__ void float_stands_still(const float* a, float* b, int* c, int n) {
    float x = 1 << 24;
    while (x < (1 << 24) + n) { //~ endless
        x += 1; //~ endless
        b[blockIdx.x * 64 + threadIdx.x] = x; //~ endless
    }
}
extern "C" __global__ void float_stands_still_right(const float* a, float* b, int* c, int n) {
    int x = 1 << 24;
    while (x < (1 << 24) + n) {
        x += 1;
        b[blockIdx.x * 64 + threadIdx.x] = x;
    }
}

extern "C" __global__ void continues_before_the_step(const float* a, float* b, int* c, int n) {
    float sum = 0;
    int k = 0;
    while (k < 64) { //~ endless
        if (a[k] == 5) continue; //~ endless
        sum += a[k++]; //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}
extern "C" __global__ void continues_before_the_step_right(const float* a, float* b, int* c, int n) {
    float sum = 0;
    for (int k = 0; k < 64; ++k) {
        if (a[k] == 5) continue;
        sum += a[k];
    }
    b[blockIdx.x * 64 + threadIdx.x] = sum;
}

// Everybody waits for a sum that only comes when everybody has added.
extern "C" __global__ void waits_for_more_than_come(const float* a, float* b, int* c, int n) {
    __shared__ int come;
    if (threadIdx.x == 0) come = 0;
    __syncthreads();
    atomicAdd(&come, 1);
    while (atomicAdd(&come, 0) < 65) { //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void waits_for_more_than_come_right(const float* a, float* b, int* c, int n) {
    __shared__ int come;
    if (threadIdx.x == 0) come = 0;
    __syncthreads();
    atomicAdd(&come, 1);
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

extern "C" __global__ void barriers_for_ever(const float* a, float* b, int* c, int n) {
    __shared__ int done;
    if (threadIdx.x == 0) done = 0;
    __syncthreads(); //~ endless
    while (!done) { //~ endless
        __syncthreads(); //~ endless
    }
}
extern "C" __global__ void barriers_for_ever_right(const float* a, float* b, int* c, int n) {
    __shared__ int done;
    if (threadIdx.x == 0) done = 0;
    __syncthreads();
    while (!done) {
        __syncthreads();
        if (threadIdx.x == 5) done = 1;
        __syncthreads();
    }
}

__device__ float settled(float x) {
    float before = 0;
    while (x != before) { //~ endless
        before = x; //~ endless
        x = -x; //~ endless
    }
    return x;
}
extern "C" __global__ void never_settles(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = settled(a[threadIdx.x]);
}
__device__ float settled_right(float x) {
    float before = 0;
    while (x != before) {
        before = x;
        x = fabsf(x);
    }
    return x;
}
extern "C" __global__ void never_settles_right(const float* a, float* b, int* c, int n) {
    b[blockIdx.x * 64 + threadIdx.x] = settled_right(a[threadIdx.x]);
}

// Loops in which nothing happens; those that end are no fault, whether a compiler keeps them or not.
extern "C" __global__ void nothing_for_ever(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 5) {
        while (true) { //~ endless
        }
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void nothing_for_ever_right(const float* a, float* b, int* c, int n) {
    for (int k = 0; k < 40 * n; ++k) {
    }
    float unused = 0;
    for (unsigned k = 0; k < 4u * n; k += 2) unused += k;
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

// A counter that passes by its end.
extern "C" __global__ void odd_and_even(const float* a, float* b, int* c, int n) {
    for (unsigned k = 1; k != n; k += 2) { //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void odd_and_even_right(const float* a, float* b, int* c, int n) {
    for (unsigned k = 0; k != n; k += 2) {
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

// A compiler may read a flag once that is not volatile.
extern "C" __global__ void flag_read_once(const float* a, float* b, int* c, int n) {
    while (c[9] == 0) { //~ endless
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
extern "C" __global__ void flag_read_once_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        __threadfence();
        atomicExch(&c[9], 1);
    }
    while (*(volatile int*)&c[9] == 0) {
    }
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

__device__ int ready, ready_right;
__device__ void wait_until_ready() {
    while (!ready) __nanosleep(100); //~ endless
}
extern "C" __global__ void variable_of_the_module(const float* a, float* b, int* c, int n) {
    wait_until_ready();
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}
__device__ void wait_until_ready_right() {
    while (!atomicAdd(&ready_right, 0)) __nanosleep(100);
}
extern "C" __global__ void variable_of_the_module_right(const float* a, float* b, int* c, int n) {
    atomicExch(&ready_right, 1);
    wait_until_ready_right();
    b[blockIdx.x * 64 + threadIdx.x] = 1;
}

extern "C" __global__ void flag_in_shared(const float* a, float* b, int* c, int n) {
    __shared__ int flag;
    if (threadIdx.x == 0) flag = 0;
    __syncthreads();
    if (threadIdx.x == 33) {
        while (!flag) { //~ endless
        }
    }
    b[blockIdx.x * 64 + threadIdx.x] = flag;
}
extern "C" __global__ void flag_in_shared_right(const float* a, float* b, int* c, int n) {
    __shared__ int flag;
    if (threadIdx.x == 0) flag = 1;
    __syncthreads();
    if (threadIdx.x == 33) {
        while (!flag) {
        }
    }
    b[blockIdx.x * 64 + threadIdx.x] = flag;
}
