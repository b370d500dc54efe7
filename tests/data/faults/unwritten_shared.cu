// Places in shared memory that are read before anybody has written there.
//~ launch 2 64

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

extern "C" __global__ void half_loaded(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    if (threadIdx.x < 32) s[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = s[63 - threadIdx.x]; //~ unwritten
}
extern "C" __global__ void half_loaded_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    for (int k = threadIdx.x; k < 64; k += blockDim.x) s[k] = a[k];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = s[63 - threadIdx.x];
}

// Threads past the end of the data load nothing, and the sum takes all.
extern "C" __global__ void guarded_load(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int i = blockIdx.x * 64 + threadIdx.x;
    if (i < 100) s[threadIdx.x] = a[i];
    __syncthreads();
    for (int step = 32; step > 0; step /= 2) {
        if (threadIdx.x < step) s[threadIdx.x] += s[threadIdx.x + step]; //~ unwritten
        __syncthreads();
    }
    if (threadIdx.x == 0) b[blockIdx.x] = s[0];
}
extern "C" __global__ void guarded_load_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[64];
    int i = blockIdx.x * 64 + threadIdx.x;
    s[threadIdx.x] = i < 100 ? a[i] : 0;
    __syncthreads();
    for (int step = 32; step > 0; step /= 2) {
        if (threadIdx.x < step) s[threadIdx.x] += s[threadIdx.x + step];
        __syncthreads();
    }
    if (threadIdx.x == 0) b[blockIdx.x] = s[0];
}

extern "C" __global__ void sum_not_set(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    atomicAdd(&sum, a[threadIdx.x]); //~ unwritten
    __syncthreads();
    b[blockIdx.x] = sum;
}
extern "C" __global__ void sum_not_set_right(const float* a, float* b, int* c, int n) {
    __shared__ float sum;
    if (threadIdx.x == 0) sum = 0;
    __syncthreads();
    atomicAdd(&sum, a[threadIdx.x]);
    __syncthreads();
    if (threadIdx.x == 0) b[blockIdx.x] = sum;
}

// Shared memory is a block's own: what block 0 sets is not set in block 1.
extern "C" __global__ void set_by_the_first_block(const float* a, float* b, int* c, int n) {
    __shared__ float scale;
    if (blockIdx.x == 0 && threadIdx.x == 0) scale = a[5];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = scale * a[threadIdx.x]; //~ unwritten
}
extern "C" __global__ void set_by_the_first_block_right(const float* a, float* b, int* c, int n) {
    __shared__ float scale;
    if (threadIdx.x == 0) scale = a[5];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = scale * a[threadIdx.x];
}

// A sum for each of 32 warps, of which the block has two.
extern "C" __global__ void more_warps_than_there_are(const float* a, float* b, int* c, int n) {
    __shared__ float sums[32];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    float x = a[threadIdx.x];
    for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
    if (lane == 0) sums[warp] = x;
    __syncthreads();
    if (warp == 0) {
        x = sums[lane]; //~ unwritten
        for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
        if (lane == 0) b[blockIdx.x] = x;
    }
}
extern "C" __global__ void more_warps_than_there_are_right(const float* a, float* b, int* c, int n) {
    __shared__ float sums[32];
    int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    float x = a[threadIdx.x];
    for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
    if (lane == 0) sums[warp] = x;
    __syncthreads();
    if (warp == 0) {
        x = lane < blockDim.x / 32 ? sums[lane] : 0;
        for (int d = 16; d > 0; d /= 2) x += __shfl_down_sync(0xffffffffu, x, d);
        if (lane == 0) b[blockIdx.x] = x;
    }
}

extern "C" __global__ void column_of_a_padded_tile(const float* a, float* b, int* c, int n) {
    __shared__ float tile[8][9];
    int x = threadIdx.x % 8, y = threadIdx.x / 8;
    tile[y][x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = tile[x][y + 1]; //~ unwritten
}
extern "C" __global__ void column_of_a_padded_tile_right(const float* a, float* b, int* c, int n) {
    __shared__ float tile[8][9];
    int x = threadIdx.x % 8, y = threadIdx.x / 8;
    tile[y][x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = tile[x][y];
}

// A barrier is missing, and thread 0 writes after the others have read.
extern "C" __global__ void written_after_it_is_read(const float* a, float* b, int* c, int n) {
    __shared__ float factor;
    float mine = threadIdx.x == 0 ? 0 : factor; //~ unwritten
    __syncthreads();
    if (threadIdx.x == 0) factor = a[3];
    b[blockIdx.x * 64 + threadIdx.x] = mine;
}
extern "C" __global__ void written_after_it_is_read_right(const float* a, float* b, int* c, int n) {
    __shared__ float factor;
    if (threadIdx.x == 0) factor = a[3];
    __syncthreads();
    float mine = threadIdx.x == 0 ? 0 : factor;
    b[blockIdx.x * 64 + threadIdx.x] = mine;
}

struct Best {
    float value;
    int index;
};
extern "C" __global__ void member_left_out(const float* a, float* b, int* c, int n) {
    __shared__ Best best;
    if (threadIdx.x == 0) best.value = a[0];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = best.value + best.index; //~ unwritten
}
extern "C" __global__ void member_left_out_right(const float* a, float* b, int* c, int n) {
    __shared__ Best best;
    if (threadIdx.x == 0) best = {a[0], 7};
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = best.value + best.index;
}

//~ launch 2 64 512
extern "C" __global__ void second_half_of_dynamic_memory(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[2 * threadIdx.x]; //~ unwritten
}
extern "C" __global__ void second_half_of_dynamic_memory_right(const float* a, float* b, int* c, int n) {
    extern __shared__ float room[];
    room[threadIdx.x] = room[threadIdx.x + 64] = a[threadIdx.x];
    __syncthreads();
    b[blockIdx.x * 64 + threadIdx.x] = room[2 * threadIdx.x];
}
