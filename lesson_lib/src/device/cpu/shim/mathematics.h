// The mathematics of <cmath>: for float, double, and as in C++ for integers, which become double.

template <class T> struct __cu_real { static constexpr bool value = false; };
template <> struct __cu_real<float> { static constexpr bool value = true; };
template <> struct __cu_real<double> { static constexpr bool value = true; };
template <class T> struct __cu_integer { static constexpr bool value = false; };
#define __CU_INTEGER(T) template <> struct __cu_integer<T> { static constexpr bool value = true; };
__CU_INTEGER(bool) __CU_INTEGER(char) __CU_INTEGER(signed char) __CU_INTEGER(unsigned char) __CU_INTEGER(short) __CU_INTEGER(unsigned short)
__CU_INTEGER(int) __CU_INTEGER(unsigned) __CU_INTEGER(long) __CU_INTEGER(unsigned long) __CU_INTEGER(long long) __CU_INTEGER(unsigned long long)
#undef __CU_INTEGER
// `R` where the argument is an integer.
template <class T, class R> using __cu_of_integer = typename __cu_if<__cu_integer<T>::value, R>::type;
// `R` where one of two numbers is an integer, or they are float and double.
template <class A, class B, class R> using __cu_of_mixed = typename __cu_if<
  (__cu_real<A>::value || __cu_integer<A>::value) && (__cu_real<B>::value || __cu_integer<B>::value) &&
  (!__cu_real<A>::value || !__cu_real<B>::value || sizeof(A) != sizeof(B)), R>::type;

