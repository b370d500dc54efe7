// Operations made of atomicCAS, whose loops begin with a plain read, and looks before an atomic
// operation: no faults. Beside them the same without the atomic operation.
//~ launch 4 64

__device__ void add(float* to, float x) { *to += x; } //~ race
extern "C" __global__ void float_sum(const float* a, float* b, int* c, int n) {
    add(b, a[threadIdx.x]);
}
__device__ __noinline__ void add_right(float* to, float x) {
    int* bits = (int*)to;
    int old = *bits, assumed;
    do {
        assumed = old;
        old = atomicCAS(bits, assumed, __float_as_int(__int_as_float(assumed) + x));
    } while (assumed != old);
}
extern "C" __global__ void float_sum_right(const float* a, float* b, int* c, int n) {
    add_right(b, a[threadIdx.x]);
}

extern "C" __global__ void double_sum(const float* a, float* b, int* c, int n) {
    unsigned long long* bits = (unsigned long long*)b;
    unsigned long long old = bits[0];
    bits[0] = __double_as_longlong(__longlong_as_double(old) + a[threadIdx.x]); //~ race
}
__device__ double add_double(double* to, double x) {
    unsigned long long* bits = (unsigned long long*)to;
    unsigned long long old = *bits, assumed;
    do {
        assumed = old;
        old = atomicCAS(bits, assumed, __double_as_longlong(x + __longlong_as_double(assumed)));
    } while (assumed != old);
    return __longlong_as_double(old);
}
extern "C" __global__ void double_sum_right(const float* a, float* b, int* c, int n) {
    add_double((double*)b, a[threadIdx.x]);
}

extern "C" __global__ void float_maximum(const float* a, float* b, int* c, int n) {
    if (b[0] < a[threadIdx.x]) b[0] = a[threadIdx.x]; //~ race
}
__device__ inline float maximum(float* to, float x) {
    float old = *to;
    while (old < x) {
        int assumed = __float_as_int(old);
        int seen = atomicCAS((int*)to, assumed, __float_as_int(x));
        if (seen == assumed) break;
        old = __int_as_float(seen);
    }
    return old;
}
extern "C" __global__ void float_maximum_right(const float* a, float* b, int* c, int n) {
    maximum(b, a[threadIdx.x]);
    maximum(b, a[threadIdx.x] / 2);
    maximum(&b[1], -a[threadIdx.x]);
}

// The look at the second value never leads to an atomic operation.
__device__ inline void raised(int* to, int value) {
    if (*to < value) atomicMax(to, value);
}
extern "C" __global__ void look_and_store(const float* a, float* b, int* c, int n) {
    int mine = (int)a[threadIdx.x];
    if (c[0] < mine) c[0] = mine; //~ race
}
extern "C" __global__ void look_and_store_right(const float* a, float* b, int* c, int n) {
    int mine = (int)a[threadIdx.x];
    raised(&c[0], mine);
    raised(&c[0], mine - 5);
}

extern "C" __global__ void half_of_them_store(const float* a, float* b, int* c, int n) {
    if (threadIdx.x % 2) {
        add_right(b, a[threadIdx.x]);
    } else {
        b[0] += a[threadIdx.x]; //~ race
    }
}
extern "C" __global__ void half_of_them_store_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x % 2) {
        add_right(b, a[threadIdx.x]);
    } else {
        atomicAdd(b, a[threadIdx.x]);
    }
}

// Set in the same launch, without a barrier behind it.
extern "C" __global__ void begun_beside_the_loop(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[blockIdx.x] = 1000; //~ race
    int mine = (int)a[threadIdx.x];
    if (c[blockIdx.x] > mine) atomicMin(&c[blockIdx.x], mine); //~ race
}
extern "C" __global__ void begun_beside_the_loop_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[blockIdx.x] = 1000;
    __syncthreads();
    int mine = (int)a[threadIdx.x];
    if (c[blockIdx.x] > mine) atomicMin(&c[blockIdx.x], mine);
}

extern "C" __global__ void result_without_a_barrier(const float* a, float* b, int* c, int n) {
    add_right(&b[blockIdx.x], a[threadIdx.x]);
    if (threadIdx.x == 5) c[blockIdx.x] = (int)b[blockIdx.x]; //~ race
}
extern "C" __global__ void result_without_a_barrier_right(const float* a, float* b, int* c, int n) {
    add_right(&b[blockIdx.x], a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 5) c[blockIdx.x] = (int)b[blockIdx.x];
}

extern "C" __global__ void shared_maximum(const float* a, float* b, int* c, int n) {
    __shared__ float most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    if (most < a[threadIdx.x]) most = a[threadIdx.x]; //~ race
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = most;
}
extern "C" __global__ void shared_maximum_right(const float* a, float* b, int* c, int n) {
    __shared__ float most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    maximum(&most, a[threadIdx.x]);
    maximum(&most, 3);
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = most;
}

extern "C" __global__ void shared_sums(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    __shared__ double wide;
    if (threadIdx.x == 0) sum = wide = 0; //~ race
    add_right(&sum, a[threadIdx.x]);
    add_double(&wide, a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum + wide;
}
extern "C" __global__ void shared_sums_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    __shared__ double wide;
    if (threadIdx.x == 0) sum = wide = 0;
    __syncthreads();
    add_right(&sum, a[threadIdx.x]);
    add_double(&wide, a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum + wide;
}

// Much is read between the first look and the atomic operation.
extern "C" __global__ void work_behind_the_look(const float* a, float* b, int* c, int n) {
    int old = c[0];
    float sum = 0;
    for (int k = 0; k < 32; ++k) sum += b[128 + k];
    c[0] = old + (int)sum + (int)threadIdx.x; //~ race
}
extern "C" __global__ void work_behind_the_look_right(const float* a, float* b, int* c, int n) {
    int old = c[0], assumed;
    float sum = 0;
    for (int k = 0; k < 32; ++k) sum += b[128 + k];
    do {
        assumed = old;
        old = atomicCAS(&c[0], assumed, assumed + (int)sum + (int)threadIdx.x);
    } while (assumed != old);
}

// A saturating counter in half a word.
extern "C" __global__ void half_words(const float* a, float* b, int* c, int n) {
    unsigned short* counts = (unsigned short*)c;
    if (counts[2 * (threadIdx.x % 2)] < 9) c[threadIdx.x % 2] += 1; //~ race
}
extern "C" __global__ void half_words_right(const float* a, float* b, int* c, int n) {
    unsigned* word = (unsigned*)&c[threadIdx.x % 2];
    unsigned old = *word, assumed;
    do {
        assumed = old;
        unsigned count = (assumed & 0xffff) < 9 ? (assumed & 0xffff) + 1 : 9;
        old = atomicCAS(word, assumed, (assumed & 0xffff0000u) | count);
    } while (assumed != old);
}

// A stack of the threads that have come, as a list.
extern "C" __global__ void pushed_onto_a_list(const float* a, float* b, int* c, int n) {
    int me = blockIdx.x * 64 + threadIdx.x;
    b[me] = c[0];
    c[0] = me + 1; //~ race
}
extern "C" __global__ void pushed_onto_a_list_right(const float* a, float* b, int* c, int n) {
    int old = c[0], me = blockIdx.x * 64 + threadIdx.x, next = 0;
    do {
        next = old;
        old = atomicCAS(&c[0], next, me + 1);
    } while (old != next);
    b[me] = (next > 256);
    __threadfence();
    atomicExch(&c[0], 0);
}
