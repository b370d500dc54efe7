// What the benchmark of the CPU device runs.

__global__ void saxpy(float a, const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] += a * x[i];
}

// c = a · b, all n by n.
__global__ void naive(const float* a, const float* b, float* c, int n) {
  int row = blockIdx.y * blockDim.y + threadIdx.y, column = blockIdx.x * blockDim.x + threadIdx.x;
  if (row >= n || column >= n) return;
  float sum = 0;
  for (int k = 0; k < n; ++k) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}

// The same in tiles; n is a multiple of the tile.
template <int tile> __device__ void tiled(const float* a, const float* b, float* c, int n) {
  __shared__ float as[tile][tile], bs[tile][tile];
  int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * tile + y, column = blockIdx.x * tile + x;
  float sum = 0;
  for (int start = 0; start < n; start += tile) {
    as[y][x] = a[row * n + start + x];
    bs[y][x] = b[(start + y) * n + column];
    __syncthreads();
    for (int k = 0; k < tile; ++k) sum += as[y][k] * bs[k][x];
    __syncthreads();
  }
  c[row * n + column] = sum;
}
__global__ void tile16(const float* a, const float* b, float* c, int n) { tiled<16>(a, b, c, n); }
__global__ void tile32(const float* a, const float* b, float* c, int n) { tiled<32>(a, b, c, n); }

// Only waits.
__global__ void waits(float* out, int times) {
  for (int i = 0; i < times; ++i) __syncthreads();
  out[blockIdx.x * blockDim.x + threadIdx.x] = times;
}

// out[block]: the sum of one element per thread.
__global__ void reduce(const float* x, float* out, int n) {
  __shared__ float sums[256];
  int thread = threadIdx.x, i = blockIdx.x * blockDim.x + thread;
  sums[thread] = i < n ? x[i] : 0;
  __syncthreads();
  for (int half = blockDim.x / 2; half > 0; half /= 2) {
    if (thread < half) sums[thread] += sums[thread + half];
    __syncthreads();
  }
  if (thread == 0) out[blockIdx.x] = sums[0];
}
