// Vector types, with CUDA's sizes and alignments. They may alias, because kernels cast float* to
// float4*.

#define __CU_VECTOR(T, N, two, four) \
  struct __attribute__((may_alias)) N##1 { T x; }; \
  struct __attribute__((may_alias, aligned(two))) N##2 { T x, y; }; \
  struct __attribute__((may_alias)) N##3 { T x, y, z; }; \
  struct __attribute__((may_alias, aligned(four))) N##4 { T x, y, z, w; }; \
  static constexpr inline N##1 make_##N##1(T x) { return {x}; } \
  static constexpr inline N##2 make_##N##2(T x, T y) { return {x, y}; } \
  static constexpr inline N##3 make_##N##3(T x, T y, T z) { return {x, y, z}; } \
  static constexpr inline N##4 make_##N##4(T x, T y, T z, T w) { return {x, y, z, w}; }
__CU_VECTOR(signed char, char, 2, 4)
__CU_VECTOR(unsigned char, uchar, 2, 4)
__CU_VECTOR(short, short, 4, 8)
__CU_VECTOR(unsigned short, ushort, 4, 8)
__CU_VECTOR(int, int, 8, 16)
__CU_VECTOR(unsigned, uint, 8, 16)
__CU_VECTOR(long, long, 16, 16)
__CU_VECTOR(unsigned long, ulong, 16, 16)
__CU_VECTOR(long long, longlong, 16, 16)
__CU_VECTOR(unsigned long long, ulonglong, 16, 16)
__CU_VECTOR(float, float, 8, 16)
__CU_VECTOR(double, double, 16, 16)
#undef __CU_VECTOR
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  constexpr operator uint3() const { return {x, y, z}; }
};
