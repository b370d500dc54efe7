// half and bfloat16: they compute in float or double, and round the result once.

// The 16 bits of a number with `exponent` bits of exponent, from a double, rounded to nearest even.
template <int exponent> CU_RAW static inline unsigned short __cu_shortened(double x) {
  constexpr int fraction = 15 - exponent, bias = (1 << (exponent - 1)) - 1;
  unsigned long long bits = __cu_bits<unsigned long long>(x);
  unsigned sign = unsigned(bits >> 63) << 15, infinity = ((1u << exponent) - 1) << fraction;
  if (x != x) return (unsigned short)(0x7fff);
  int scale = int(bits >> 52 & 0x7ff) - 1023;
  if (scale > bias) return (unsigned short)(sign | infinity);
  unsigned long long whole = (bits & ((1ull << 52) - 1)) | 1ull << 52;
  int drop = 52 - fraction;
  if (scale < 1 - bias) drop += 1 - bias - scale, scale = 1 - bias; // a subnormal keeps fewer bits
  if (drop > 54) return (unsigned short)sign;
  unsigned long long kept = whole >> drop, rest = whole & ((1ull << drop) - 1), half = 1ull << (drop - 1);
  kept += rest > half || (rest == half && (kept & 1));
  // The leading one adds 1 to an exponent that is one too small; a carry does the same.
  return (unsigned short)(sign | (unsigned(scale + bias - 1) * (1u << fraction) + unsigned(kept)));
}
template <int exponent> CU_RAW static inline float __cu_widened(unsigned short bits) {
  constexpr int fraction = 15 - exponent, bias = (1 << (exponent - 1)) - 1;
  unsigned scale = bits >> fraction & ((1u << exponent) - 1), low = bits & ((1u << fraction) - 1);
  unsigned sign = unsigned(bits >> 15) << 31;
  if (exponent == 8) return __cu_bits<float>(unsigned(bits) << 16);
  if (scale == (1u << exponent) - 1) return __cu_bits<float>(sign | 0x7f800000u | low << (23 - fraction));
  if (scale == 0) return __cu_bits<float>(sign | __cu_bits<unsigned>(float(low) * (1.0f / float(1 << fraction)) * (2.0f / float(1u << (bias & 31)))));
  return __cu_bits<float>(sign | (scale + 127 - bias) << 23 | low << (23 - fraction));
}
// x·y + z with one rounding to an odd last bit, so that a second rounding to 16 bits is right.
CU_RAW __attribute__((unused)) static inline double __cu_fma_to_odd(double x, double y, double z) {
  double p = x * y, sum = p + z; // the product is exact
  if (!__builtin_isfinite(sum)) return sum;
  double back = sum - p, error = (p - (sum - back)) + (z - back);
  unsigned long long bits = __cu_bits<unsigned long long>(sum);
  if (error == 0 || (bits & 1)) return sum;
  return __cu_bits<double>((error > 0) == (sum > 0) ? bits + 1 : bits - 1);
}


