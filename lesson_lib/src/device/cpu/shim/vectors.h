// Vector types.

// Aligned as their elements, not as CUDA's: a buffer ends with its page, so that it need not start
// at a multiple of 16 bytes. They may alias, because kernels cast float* to float4*.
#define __CU_VECTOR(T, N) \
  struct __attribute__((may_alias)) N##1 { T x; }; \
  struct __attribute__((may_alias)) N##2 { T x, y; }; \
  struct __attribute__((may_alias)) N##3 { T x, y, z; }; \
  struct __attribute__((may_alias)) N##4 { T x, y, z, w; }; \
  __attribute__((unused)) static inline N##1 make_##N##1(T x) { return {x}; } \
  __attribute__((unused)) static inline N##2 make_##N##2(T x, T y) { return {x, y}; } \
  __attribute__((unused)) static inline N##3 make_##N##3(T x, T y, T z) { return {x, y, z}; } \
  __attribute__((unused)) static inline N##4 make_##N##4(T x, T y, T z, T w) { return {x, y, z, w}; }
__CU_VECTOR(signed char, char)
__CU_VECTOR(unsigned char, uchar)
__CU_VECTOR(short, short)
__CU_VECTOR(unsigned short, ushort)
__CU_VECTOR(int, int)
__CU_VECTOR(unsigned, uint)
__CU_VECTOR(long long, longlong)
__CU_VECTOR(unsigned long long, ulonglong)
__CU_VECTOR(float, float)
__CU_VECTOR(double, double)
#undef __CU_VECTOR
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};
