// A value is read, and an atomic operation stores another that was made of it, whatever is there by
// then: what others stored in between is lost. Beside them the ways in which nothing is.
//~ launch 4 64

extern "C" __global__ void count_by_exchange(const float* a, float* b, int* c, int n) {
    int old = c[0]; //~ race
    atomicExch(&c[0], old + 1); //~ race
}
extern "C" __global__ void count_by_exchange_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&c[0], 1);
}

extern "C" __global__ void sum_by_exchange(const float* a, float* b, int* c, int n) {
    float old = b[0]; //~ race
    atomicExch(&b[0], old + a[threadIdx.x]); //~ race
}
extern "C" __global__ void sum_by_exchange_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&b[0], a[threadIdx.x]);
}

// The result says whether the value was still there, but nobody looks at it.
extern "C" __global__ void swapped_once(const float* a, float* b, int* c, int n) {
    int old = c[0]; //~ race
    atomicCAS(&c[0], old, old + 1); //~ race
}
extern "C" __global__ void swapped_once_right(const float* a, float* b, int* c, int n) {
    int old = c[0], assumed;
    do {
        assumed = old;
        old = atomicCAS(&c[0], assumed, assumed + 1);
    } while (assumed != old);
}

extern "C" __global__ void result_thrown_away(const float* a, float* b, int* c, int n) {
    unsigned* count = (unsigned*)c;
    unsigned old = count[1]; //~ race
    if (old < 1000) (void)atomicCAS(count + 1, old, old + 1); //~ race
}
extern "C" __global__ void result_thrown_away_right(const float* a, float* b, int* c, int n) {
    unsigned* count = (unsigned*)c;
    unsigned old = count[1];
    while (old < 1000) {
        unsigned seen = atomicCAS(count + 1, old, old + 1);
        if (seen == old) break;
        old = seen;
    }
}

extern "C" __global__ void maximum_by_exchange(const float* a, float* b, int* c, int n) {
    int mine = (int)a[threadIdx.x];
    if (c[0] < mine) atomicExch(&c[0], mine); //~ race
}
extern "C" __global__ void maximum_by_exchange_right(const float* a, float* b, int* c, int n) {
    int mine = (int)a[threadIdx.x];
    if (c[0] < mine) atomicMax(&c[0], mine);
}

extern "C" __global__ void sum_in_shared(const float* a, float* b, int* c, int n) {
    __shared__ int sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    int old = sum; //~ race
    atomicExch(&sum, old + (int)a[threadIdx.x]); //~ race
    __syncthreads();
    if (threadIdx.x == 0) c[blockIdx.x] = sum;
}
extern "C" __global__ void sum_in_shared_right(const float* a, float* b, int* c, int n) {
    __shared__ int sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, (int)a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) c[blockIdx.x] = sum;
}

// A list of nodes: the exchange itself gives the one before.
extern "C" __global__ void pushed_behind_a_read(const float* a, float* b, int* c, int n) {
    int before = c[0]; //~ race
    atomicExch(&c[0], threadIdx.x + 1); //~ race
    if (before == 0) atomicAdd(&c[1], 1);
}
extern "C" __global__ void pushed_behind_a_read_right(const float* a, float* b, int* c, int n) {
    int before = atomicExch(&c[0], threadIdx.x + 1);
    if (before == 0) atomicAdd(&c[1], 1);
    __threadfence();
    atomicExch(&c[0], 64);
}

__device__ int drawn, returned;
extern "C" __global__ void number_drawn(const float* a, float* b, int* c, int n) {
    int mine = drawn; //~ race
    atomicExch(&drawn, mine + 1); //~ race
    b[mine] = 1;
}
extern "C" __global__ void number_drawn_right(const float* a, float* b, int* c, int n) {
    int mine = atomicAdd(&returned, 1);
    b[mine] = 1;
}

__device__ void halve(int* to) {
    int old = *to; //~ race
    atomicExch(to, old / 2 + 1); //~ race
}
extern "C" __global__ void in_a_function(const float* a, float* b, int* c, int n) {
    halve(&c[threadIdx.x % 2]);
}
__device__ void halve_right(int* to) {
    int old = *to, seen;
    while ((seen = atomicCAS(to, old, old / 2 + 1)) != old) old = seen;
}
extern "C" __global__ void in_a_function_right(const float* a, float* b, int* c, int n) {
    halve_right(&c[threadIdx.x % 2]);
}

// Who is first to mark a place works on it: a second mark changes nothing, and tells.
extern "C" __global__ void mark_of_a_place(const float* a, float* b, int* c, int n) {
    int mark = c[threadIdx.x % 4]; //~ race
    atomicExch(&c[threadIdx.x % 4], mark | 1 << blockIdx.x); //~ race
}
extern "C" __global__ void mark_of_a_place_right(const float* a, float* b, int* c, int n) {
    int place = threadIdx.x % 4;
    if (c[place] == 0 && atomicExch(&c[place], 1) == 0) atomicAdd(&c[63], 1);
}

// The first to come says so; nobody needs to know who that was.
extern "C" __global__ void said_once(const float* a, float* b, int* c, int n) {
    int said = c[5]; //~ race
    atomicCAS(&c[5], said, said + 7); //~ race
}
extern "C" __global__ void said_once_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x > 40) atomicCAS(&c[5], 0, 7);
    if (c[6] == 0) atomicCAS(&c[6], 0, 7);
}

// Places of its own, a value from before a barrier.
extern "C" __global__ void behind_a_barrier(const float* a, float* b, int* c, int n) {
    __shared__ int most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    atomicMax(&most, (int)a[threadIdx.x]);
    int so_far = most; //~ race
    atomicExch(&most, so_far + 1); //~ race
    __syncthreads();
    if (threadIdx.x == 0) c[blockIdx.x] = most;
}
extern "C" __global__ void behind_a_barrier_right(const float* a, float* b, int* c, int n) {
    __shared__ int most;
    if (threadIdx.x == 0) most = 0;
    __syncthreads();
    atomicMax(&most, (int)a[threadIdx.x]);
    __syncthreads();
    int so_far = most;
    __syncthreads();
    if (threadIdx.x == 9) atomicExch(&most, so_far + 1);
    __syncthreads();
    if (threadIdx.x == 0) c[blockIdx.x] = most;
}

// The last block to draw a ticket resets it for the next launch, with a plain write.
extern "C" __global__ void ticket_without_a_fence(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        c[1 + blockIdx.x] = blockIdx.x + 1;
        last = atomicInc((unsigned*)c, gridDim.x) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        c[9] = c[1] + c[2] + c[3] + c[4]; //~ race
        c[0] = 0; //~ race
    }
}
extern "C" __global__ void ticket_without_a_fence_right(const float* a, float* b, int* c, int n) {
    __shared__ bool last;
    if (threadIdx.x == 0) {
        c[1 + blockIdx.x] = blockIdx.x + 1;
        __threadfence();
        last = atomicInc((unsigned*)c, gridDim.x) == gridDim.x - 1;
    }
    __syncthreads();
    if (last && threadIdx.x == 0) {
        c[9] = c[1] + c[2] + c[3] + c[4];
        c[0] = 0;
    }
}
