// The rest of shim.h: the functions that CUDA has for numbers.

// ---- mathematics
#define __CU_1(n) extern "C" float n##f(float) noexcept; extern "C" double n(double) noexcept; \
  __attribute__((unused)) static inline float n(float x) { return n##f(x); }
__CU_1(sqrt) __CU_1(cbrt) __CU_1(exp) __CU_1(exp2) __CU_1(expm1) __CU_1(log) __CU_1(log2) __CU_1(log10) __CU_1(log1p)
__CU_1(sin) __CU_1(cos) __CU_1(tan) __CU_1(asin) __CU_1(acos) __CU_1(atan) __CU_1(sinh) __CU_1(cosh) __CU_1(tanh)
__CU_1(asinh) __CU_1(acosh) __CU_1(atanh) __CU_1(erf) __CU_1(erfc) __CU_1(lgamma) __CU_1(tgamma)
__CU_1(fabs) __CU_1(floor) __CU_1(ceil) __CU_1(round) __CU_1(trunc) __CU_1(rint) __CU_1(nearbyint)
#define __CU_2(n) extern "C" float n##f(float, float) noexcept; extern "C" double n(double, double) noexcept; \
  __attribute__((unused)) static inline float n(float x, float y) { return n##f(x, y); }
__CU_2(pow) __CU_2(fmin) __CU_2(fmax) __CU_2(fdim) __CU_2(atan2) __CU_2(fmod) __CU_2(remainder) __CU_2(hypot) __CU_2(copysign)
#undef __CU_1
#undef __CU_2
#define __CU_F(type, name, arguments, value) __attribute__((unused)) static inline type name arguments { return value; }
__CU_F(float, pow, (float x, int n), powf(x, float(n)))
__CU_F(double, pow, (double x, int n), pow(x, double(n)))
__CU_F(float, fmaf, (float x, float y, float z), __builtin_fmaf(x, y, z))
__CU_F(double, fma, (double x, double y, double z), __builtin_fma(x, y, z))
__CU_F(float, fma, (float x, float y, float z), __builtin_fmaf(x, y, z))
__CU_F(float, rsqrtf, (float x), 1.0f / sqrtf(x))
__CU_F(float, rsqrt, (float x), 1.0f / sqrtf(x))
__CU_F(double, rsqrt, (double x), 1.0 / sqrt(x))
__CU_F(float, exp10f, (float x), powf(10.0f, x))
__CU_F(int, abs, (int x), x < 0 ? -x : x)
__CU_F(long long, abs, (long long x), x < 0 ? -x : x)
__CU_F(float, abs, (float x), __builtin_fabsf(x))
__CU_F(double, abs, (double x), __builtin_fabs(x))
template <class T> static inline bool isnan(T x) { return __builtin_isnan(x); }
template <class T> static inline bool isinf(T x) { return __builtin_isinf(x); }
template <class T> static inline bool isfinite(T x) { return __builtin_isfinite(x); }
template <class T> static inline bool signbit(T x) { return __builtin_signbit(x); }
template <class A, class B> static inline auto min(A a, B b) -> decltype(a + b) { return b < a ? b : a; }
template <class A, class B> static inline auto max(A a, B b) -> decltype(a + b) { return a < b ? b : a; }
// CUDA's min and max of floating point numbers leave out a NaN.
__CU_F(float, min, (float a, float b), fminf(a, b))
__CU_F(float, max, (float a, float b), fmaxf(a, b))
__CU_F(double, min, (double a, double b), fmin(a, b))
__CU_F(double, max, (double a, double b), fmax(a, b))
__CU_F(float, __expf, (float x), expf(x))
__CU_F(float, __exp10f, (float x), exp10f(x))
__CU_F(float, __logf, (float x), logf(x))
__CU_F(float, __log2f, (float x), log2f(x))
__CU_F(float, __log10f, (float x), log10f(x))
__CU_F(float, __sinf, (float x), sinf(x))
__CU_F(float, __cosf, (float x), cosf(x))
__CU_F(float, __tanf, (float x), tanf(x))
__CU_F(float, __powf, (float x, float y), powf(x, y))
__CU_F(float, __fdividef, (float x, float y), x / y)
__CU_F(float, __saturatef, (float x), x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f)
__CU_F(float, __fmaf_rn, (float x, float y, float z), __builtin_fmaf(x, y, z))
__CU_F(double, __fma_rn, (double x, double y, double z), __builtin_fma(x, y, z))
__CU_F(float, __fsqrt_rn, (float x), sqrtf(x))
__CU_F(double, __dsqrt_rn, (double x), sqrt(x))
__CU_F(float, __frsqrt_rn, (float x), 1.0f / sqrtf(x))
__CU_F(float, __frcp_rn, (float x), 1.0f / x)
// A value that the compiler cannot join with what comes next: x*y stays a product, no part of an FMA.
template <class T> static inline T __cu_rounded(T x) {
#if defined(__x86_64__)
  asm("" : "+x"(x));
#else
  asm("" : "+w"(x));
#endif
  return x;
}
__CU_F(float, __fadd_rn, (float x, float y), __cu_rounded(x + y))
__CU_F(float, __fsub_rn, (float x, float y), __cu_rounded(x - y))
__CU_F(float, __fmul_rn, (float x, float y), __cu_rounded(x * y))
__CU_F(float, __fdiv_rn, (float x, float y), x / y)
__CU_F(double, __dadd_rn, (double x, double y), __cu_rounded(x + y))
__CU_F(double, __dsub_rn, (double x, double y), __cu_rounded(x - y))
__CU_F(double, __dmul_rn, (double x, double y), __cu_rounded(x * y))
__CU_F(double, __ddiv_rn, (double x, double y), x / y)
__attribute__((unused)) static inline void sincosf(float x, float* s, float* c) { *s = sinf(x), *c = cosf(x); }
__attribute__((unused)) static inline void __sincosf(float x, float* s, float* c) { *s = sinf(x), *c = cosf(x); }

// ---- bits and conversions
__CU_F(int, __popc, (unsigned x), __builtin_popcount(x))
__CU_F(int, __popcll, (unsigned long long x), __builtin_popcountll(x))
__CU_F(int, __clz, (int x), x ? __builtin_clz(unsigned(x)) : 32)
__CU_F(int, __clzll, (long long x), x ? __builtin_clzll((unsigned long long)(x)) : 64)
__CU_F(int, __ffs, (int x), __builtin_ffs(x))
__CU_F(int, __ffsll, (long long x), __builtin_ffsll(x))
__CU_F(int, __mulhi, (int x, int y), int((long long)x * y >> 32))
__CU_F(unsigned, __umulhi, (unsigned x, unsigned y), unsigned((unsigned long long)x * y >> 32))
__CU_F(int, __mul24, (int x, int y), x * y)
__CU_F(unsigned, __umul24, (unsigned x, unsigned y), x * y)
__attribute__((unused)) static inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int bit = 0; bit < 32; ++bit) reversed |= (x >> bit & 1) << (31 - bit);
  return reversed;
}
template <class To, class From> static inline To __cu_bits(From x) {
  static_assert(sizeof(To) == sizeof(From), "");
  To bits;
  __builtin_memcpy(&bits, &x, sizeof(To));
  return bits;
}
__CU_F(int, __float_as_int, (float x), __cu_bits<int>(x))
__CU_F(unsigned, __float_as_uint, (float x), __cu_bits<unsigned>(x))
__CU_F(float, __int_as_float, (int x), __cu_bits<float>(x))
__CU_F(float, __uint_as_float, (unsigned x), __cu_bits<float>(x))
__CU_F(long long, __double_as_longlong, (double x), __cu_bits<long long>(x))
__CU_F(double, __longlong_as_double, (long long x), __cu_bits<double>(x))
__CU_F(int, __float2int_rn, (float x), int(__builtin_rintf(x)))
__CU_F(int, __float2int_rz, (float x), int(x))
__CU_F(int, __float2int_rd, (float x), int(__builtin_floorf(x)))
__CU_F(int, __float2int_ru, (float x), int(__builtin_ceilf(x)))
__CU_F(float, __int2float_rn, (int x), float(x))
__CU_F(float, __uint2float_rn, (unsigned x), float(x))
__CU_F(float, __double2float_rn, (double x), float(x))
#undef __CU_F
template <class T> static inline T __ldg(const T* p) { return *p; }
template <class T> static inline T __ldcg(const T* p) { return *p; }
template <class T> static inline T __ldcs(const T* p) { return *p; }
template <class T> static inline void __stcg(T* p, T x) { *p = x; }
template <class T> static inline void __stcs(T* p, T x) { *p = x; }

// The clock in nanoseconds. Only differences mean something, as on a GPU.
struct __cu_time { long seconds, nanoseconds; };
extern "C" int clock_gettime(int, struct timespec*) noexcept;
CU_RAW __attribute__((unused)) static inline long long clock64() {
  __cu_time now = {0, 0};
  clock_gettime(1, (struct timespec*)&now);
  return now.seconds * 1000000000LL + now.nanoseconds;
}
#define clock() int(clock64())
