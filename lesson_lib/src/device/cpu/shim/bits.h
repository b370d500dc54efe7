// Integer intrinsics, and the bits of one type read as another's.

__CU_F(int, __popc, (unsigned x), __builtin_popcount(x))
__CU_F(int, __popcll, (unsigned long long x), __builtin_popcountll(x))
__CU_F(int, __clz, (int x), x ? __builtin_clz(unsigned(x)) : 32)
__CU_F(int, __clzll, (long long x), x ? __builtin_clzll((unsigned long long)(x)) : 64)
__CU_F(int, __ffs, (int x), __builtin_ffs(x))
__CU_F(int, __ffsll, (long long x), __builtin_ffsll(x))
__CU_F(int, __mulhi, (int x, int y), int((long long)x * y >> 32))
__CU_F(unsigned, __umulhi, (unsigned x, unsigned y), unsigned((unsigned long long)x * y >> 32))
__CU_F(long long, __mul64hi, (long long x, long long y), (long long)((__int128)x * y >> 64))
__CU_F(unsigned long long, __umul64hi, (unsigned long long x, unsigned long long y), (unsigned long long)((unsigned __int128)x * y >> 64))
__CU_F(int, __mul24, (int x, int y), int(unsigned(x << 8 >> 8) * unsigned(y << 8 >> 8)))
__CU_F(unsigned, __umul24, (unsigned x, unsigned y), (x & 0xffffff) * (y & 0xffffff))
__CU_F(int, __hadd, (int x, int y), int(((long long)x + y) >> 1))
__CU_F(int, __rhadd, (int x, int y), int(((long long)x + y + 1) >> 1))
__CU_F(unsigned, __uhadd, (unsigned x, unsigned y), unsigned(((unsigned long long)x + y) >> 1))
__CU_F(unsigned, __urhadd, (unsigned x, unsigned y), unsigned(((unsigned long long)x + y + 1) >> 1))
__CU_F(unsigned, __sad, (int x, int y, unsigned z), unsigned(x < y ? (long long)y - x : (long long)x - y) + z)
__CU_F(unsigned, __usad, (unsigned x, unsigned y, unsigned z), (x < y ? y - x : x - y) + z)
__CU_F(unsigned, __funnelshift_l, (unsigned low, unsigned high, unsigned by), unsigned(((unsigned long long)high << 32 | low) << (by & 31) >> 32))
__CU_F(unsigned, __funnelshift_r, (unsigned low, unsigned high, unsigned by), unsigned(((unsigned long long)high << 32 | low) >> (by & 31)))
__CU_F(unsigned, __funnelshift_lc, (unsigned low, unsigned high, unsigned by), by >= 32 ? low : __funnelshift_l(low, high, by))
__CU_F(unsigned, __funnelshift_rc, (unsigned low, unsigned high, unsigned by), by >= 32 ? high : __funnelshift_r(low, high, by))
__attribute__((unused)) static inline unsigned long long __brevll(unsigned long long x) {
  unsigned long long reversed = 0;
  for (int bit = 0; bit < 64; ++bit) reversed |= (x >> bit & 1) << (63 - bit);
  return reversed;
}
__CU_F(unsigned, __brev, (unsigned x), unsigned(__brevll(x) >> 32))
// Each digit of `selector` names one of the eight bytes of x and y, or with 8 its sign.
__attribute__((unused)) static inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  unsigned long long bytes = (unsigned long long)y << 32 | x;
  unsigned all = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned digit = selector >> 4 * i, byte = unsigned(bytes >> 8 * (digit & 7)) & 0xff;
    if (digit & 8) byte = byte & 0x80 ? 0xff : 0;
    all |= byte << 8 * i;
  }
  return all;
}
// The place of the offset-th set bit of `mask`, counted from `base` upwards, or downwards.
__attribute__((unused)) static inline unsigned __fns(unsigned mask, unsigned base, int offset) {
  int step = offset < 0 ? -1 : 1, left = offset < 0 ? -offset : offset;
  if (offset == 0) return mask >> base & 1 ? base : ~0u;
  for (int bit = int(base); 0 <= bit && bit < 32; bit += step)
    if ((mask >> bit & 1) && --left == 0) return unsigned(bit);
  return ~0u;
}
// Products of bytes, and of halves with bytes, added to c.
#define __CU_DOT(T, B, H) \
  __attribute__((unused)) static inline T __dp4a(T a, T b, T c) { for (int i = 0; i < 32; i += 8) c += T(B(a >> i)) * T(B(b >> i)); return c; } \
  __CU_F(T, __dp2a_lo, (T a, T b, T c), c + T(H(a)) * T(B(b)) + T(H(a >> 16)) * T(B(b >> 8))) \
  __CU_F(T, __dp2a_hi, (T a, T b, T c), c + T(H(a)) * T(B(b >> 16)) + T(H(a >> 16)) * T(B(b >> 24)))
__CU_DOT(int, int8_t, int16_t)
__CU_DOT(unsigned, uint8_t, uint16_t)
#undef __CU_DOT
__CU_F(int, __dp4a, (char4 a, char4 b, int c), a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w + c)
__CU_F(unsigned, __dp4a, (uchar4 a, uchar4 b, unsigned c), unsigned(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w) + c)

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
__CU_F(int, __double2hiint, (double x), int(__cu_bits<long long>(x) >> 32))
__CU_F(int, __double2loint, (double x), int(__cu_bits<long long>(x)))
__CU_F(double, __hiloint2double, (int high, int low), __cu_bits<double>((long long)((unsigned long long)unsigned(high) << 32 | unsigned(low))))
