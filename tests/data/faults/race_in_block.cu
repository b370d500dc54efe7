// Races in global memory between the threads of one block.
//~ launch 1 64

extern "C" __global__ void total(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[0] += a[i]; //~ race
}
extern "C" __global__ void total_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    atomicAdd(&b[0], a[i]);
}

extern "C" __global__ void histogram(const float* a, float* b, int* c, int n) {
    int bin = (int)a[threadIdx.x] % 8;
    c[bin] = c[bin] + 1; //~ race
}
extern "C" __global__ void histogram_right(const float* a, float* b, int* c, int n) {
    int bin = (int)a[threadIdx.x] % 8;
    atomicAdd(&c[bin], 1);
}

extern "C" __global__ void reverse_in_place(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = b[63 - i]; //~ race
}
extern "C" __global__ void reverse_in_place_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    float mine = b[63 - i];
    __syncthreads();
    b[i] = mine;
}

extern "C" __global__ void shift_left(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    if (i < 63) b[i] = b[i + 1]; //~ race
}
extern "C" __global__ void shift_left_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    float next = i < 63 ? b[i + 1] : 0;
    __syncthreads();
    if (i < 63) b[i] = next;
}

extern "C" __global__ void shift_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    if (i > 0) b[i] = b[i - 1]; //~ race
}
extern "C" __global__ void shift_right_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    if (i > 0) b[i] = a[i - 1];
}

extern "C" __global__ void smooth_in_place(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x + 1;
    float around = b[i - 1] + b[i + 1];
    b[i] = around / 2; //~ race
}
extern "C" __global__ void smooth_in_place_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x + 1;
    float around = b[i - 1] + b[i + 1];
    __syncthreads();
    b[i] = around / 2;
}

extern "C" __global__ void tree_sum(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    for (int step = 32; step > 0; step /= 2)
        if (i < step) b[i] += b[i + step]; //~ race
}
extern "C" __global__ void tree_sum_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    for (int step = 32; step > 0; step /= 2) {
        __syncthreads();
        if (i < step) b[i] += b[i + step];
    }
}

extern "C" __global__ void two_to_a_cell(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i / 2] = a[i]; //~ race
}
extern "C" __global__ void two_to_a_cell_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    if (i % 2 == 0) b[i / 2] = a[i];
}

extern "C" __global__ void written_by_one_read_by_all(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[0] = 7;
    b[threadIdx.x] = c[0]; //~ race
}
extern "C" __global__ void written_by_one_read_by_all_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[0] = 7;
    __syncthreads();
    b[threadIdx.x] = c[0];
}

extern "C" __global__ void maximum_by_plain_writes(const float* a, float* b, int* c, int n) {
    float mine = a[threadIdx.x];
    if (mine > b[0]) b[0] = mine; //~ race
}
extern "C" __global__ void maximum_by_plain_writes_right(const float* a, float* b, int* c, int n) {
    int mine = (int)a[threadIdx.x];
    atomicMax(&c[0], mine);
}

__device__ int counter;
extern "C" __global__ void device_counter(const float* a, float* b, int* c, int n) {
    counter = counter + 1; //~ race
}
__device__ int right_counter;
extern "C" __global__ void device_counter_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&right_counter, 1);
}

extern "C" __global__ void reset_beside_atomics(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[1] = 0; //~ race
    atomicAdd(&c[1], 1); //~ race
}
extern "C" __global__ void reset_beside_atomics_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) c[1] = 0;
    __syncthreads();
    atomicAdd(&c[1], 1);
}

extern "C" __global__ void sum_read_too_early(const float* a, float* b, int* c, int n) {
    atomicAdd(&c[2], 1);
    if (threadIdx.x == 63) b[0] = c[2]; //~ race
}
extern "C" __global__ void sum_read_too_early_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&c[2], 1);
    __syncthreads();
    if (threadIdx.x == 63) b[0] = c[2];
}

extern "C" __global__ void volatile_counter(const float* a, float* b, int* c, int n) {
    volatile int* count = c;
    count[3] = count[3] + 1; //~ race
}
extern "C" __global__ void volatile_counter_right(const float* a, float* b, int* c, int n) {
    atomicAdd(&c[3], 1);
}

extern "C" __global__ void prefix_sum(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    __syncthreads();
    for (int step = 1; step < 64; step *= 2) {
        if (i >= step) b[i] += b[i - step]; //~ race
        __syncthreads();
    }
}
extern "C" __global__ void prefix_sum_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    __syncthreads();
    for (int step = 1; step < 64; step *= 2) {
        float other = i >= step ? b[i - step] : 0;
        __syncthreads();
        b[i] += other;
        __syncthreads();
    }
}

extern "C" __global__ void bubble(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    for (int round = 0; round < 4; ++round) {
        if (i < 62 && b[i] > b[i + 1]) {
            float t = b[i];
            b[i] = b[i + 1]; //~ race
            b[i + 1] = t; //~ race
        }
        __syncthreads();
        b[i] = a[63 - i]; //~ race
    }
}
extern "C" __global__ void bubble_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[63 - i];
    for (int round = 0; round < 4; ++round) {
        __syncthreads();
        if (i % 2 == round % 2 && i < 62 && b[i] > b[i + 1]) {
            float t = b[i];
            b[i] = b[i + 1];
            b[i + 1] = t;
        }
    }
}

extern "C" __global__ void warp_neighbours(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    if (i < 31) c[i] = (int)b[i + 1]; //~ race
}
extern "C" __global__ void warp_neighbours_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    b[i] = a[i];
    __syncwarp();
    if (i < 31) c[i] = (int)b[i + 1];
}

extern "C" __global__ void flag_of_all(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] > 3) c[4] = (int)threadIdx.x; //~ race
}
// All write the same value.
extern "C" __global__ void flag_of_all_right(const float* a, float* b, int* c, int n) {
    if (a[threadIdx.x] > 3) c[4] = 1;
}

extern "C" __global__ void vector_neighbours(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x % 16;
    float4 v = *(const float4*)(a + 4 * i);
    *(float4*)(b + 4 * (i / 2)) = v; //~ race
}
extern "C" __global__ void vector_neighbours_right(const float* a, float* b, int* c, int n) {
    int i = threadIdx.x;
    float4 v = *(const float4*)(a + 4 * i);
    *(float4*)(b + 4 * i) = v;
}