// A number of 16 bits: with 5 bits of exponent a half, with 8 a bfloat16.
template <int exponent> struct __cu_short {
  unsigned short __x;
  __cu_short() = default;
  template <class T, class = typename __cu_if<__cu_real<T>::value || __cu_integer<T>::value, T>::type>
  __cu_short(T x) : __x(__cu_shortened<exponent>(double(x))) {}
  template <int other> explicit __cu_short(__cu_short<other> x) : __cu_short(float(x)) {}
  operator float() const { return __cu_widened<exponent>(__x); }
  template <class T, class = __cu_of_integer<T, void>> explicit operator T() const { return T(float(*this)); }
#define __CU_SHORT(o) \
  friend inline __cu_short operator o(__cu_short x, __cu_short y) { return __cu_short(float(x) o float(y)); } \
  __cu_short& operator o##=(__cu_short y) { return *this = *this o y; }
  __CU_SHORT(+) __CU_SHORT(-) __CU_SHORT(*) __CU_SHORT(/)
#undef __CU_SHORT
#define __CU_SHORT(o) friend inline bool operator o(__cu_short x, __cu_short y) { return float(x) o float(y); }
  __CU_SHORT(==) __CU_SHORT(!=) __CU_SHORT(<) __CU_SHORT(<=) __CU_SHORT(>) __CU_SHORT(>=)
#undef __CU_SHORT
  friend inline __cu_short operator-(__cu_short x) { return x.__x ^= 0x8000, x; }
  friend inline __cu_short operator+(__cu_short x) { return x; }
  __cu_short& operator++() { return *this += __cu_short(1); }
  __cu_short& operator--() { return *this -= __cu_short(1); }
  __cu_short operator++(int) { __cu_short before = *this; ++*this; return before; }
  __cu_short operator--(int) { __cu_short before = *this; --*this; return before; }
};
// Two of them.
template <int exponent> struct alignas(4) __cu_short2 {
  __cu_short<exponent> x, y;
  __cu_short2() = default;
  __cu_short2(__cu_short<exponent> x, __cu_short<exponent> y) : x(x), y(y) {}
#define __CU_SHORT(o) \
  friend inline __cu_short2 operator o(__cu_short2 a, __cu_short2 b) { return {a.x o b.x, a.y o b.y}; } \
  __cu_short2& operator o##=(__cu_short2 b) { return *this = *this o b; }
  __CU_SHORT(+) __CU_SHORT(-) __CU_SHORT(*) __CU_SHORT(/)
#undef __CU_SHORT
#define __CU_SHORT(o) friend inline bool operator o(__cu_short2 a, __cu_short2 b) { return a.x o b.x && a.y o b.y; }
  __CU_SHORT(==) __CU_SHORT(<) __CU_SHORT(<=) __CU_SHORT(>) __CU_SHORT(>=)
#undef __CU_SHORT
  friend inline bool operator!=(__cu_short2 a, __cu_short2 b) { return a.x != b.x || a.y != b.y; }
  friend inline __cu_short2 operator-(__cu_short2 a) { return {-a.x, -a.y}; }
};

// The next number below or above; `side` is the sign of x minus the exact one, where they differ.
template <int e> static inline __cu_short<e> __cu_short_step(__cu_short<e> x, bool up) {
  if ((x.__x & 0x7fff) == 0) x.__x = up ? 1 : 0x8001;
  else x.__x = (unsigned short)(x.__x + (up == !(x.__x >> 15) ? 1 : -1));
  return x;
}
template <int e> static inline __cu_short<e> __cu_short_down(double exact) { __cu_short<e> x(exact); return double(float(x)) > exact ? __cu_short_step(x, false) : x; }
template <int e> static inline __cu_short<e> __cu_short_up(double exact) { __cu_short<e> x(exact); return double(float(x)) < exact ? __cu_short_step(x, true) : x; }
template <int e> static inline __cu_short<e> __cu_short_zero(double exact) { return exact > 0 ? __cu_short_down<e>(exact) : __cu_short_up<e>(exact); }

// ---- intrinsics, each for one number and, by another name, for two
#define __CU_ONE(name, pair, value) \
  template <int e> static inline __cu_short<e> name(__cu_short<e> x) { return __cu_short<e>(value); } \
  template <int e> static inline __cu_short2<e> pair(__cu_short2<e> a) { return {name(a.x), name(a.y)}; }
#define __CU_TWO(name, pair, value) \
  template <int e> static inline __cu_short<e> name(__cu_short<e> x, __cu_short<e> y) { return __cu_short<e>(value); } \
  template <int e> static inline __cu_short2<e> pair(__cu_short2<e> a, __cu_short2<e> b) { return {name(a.x, b.x), name(a.y, b.y)}; }
#define __CU_THREE(name, pair, value) \
  template <int e> static inline __cu_short<e> name(__cu_short<e> x, __cu_short<e> y, __cu_short<e> z) { return __cu_short<e>(value); } \
  template <int e> static inline __cu_short2<e> pair(__cu_short2<e> a, __cu_short2<e> b, __cu_short2<e> c) { return {name(a.x, b.x, c.x), name(a.y, b.y, c.y)}; }