#define __CU_F(type, name, arguments, value) __attribute__((unused)) static inline type name arguments { return value; }
#define __CU_1(n, R, RF) extern "C" RF n##f(float) noexcept; extern "C" R n(double) noexcept; \
  __CU_F(RF, n, (float x), n##f(x)) \
  template <class T> static inline __cu_of_integer<T, R> n(T x) { return n(double(x)); }
#define __CU_REAL(n) __CU_1(n, double, float)
__CU_REAL(sqrt) __CU_REAL(cbrt) __CU_REAL(exp) __CU_REAL(exp2) __CU_REAL(expm1)
__CU_REAL(log) __CU_REAL(log2) __CU_REAL(log10) __CU_REAL(log1p) __CU_REAL(logb)
__CU_REAL(sin) __CU_REAL(cos) __CU_REAL(tan) __CU_REAL(asin) __CU_REAL(acos) __CU_REAL(atan)
__CU_REAL(sinh) __CU_REAL(cosh) __CU_REAL(tanh) __CU_REAL(asinh) __CU_REAL(acosh) __CU_REAL(atanh)
__CU_REAL(erf) __CU_REAL(erfc) __CU_REAL(lgamma) __CU_REAL(tgamma)
__CU_REAL(fabs) __CU_REAL(floor) __CU_REAL(ceil) __CU_REAL(round) __CU_REAL(trunc) __CU_REAL(rint) __CU_REAL(nearbyint)
__CU_1(ilogb, int, int)
__CU_1(lrint, long, long) __CU_1(lround, long, long) __CU_1(llrint, long long, long long) __CU_1(llround, long long, long long)
#undef __CU_REAL
#undef __CU_1
#define __CU_2(n) extern "C" float n##f(float, float) noexcept; extern "C" double n(double, double) noexcept; \
  __CU_F(float, n, (float x, float y), n##f(x, y)) \
  template <class A, class B> static inline __cu_of_mixed<A, B, double> n(A x, B y) { return n(double(x), double(y)); }
__CU_2(pow) __CU_2(fmin) __CU_2(fmax) __CU_2(fdim) __CU_2(atan2) __CU_2(fmod) __CU_2(remainder) __CU_2(hypot) __CU_2(copysign) __CU_2(nextafter)
#undef __CU_2
// With a number and an int, or a place for a part of the result.
#define __CU_WITH(n, T) extern "C" float n##f(float, T) noexcept; extern "C" double n(double, T) noexcept; \
  __CU_F(float, n, (float x, T y), n##f(x, y))
__CU_WITH(ldexp, int) __CU_WITH(scalbn, int) __CU_WITH(scalbln, long) __CU_WITH(frexp, int*)
#undef __CU_WITH
extern "C" float modff(float, float*) noexcept;
extern "C" double modf(double, double*) noexcept;
extern "C" float remquof(float, float, int*) noexcept;
extern "C" double remquo(double, double, int*) noexcept;
__CU_F(float, modf, (float x, float* whole), modff(x, whole))
__CU_F(float, remquo, (float x, float y, int* quotient), remquof(x, y, quotient))
#define __CU_BESSEL(n) extern "C" double n(double) noexcept; __CU_F(float, n##f, (float x), float(n(double(x))))
__CU_BESSEL(j0) __CU_BESSEL(j1) __CU_BESSEL(y0) __CU_BESSEL(y1)
#undef __CU_BESSEL
extern "C" double jn(int, double) noexcept;
extern "C" double yn(int, double) noexcept;
__CU_F(float, jnf, (int n, float x), float(jn(n, double(x))))
__CU_F(float, ynf, (int n, float x), float(yn(n, double(x))))

__CU_F(float, pow, (float x, int n), powf(x, float(n)))
__CU_F(double, pow, (double x, int n), pow(x, double(n)))
__CU_F(float, fmaf, (float x, float y, float z), __builtin_fmaf(x, y, z))
__CU_F(double, fma, (double x, double y, double z), __builtin_fma(x, y, z))
__CU_F(float, fma, (float x, float y, float z), __builtin_fmaf(x, y, z))
__CU_F(float, rsqrtf, (float x), 1.0f / sqrtf(x))
__CU_F(float, rsqrt, (float x), 1.0f / sqrtf(x))
__CU_F(double, rsqrt, (double x), 1.0 / sqrt(x))
__CU_F(float, exp10f, (float x), powf(10.0f, x))
__CU_F(float, exp10, (float x), powf(10.0f, x))
__CU_F(double, exp10, (double x), pow(10.0, x))
__CU_F(float, fdividef, (float x, float y), x / y)
__CU_F(double, nan, (const char*), __builtin_nan(""))
__CU_F(float, nanf, (const char*), __builtin_nanf(""))
__CU_F(int, abs, (int x), x < 0 ? -x : x)
__CU_F(long, abs, (long x), x < 0 ? -x : x)
__CU_F(long long, abs, (long long x), x < 0 ? -x : x)
__CU_F(float, abs, (float x), __builtin_fabsf(x))
__CU_F(double, abs, (double x), __builtin_fabs(x))
__CU_F(long, labs, (long x), x < 0 ? -x : x)
__CU_F(long long, llabs, (long long x), x < 0 ? -x : x)
// Of an integer nothing is asked that it could be.
#define __CU_KIND(n) __CU_F(bool, n, (float x), __builtin_##n(x)) __CU_F(bool, n, (double x), __builtin_##n(x)) \
  template <class T> static inline __cu_of_integer<T, bool> n(T x) { return n(double(x)); }
__CU_KIND(isnan) __CU_KIND(isinf) __CU_KIND(isfinite) __CU_KIND(isnormal) __CU_KIND(signbit)
#undef __CU_KIND
template <class A, class B> static constexpr inline auto min(A a, B b) -> decltype(a + b) { return b < a ? b : a; }
template <class A, class B> static constexpr inline auto max(A a, B b) -> decltype(a + b) { return a < b ? b : a; }
// CUDA's min and max of floating point numbers leave out a NaN.
__CU_F(float, min, (float a, float b), fminf(a, b))
__CU_F(float, max, (float a, float b), fmaxf(a, b))
__CU_F(double, min, (double a, double b), fmin(a, b))
__CU_F(double, max, (double a, double b), fmax(a, b))
__CU_F(unsigned, umin, (unsigned a, unsigned b), b < a ? b : a)
__CU_F(unsigned, umax, (unsigned a, unsigned b), a < b ? b : a)
__CU_F(long long, llmin, (long long a, long long b), b < a ? b : a)
__CU_F(long long, llmax, (long long a, long long b), a < b ? b : a)
__CU_F(unsigned long long, ullmin, (unsigned long long a, unsigned long long b), b < a ? b : a)
__CU_F(unsigned long long, ullmax, (unsigned long long a, unsigned long long b), a < b ? b : a)
__attribute__((unused)) static inline void sincosf(float x, float* s, float* c) { *s = sinf(x), *c = cosf(x); }
__attribute__((unused)) static inline void sincos(double x, double* s, double* c) { *s = sin(x), *c = cos(x); }
__attribute__((unused)) static inline void sincos(float x, float* s, float* c) { sincosf(x, s, c); }

// ---- fast variants, which are exact here
__CU_F(float, __expf, (float x), expf(x))
__CU_F(float, __exp10f, (float x), exp10f(x))
__CU_F(float, __logf, (float x), logf(x))
__CU_F(float, __log2f, (float x), log2f(x))
__CU_F(float, __log10f, (float x), log10f(x))
__CU_F(float, __sinf, (float x), sinf(x))
__CU_F(float, __cosf, (float x), cosf(x))
__CU_F(float, __tanf, (float x), tanf(x))
__CU_F(float, __tanhf, (float x), tanhf(x))
__CU_F(float, __powf, (float x, float y), powf(x, y))
__CU_F(float, __fdividef, (float x, float y), x / y)
__CU_F(float, __saturatef, (float x), x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f)
__attribute__((unused)) static inline void __sincosf(float x, float* s, float* c) { sincosf(x, s, c); }
