// Bits and conversions.

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
