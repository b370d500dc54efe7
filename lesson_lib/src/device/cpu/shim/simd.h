// Halves and bytes of a word, all at once.

// `combine` sees the lanes of a and b as numbers x and y of type T.
#define __CU_LANES(name, T, bits, combine) \
  __attribute__((unused)) static inline unsigned name(unsigned a, unsigned b) { \
    unsigned all = 0; \
    for (int i = 0; i < 32; i += bits) { \
      int x = T(a >> i), y = T(b >> i); \
      (void)x, (void)y; \
      all |= (unsigned(combine) & ((1u << bits) - 1)) << i; \
    } \
    return all; \
  }
#define __CU_WITHIN(x, low, high) ((x) < (low) ? (low) : (x) > (high) ? (high) : (x))
#define __CU_SIMD(n, bits, S, U) \
  __CU_LANES(__vadd##n, U, bits, x + y) __CU_LANES(__vsub##n, U, bits, x - y) \
  __CU_LANES(__vaddss##n, S, bits, __CU_WITHIN(x + y, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)) \
  __CU_LANES(__vsubss##n, S, bits, __CU_WITHIN(x - y, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)) \
  __CU_LANES(__vaddus##n, U, bits, __CU_WITHIN(x + y, 0, (1 << bits) - 1)) \
  __CU_LANES(__vsubus##n, U, bits, __CU_WITHIN(x - y, 0, (1 << bits) - 1)) \
  __CU_LANES(__vavgs##n, S, bits, x + y >= 0 ? (x + y + 1) >> 1 : (x + y) >> 1) __CU_LANES(__vavgu##n, U, bits, (x + y + 1) >> 1) \
  __CU_LANES(__vhaddu##n, U, bits, (x + y) >> 1) \
  __CU_LANES(__vmaxs##n, S, bits, x < y ? y : x) __CU_LANES(__vmaxu##n, U, bits, x < y ? y : x) \
  __CU_LANES(__vmins##n, S, bits, y < x ? y : x) __CU_LANES(__vminu##n, U, bits, y < x ? y : x) \
  __CU_LANES(__vabsdiffs##n, S, bits, x < y ? y - x : x - y) __CU_LANES(__vabsdiffu##n, U, bits, x < y ? y - x : x - y) \
  __CU_LANES(__vcmpeq##n, U, bits, -(x == y)) __CU_LANES(__vcmpne##n, U, bits, -(x != y)) \
  __CU_LANES(__vcmpges##n, S, bits, -(x >= y)) __CU_LANES(__vcmpgeu##n, U, bits, -(x >= y)) \
  __CU_LANES(__vcmpgts##n, S, bits, -(x > y)) __CU_LANES(__vcmpgtu##n, U, bits, -(x > y)) \
  __CU_LANES(__vcmples##n, S, bits, -(x <= y)) __CU_LANES(__vcmpleu##n, U, bits, -(x <= y)) \
  __CU_LANES(__vcmplts##n, S, bits, -(x < y)) __CU_LANES(__vcmpltu##n, U, bits, -(x < y)) \
  __CU_LANES(__vseteq##n, U, bits, x == y) __CU_LANES(__vsetne##n, U, bits, x != y) \
  __CU_LANES(__vsetges##n, S, bits, x >= y) __CU_LANES(__vsetgeu##n, U, bits, x >= y) \
  __CU_LANES(__vsetgts##n, S, bits, x > y) __CU_LANES(__vsetgtu##n, U, bits, x > y) \
  __CU_LANES(__vsetles##n, S, bits, x <= y) __CU_LANES(__vsetleu##n, U, bits, x <= y) \
  __CU_LANES(__vsetlts##n, S, bits, x < y) __CU_LANES(__vsetltu##n, U, bits, x < y) \
  __CU_F(unsigned, __vneg##n, (unsigned a), __vsub##n(0, a)) __CU_F(unsigned, __vnegss##n, (unsigned a), __vsubss##n(0, a)) \
  __CU_F(unsigned, __vabs##n, (unsigned a), __vabsdiffs##n(a, 0)) \
  __CU_F(unsigned, __vabsss##n, (unsigned a), __vmaxs##n(a, __vnegss##n(a))) \
  __attribute__((unused)) static inline unsigned __vsads##n(unsigned a, unsigned b) { unsigned sum = 0, d = __vabsdiffs##n(a, b); for (int i = 0; i < 32; i += bits) sum += U(d >> i); return sum; } \
  __attribute__((unused)) static inline unsigned __vsadu##n(unsigned a, unsigned b) { unsigned sum = 0, d = __vabsdiffu##n(a, b); for (int i = 0; i < 32; i += bits) sum += U(d >> i); return sum; }
__CU_SIMD(2, 16, int16_t, uint16_t)
__CU_SIMD(4, 8, int8_t, uint8_t)
#undef __CU_SIMD
#undef __CU_WITHIN
#undef __CU_LANES
