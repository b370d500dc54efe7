// Races in global memory between the threads of different blocks.
//~ launch 4 64

extern "C" __global__ void total(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) b[0] += a[i]; //~ race
}
extern "C" __global__ void total_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) atomicAdd(&b[0], a[i]);
}

// A block's own sum is right; the blocks meet without order.
extern "C" __global__ void sum_of_sums(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, a[blockIdx.x * 64 + threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) b[0] = b[0] + sum; //~ race
}
extern "C" __global__ void sum_of_sums_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, a[blockIdx.x * 64 + threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) atomicAdd(&b[0], sum);
}

// __syncthreads() taken for a barrier of the grid.
extern "C" __global__ void grid_barrier(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) b[blockIdx.x] = a[blockIdx.x]; //~ race
    __syncthreads();
    if (blockIdx.x == 0 && threadIdx.x == 0) {
        float sum = 0;
        for (int k = 0; k < gridDim.x; ++k) sum += b[k]; //~ race
        b[100] = sum;
    }
}
extern "C" __global__ void grid_barrier_right(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        b[blockIdx.x] = a[blockIdx.x];
        __threadfence();
        last = atomicAdd(&c[0], 1) == (int)gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float sum = 0;
        for (int k = 0; k < gridDim.x; ++k) sum += b[k];
        b[100] = sum;
    }
}

// The same with atomics: nobody waits until all have added.
extern "C" __global__ void mean_too_early(const float* a, float* b, int* c, int n) {
    atomicAdd(&b[0], a[blockIdx.x * 64 + threadIdx.x]);
    __syncthreads();
    if (blockIdx.x == 0 && threadIdx.x == 0) b[1] = b[0] / n; //~ race
}
extern "C" __global__ void mean_too_early_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&b[0], a[blockIdx.x * 64 + threadIdx.x] / n);
}

// A last block without the fence.
extern "C" __global__ void no_fence(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        b[blockIdx.x] = a[blockIdx.x]; //~ race
        last = atomicAdd(&c[0], 1) == (int)gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        float sum = 0;
        for (int k = 0; k < gridDim.x; ++k) sum += b[k]; //~ race
        b[100] = sum;
    }
}
extern "C" __global__ void no_fence_right(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    b[blockIdx.x * 64 + threadIdx.x] = a[threadIdx.x];
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) last = atomicInc((unsigned*)&c[0], gridDim.x) == gridDim.x - 1;
    __syncthreads();
    if (last) c[1 + threadIdx.x % 32] = (int)b[(threadIdx.x * 4 + 1) % 256] * 0;
}

// A last block whose threads do not wait for each other before one counts the block.
extern "C" __global__ void no_barrier_before_count(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    b[blockIdx.x * 64 + threadIdx.x] = a[threadIdx.x]; //~ race
    if (threadIdx.x == 0) {
        __threadfence();
        last = atomicAdd(&c[0], 1) == (int)gridDim.x - 1;
    }
    __syncthreads();
    if (last) {
        float sum = 0;
        for (int k = 0; k < 256; ++k) sum += b[k]; //~ race
        c[1 + threadIdx.x % 32] = sum < 0;
    }
}
extern "C" __global__ void no_barrier_before_count_right(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    b[blockIdx.x * 64 + threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    if (threadIdx.x == 0) {
        __threadfence();
        last = atomicAdd(&c[0], 1) == (int)gridDim.x - 1;
    }
    __syncthreads();
    if (last) {
        float sum = 0;
        for (int k = 0; k < 256; ++k) sum += b[k];
        c[1 + threadIdx.x % 32] = sum < 0;
    }
}

// A lock whose owner does not fence what it wrote.
__device__ int lock;
extern "C" __global__ void lock_without_fence(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        while (atomicCAS(&lock, 0, 1) != 0) {}
        b[0] += a[blockIdx.x]; //~ race
        atomicExch(&lock, 0);
    }
}
__device__ int right_lock;
extern "C" __global__ void lock_without_fence_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        while (atomicCAS(&right_lock, 0, 1) != 0) {}
        __threadfence();
        b[0] += a[blockIdx.x];
        __threadfence();
        atomicExch(&right_lock, 0);
    }
}

extern "C" __global__ void no_lock(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        b[0] += a[blockIdx.x]; //~ race
        __threadfence();
    }
}
extern "C" __global__ void no_lock_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        b[blockIdx.x] += a[blockIdx.x];
        __threadfence();
    }
}

