// Intrinsics that say how to round: _rn to nearest, _rz towards zero, _rd down, _ru up.
//
// The processor's own rounding mode is left alone, because a kernel may be stopped at any time.
// Instead each result is rounded to nearest, and then moved by one where it lies on the wrong side
// of the exact one.

// A value that the compiler cannot join with what comes next: x*y stays a product, no part of an FMA.
template <class T> static inline T __cu_rounded(T x) {
#if defined(__x86_64__)
  asm("" : "+x"(x));
#else
  asm("" : "+w"(x));
#endif
  return x;
}
__CU_F(float, __cu_next, (float x, float towards), nextafterf(x, towards))
__CU_F(double, __cu_next, (double x, double towards), nextafter(x, towards))
// `nearest`, moved where `side`, the sign of nearest minus exact, is wrong.
template <class T> static inline T __cu_down(T nearest, double side) { return side > 0 ? __cu_next(nearest, T(-__builtin_inf())) : nearest; }
template <class T> static inline T __cu_up(T nearest, double side) { return side < 0 ? __cu_next(nearest, T(__builtin_inf())) : nearest; }
template <class T> static inline T __cu_zero(T nearest, double side) {
  return nearest > 0 ? __cu_down(nearest, side) : nearest < 0 ? __cu_up(nearest, side) : nearest;
}

// ---- nearest minus exact, or a number of that sign
// An overflow leaves infinity on the far side of a finite result.
template <class T> static inline bool __cu_overflowed(T nearest, T x, T y, double* side) {
  if (!__builtin_isinf(nearest) || __builtin_isinf(x) || __builtin_isinf(y)) return false;
  *side = nearest;
  return true;
}
// x·y − z, or a number of that sign, where x·y is nearly z. What is tiny is made larger, so that the
// difference does not vanish.
__attribute__((unused)) static inline double __cu_excess(double x, double y, double z) {
  if (z == 0) return x == 0 || y == 0 ? 0 : copysign(copysign(1.0, x), copysign(1.0, x) * y);
  if (fabs(z) > 0x1p-900) return __builtin_fma(x, y, -z);
  return fabs(x) < fabs(y) ? __builtin_fma(x * 0x1p600, y, -z * 0x1p600) : __builtin_fma(x, y * 0x1p600, -z * 0x1p600);
}
template <class T> static inline double __cu_side_add(T s, T x, T y) { // Knuth's exact error of a sum
  double side = 0;
  if (__cu_overflowed(s, x, y, &side)) return side;
  T back = __cu_rounded(s - x);
  return -double(__cu_rounded(x - __cu_rounded(s - back)) + __cu_rounded(y - back));
}
template <class T> static inline double __cu_side_mul(T p, T x, T y) {
  double side = 0;
  return __cu_overflowed(p, x, y, &side) ? side : -__cu_excess(x, y, p);
}
template <class T> static inline double __cu_side_div(T q, T x, T y) {
  double side = 0;
  if (y == 0 || __builtin_isinf(y)) return 0;
  if (__cu_overflowed(q, x, T(0), &side)) return side;
  side = __cu_excess(q, y, x);
  return y < 0 ? -side : side;
}
template <class T> static inline double __cu_side_sqrt(T s, T x) {
  return s == 0 || __builtin_isinf(s) ? 0 : __cu_excess(s, s, x);
}
// x·y + z: the errors of the product and of two sums, each exact but at the ends of double's range.
template <class T> static inline double __cu_side_fma(T r, T x, T y, T z) {
  double side = 0;
  if (__cu_overflowed(r, x, __builtin_isinf(z) ? z : y, &side)) return side;
  double p = double(x) * double(y), low = __builtin_fma(double(x), double(y), -p);
  double a = p - double(r), high = -__cu_side_add(a, p, -double(r));
  double b = a + double(z), middle = -__cu_side_add(b, a, double(z));
  return -(b + (high + middle + low));
}

// Defines the four variants of an operation; the one to nearest is `value`.
#define __CU_ROUNDED(T, name, parameters, value, side) \
  __CU_F(T, name##_rn, parameters, value) \
  __attribute__((unused)) static inline T name##_rd parameters { T r = value; return __cu_down(r, side); } \
  __attribute__((unused)) static inline T name##_ru parameters { T r = value; return __cu_up(r, side); } \
  __attribute__((unused)) static inline T name##_rz parameters { T r = value; return __cu_zero(r, side); }
__CU_ROUNDED(float, __fadd, (float x, float y), __cu_rounded(x + y), __cu_side_add(r, x, y))
__CU_ROUNDED(float, __fsub, (float x, float y), __cu_rounded(x - y), __cu_side_add(r, x, -y))
__CU_ROUNDED(float, __fmul, (float x, float y), __cu_rounded(x * y), __cu_side_mul(r, x, y))
__CU_ROUNDED(float, __fdiv, (float x, float y), __cu_rounded(x / y), __cu_side_div(r, x, y))
__CU_ROUNDED(float, __frcp, (float x), __cu_rounded(1.0f / x), __cu_side_div(r, 1.0f, x))
__CU_ROUNDED(float, __fsqrt, (float x), __cu_rounded(sqrtf(x)), __cu_side_sqrt(r, x))
__CU_ROUNDED(float, __fmaf, (float x, float y, float z), __builtin_fmaf(x, y, z), __cu_side_fma(r, x, y, z))
__CU_ROUNDED(double, __dadd, (double x, double y), __cu_rounded(x + y), __cu_side_add(r, x, y))
__CU_ROUNDED(double, __dsub, (double x, double y), __cu_rounded(x - y), __cu_side_add(r, x, -y))
__CU_ROUNDED(double, __dmul, (double x, double y), __cu_rounded(x * y), __cu_side_mul(r, x, y))
__CU_ROUNDED(double, __ddiv, (double x, double y), __cu_rounded(x / y), __cu_side_div(r, x, y))
__CU_ROUNDED(double, __drcp, (double x), __cu_rounded(1.0 / x), __cu_side_div(r, 1.0, x))
__CU_ROUNDED(double, __dsqrt, (double x), __cu_rounded(sqrt(x)), __cu_side_sqrt(r, x))
__CU_ROUNDED(double, __fma, (double x, double y, double z), __builtin_fma(x, y, z), __cu_side_fma(r, x, y, z))
#undef __CU_ROUNDED
__CU_F(float, __frsqrt_rn, (float x), float(1.0 / sqrt(double(x))))