__CU_TWO(__hadd, __hadd2, x + y) __CU_TWO(__hadd_rn, __hadd2_rn, x + y) __CU_TWO(__hadd_sat, __hadd2_sat, __saturatef(float(x) + float(y)))
__CU_TWO(__hsub, __hsub2, x - y) __CU_TWO(__hsub_rn, __hsub2_rn, x - y) __CU_TWO(__hsub_sat, __hsub2_sat, __saturatef(float(x) - float(y)))
__CU_TWO(__hmul, __hmul2, x * y) __CU_TWO(__hmul_rn, __hmul2_rn, x * y) __CU_TWO(__hmul_sat, __hmul2_sat, __saturatef(float(x) * float(y)))
__CU_TWO(__hdiv, __h2div, x / y)
__CU_TWO(__hmax, __hmax2, fmaxf(float(x), float(y))) __CU_TWO(__hmax_nan, __hmax2_nan, x == x && y == y ? fmaxf(float(x), float(y)) : __builtin_nanf(""))
__CU_TWO(__hmin, __hmin2, fminf(float(x), float(y))) __CU_TWO(__hmin_nan, __hmin2_nan, x == x && y == y ? fminf(float(x), float(y)) : __builtin_nanf(""))
__CU_THREE(__hfma, __hfma2, __cu_fma_to_odd(double(float(x)), double(float(y)), double(float(z))))
__CU_THREE(__hfma_sat, __hfma2_sat, __saturatef(float(__hfma(x, y, z))))
__CU_THREE(__hfma_relu, __hfma2_relu, fmaxf(float(__hfma(x, y, z)), 0.0f))
__CU_ONE(__habs, __habs2, fabsf(float(x))) __CU_ONE(__hneg, __hneg2, -float(x))
__CU_ONE(hsqrt, h2sqrt, sqrt(double(float(x)))) __CU_ONE(hrsqrt, h2rsqrt, 1.0 / sqrt(double(float(x)))) __CU_ONE(hrcp, h2rcp, 1.0 / double(float(x)))
__CU_ONE(hexp, h2exp, exp(double(float(x)))) __CU_ONE(hexp2, h2exp2, exp2(double(float(x)))) __CU_ONE(hexp10, h2exp10, exp10(double(float(x))))
__CU_ONE(hlog, h2log, log(double(float(x)))) __CU_ONE(hlog2, h2log2, log2(double(float(x)))) __CU_ONE(hlog10, h2log10, log10(double(float(x))))
__CU_ONE(hsin, h2sin, sin(double(float(x)))) __CU_ONE(hcos, h2cos, cos(double(float(x)))) __CU_ONE(htanh, h2tanh, tanh(double(float(x))))
__CU_ONE(hfloor, h2floor, floorf(float(x))) __CU_ONE(hceil, h2ceil, ceilf(float(x))) __CU_ONE(htrunc, h2trunc, truncf(float(x))) __CU_ONE(hrint, h2rint, rintf(float(x)))
#undef __CU_ONE
#undef __CU_TWO
#undef __CU_THREE
// A comparison of numbers, of pairs number by number with 1 or 0, and of pairs as a whole.
#define __CU_TEST(name, pair, both, value) \
  template <int e> static inline bool name(__cu_short<e> x, __cu_short<e> y) { return value; } \
  template <int e> static inline __cu_short2<e> pair(__cu_short2<e> a, __cu_short2<e> b) { return {__cu_short<e>(int(name(a.x, b.x))), __cu_short<e>(int(name(a.y, b.y)))}; } \
  template <int e> static inline bool both(__cu_short2<e> a, __cu_short2<e> b) { return name(a.x, b.x) && name(a.y, b.y); }
