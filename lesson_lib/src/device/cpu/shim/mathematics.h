// Mathematics.

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
