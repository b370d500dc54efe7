// CUDA's words for the host's compiler, as far as kernels of tests use them. The machine code that
// comes out is never run: it tells the names and the parameters of the kernels.
typedef decltype(sizeof 0) size_t;
#define __global__
#define __device__
#define __host__
#define __constant__
#define __shared__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
struct dim3 { unsigned x, y, z; };
extern const dim3 threadIdx, blockIdx, blockDim, gridDim;
extern const int warpSize;
void __syncthreads();
void __trap();
long long clock64();
float __int_as_float(int);
double __longlong_as_double(long long);
float fmaf(float, float, float);
template <class T> T min(T a, T b) { return a < b ? a : b; }
template <class T> T max(T a, T b) { return a > b ? a : b; }
template <class T> T atomicAdd(T* to, T value);
template <class T> T __shfl_down_sync(unsigned, T, unsigned, int = 32);
template <class T> T __shfl_xor_sync(unsigned, T, int, int = 32);
#define assert(condition) ((condition) ? (void)0 : __trap())
#define WORDS_VECTORS(T, N) \
  struct N##1 { T x; }; \
  struct __align__(2 * sizeof(T)) N##2 { T x, y; }; \
  struct N##3 { T x, y, z; }; \
  struct __align__(4 * sizeof(T) > 16 ? 16 : 4 * sizeof(T)) N##4 { T x, y, z, w; };
WORDS_VECTORS(signed char, char) WORDS_VECTORS(unsigned char, uchar)
WORDS_VECTORS(short, short) WORDS_VECTORS(unsigned short, ushort)
WORDS_VECTORS(int, int) WORDS_VECTORS(unsigned, uint)
WORDS_VECTORS(long, long) WORDS_VECTORS(unsigned long, ulong)
WORDS_VECTORS(long long, longlong) WORDS_VECTORS(unsigned long long, ulonglong)
WORDS_VECTORS(float, float) WORDS_VECTORS(double, double)
#undef WORDS_VECTORS
