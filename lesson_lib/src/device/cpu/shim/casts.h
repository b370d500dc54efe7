// Conversions that say how to round. As on a GPU, what is too large becomes the largest, and NaN
// becomes 0, or of 64 bits the highest alone.

template <class T> struct __cu_range_of { // the least and the first too large integer, as doubles
  static constexpr bool is_signed = T(-1) < T(0);
  static constexpr double half = double(1ULL << (sizeof(T) * 8 - 1));
  static constexpr double first = is_signed ? -half : 0, end = is_signed ? half : 2 * half;
  static constexpr T least = is_signed ? T(1ULL << (sizeof(T) * 8 - 1)) : T(0), most = T(~least);
};
template <class T> static inline T __cu_integer_of(double x) {
  using range = __cu_range_of<T>;
  if (x != x) return sizeof(T) == 8 ? T(1ULL << 63) : T(0);
  return x < range::first ? range::least : x >= range::end ? range::most : T(x);
}
#define __CU_TO_INTEGER(from, F, to, T) \
  __CU_F(T, __##from##2##to##_rn, (F x), __cu_integer_of<T>(__builtin_rint(double(x)))) \
  __CU_F(T, __##from##2##to##_rz, (F x), __cu_integer_of<T>(double(x))) \
  __CU_F(T, __##from##2##to##_rd, (F x), __cu_integer_of<T>(__builtin_floor(double(x)))) \
  __CU_F(T, __##from##2##to##_ru, (F x), __cu_integer_of<T>(__builtin_ceil(double(x))))
__CU_TO_INTEGER(float, float, int, int)
__CU_TO_INTEGER(float, float, uint, unsigned)
__CU_TO_INTEGER(float, float, ll, long long)
__CU_TO_INTEGER(float, float, ull, unsigned long long)
__CU_TO_INTEGER(double, double, int, int)
__CU_TO_INTEGER(double, double, uint, unsigned)
__CU_TO_INTEGER(double, double, ll, long long)
__CU_TO_INTEGER(double, double, ull, unsigned long long)
#undef __CU_TO_INTEGER

// nearest − exact; both are whole, and 128 bits hold them.
template <class T> static inline double __cu_side_integer(double nearest, T x) { return double((__int128)nearest - (__int128)x); }
#define __CU_FROM_INTEGER(from, F, to, T) \
  __CU_F(T, __##from##2##to##_rn, (F x), T(x)) \
  __CU_F(T, __##from##2##to##_rd, (F x), __cu_down(T(x), __cu_side_integer(double(T(x)), x))) \
  __CU_F(T, __##from##2##to##_ru, (F x), __cu_up(T(x), __cu_side_integer(double(T(x)), x))) \
  __CU_F(T, __##from##2##to##_rz, (F x), __cu_zero(T(x), __cu_side_integer(double(T(x)), x)))
__CU_FROM_INTEGER(int, int, float, float)
__CU_FROM_INTEGER(uint, unsigned, float, float)
__CU_FROM_INTEGER(ll, long long, float, float)
__CU_FROM_INTEGER(ull, unsigned long long, float, float)
__CU_FROM_INTEGER(ll, long long, double, double)
__CU_FROM_INTEGER(ull, unsigned long long, double, double)
#undef __CU_FROM_INTEGER
__CU_F(double, __int2double_rn, (int x), double(x))
__CU_F(double, __uint2double_rn, (unsigned x), double(x))
__CU_F(float, __double2float_rn, (double x), float(x))
__CU_F(float, __double2float_rd, (double x), __cu_down(float(x), double(float(x)) - x))
__CU_F(float, __double2float_ru, (double x), __cu_up(float(x), double(float(x)) - x))
__CU_F(float, __double2float_rz, (double x), __cu_zero(float(x), double(float(x)) - x))