__CU_TEST(__heq, __heq2, __hbeq2, x == y) __CU_TEST(__hne, __hne2, __hbne2, x < y || x > y)
__CU_TEST(__hlt, __hlt2, __hblt2, x < y) __CU_TEST(__hle, __hle2, __hble2, x <= y)
__CU_TEST(__hgt, __hgt2, __hbgt2, x > y) __CU_TEST(__hge, __hge2, __hbge2, x >= y)
#undef __CU_TEST
template <int e> static inline bool __hisnan(__cu_short<e> x) { return x != x; }
template <int e> static inline int __hisinf(__cu_short<e> x) { return __builtin_isinf(float(x)) ? (float(x) > 0 ? 1 : -1) : 0; }
template <int e> static inline float __low2float(__cu_short2<e> a) { return float(a.x); }
template <int e> static inline float __high2float(__cu_short2<e> a) { return float(a.y); }

// ---- conversions: those of type S have `s` in their names, and those of pairs `p`
#define __CU_CONVERSIONS(e, S, S2, s, p) \
  __CU_F(float, __##s##2float, (S x), float(x)) __CU_F(S, __float2##s, (float x), S(x)) __CU_F(S, __float2##s##_rn, (float x), S(x)) __CU_F(S, __double2##s, (double x), S(x)) \
  __CU_F(S, __float2##s##_rd, (float x), __cu_short_down<e>(double(x))) __CU_F(S, __float2##s##_ru, (float x), __cu_short_up<e>(double(x))) __CU_F(S, __float2##s##_rz, (float x), __cu_short_zero<e>(double(x))) \
  __CU_F(S2, __float2##p##_rn, (float x), S2(x, x)) __CU_F(S2, __floats2##p##_rn, (float x, float y), S2(x, y)) __CU_F(S2, __float22##p##_rn, (float2 a), S2(a.x, a.y)) \
  __CU_F(float2, __##p##2float2, (S2 a), (float2{float(a.x), float(a.y)})) \
  __CU_F(S2, __halves2##p, (S x, S y), S2(x, y)) __CU_F(S2, __##s##2##p, (S x), S2(x, x)) \
  __CU_F(S, __low2##s, (S2 a), a.x) __CU_F(S, __high2##s, (S2 a), a.y) __CU_F(S2, __low2##p, (S2 a), S2(a.x, a.x)) __CU_F(S2, __high2##p, (S2 a), S2(a.y, a.y)) \
  __CU_F(S2, __lows2##p, (S2 a, S2 b), S2(a.x, b.x)) __CU_F(S2, __highs2##p, (S2 a, S2 b), S2(a.y, b.y)) __CU_F(S2, __lowhigh2highlow, (S2 a), S2(a.y, a.x)) \
  __CU_F(short, __##s##_as_short, (S x), short(x.__x)) __CU_F(unsigned short, __##s##_as_ushort, (S x), x.__x) \
  __CU_F(S, __short_as_##s, (short x), __cu_bits<S>(x)) __CU_F(S, __ushort_as_##s, (unsigned short x), __cu_bits<S>(x)) \
  __CU_TO_SHORT(S, s, int, int) __CU_TO_SHORT(S, s, uint, unsigned) __CU_TO_SHORT(S, s, short, short) __CU_TO_SHORT(S, s, ushort, unsigned short) __CU_TO_SHORT(S, s, ll, long long) __CU_TO_SHORT(S, s, ull, unsigned long long)
#define __CU_TO_SHORT(S, s, from, F) \
  __CU_F(S, __##from##2##s##_rn, (F x), S(x)) \
  __CU_F(F, __##s##2##from##_rn, (S x), __cu_integer_of<F>(__builtin_rint(double(float(x))))) __CU_F(F, __##s##2##from##_rz, (S x), __cu_integer_of<F>(double(float(x)))) \
  __CU_F(F, __##s##2##from##_rd, (S x), __cu_integer_of<F>(__builtin_floor(double(float(x))))) __CU_F(F, __##s##2##from##_ru, (S x), __cu_integer_of<F>(__builtin_ceil(double(float(x)))))