extern "C" __global__ void shift_in_place(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float next = i + 1 < n ? b[i + 1] : 0; //~ race
    __syncthreads();
    b[i] = next; //~ race
}
extern "C" __global__ void shift_in_place_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = i + 1 < n ? a[i + 1] : 0;
}

extern "C" __global__ void stencil_in_place(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    float around = b[max(i - 1, 0)] + b[min(i + 1, n - 1)]; //~ race
    __syncthreads();
    b[i] = around / 2; //~ race
}
extern "C" __global__ void stencil_in_place_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = (a[max(i - 1, 0)] + a[min(i + 1, n - 1)]) / 2;
}

extern "C" __global__ void block_for_thread(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = a[blockIdx.x * blockDim.x + threadIdx.x]; //~ race
}
extern "C" __global__ void block_for_thread_right(const float* a, float* b, int* c, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    b[i] = a[i];
}

extern "C" __global__ void rows_overlap(const float* a, float* b, int* c, int n) {
    int first = blockIdx.x * 60;
    b[first + threadIdx.x] = a[threadIdx.x]; //~ race
}
extern "C" __global__ void rows_overlap_right(const float* a, float* b, int* c, int n) {
    int first = blockIdx.x * 64;
    b[first + threadIdx.x] = a[threadIdx.x];
}

extern "C" __global__ void queue_without_atomic(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0 && a[blockIdx.x] >= 0) {
        int place = c[0]; //~ race
        c[0] = place + 1; //~ race
        b[place] = a[blockIdx.x];
    }
}
extern "C" __global__ void queue_without_atomic_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0 && a[blockIdx.x] >= 0) {
        int place = atomicAdd(&c[0], 1);
        b[place] = a[blockIdx.x];
    }
}

__device__ float blocks_sum;
extern "C" __global__ void device_variable(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) blocks_sum += a[blockIdx.x]; //~ race
}
__device__ float right_blocks_sum;
extern "C" __global__ void device_variable_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) atomicAdd(&right_blocks_sum, a[blockIdx.x]);
}

// A maximum by compare-and-swap, as the programming guide has it.
__device__ void max_by_cas(float* to, float value) {
    int* bits = (int*)to;
    int old = *bits, assumed;
    do {
        assumed = old;
        if (__int_as_float(assumed) >= value) return;
        old = atomicCAS(bits, assumed, __float_as_int(value));
    } while (assumed != old);
}
extern "C" __global__ void maximum(const float* a, float* b, int* c, int n) {
    float mine = a[blockIdx.x * 64];
    if (threadIdx.x == 0 && mine > b[0]) b[0] = mine; //~ race
}
extern "C" __global__ void maximum_right(const float* a, float* b, int* c, int n) {
    max_by_cas(&b[0], a[blockIdx.x * 64 + threadIdx.x]);
}

// Distances that only shrink: checked first, then atomically.
extern "C" __global__ void relax(const float* a, float* b, int* c, int n) {
    int d = (int)threadIdx.x - 32 * (int)blockIdx.x;
    if (c[threadIdx.x % 4] > d) c[threadIdx.x % 4] = d; //~ race
}
extern "C" __global__ void relax_right(const float* a, float* b, int* c, int n) {
    int d = (int)threadIdx.x - 32 * (int)blockIdx.x;
    if (c[threadIdx.x % 4] > d) atomicMin(&c[threadIdx.x % 4], d);
}

// Each block waits for the sum of the one before.
extern "C" __global__ void chained_scan(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        float before = 0;
        if (blockIdx.x > 0) {
            while (((volatile int*)c)[blockIdx.x - 1] == 0) {}
            before = b[blockIdx.x - 1]; //~ race
        }
        b[blockIdx.x] = before + a[blockIdx.x]; //~ race
        ((volatile int*)c)[blockIdx.x] = 1;
    }
}
extern "C" __global__ void chained_scan_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) {
        float before = 0;
        if (blockIdx.x > 0) {
            while (((volatile int*)c)[blockIdx.x - 1] == 0) {}
            __threadfence();
            before = b[blockIdx.x - 1];
        }
        b[blockIdx.x] = before + a[blockIdx.x];
        __threadfence();
        ((volatile int*)c)[blockIdx.x] = 1;
    }
}
