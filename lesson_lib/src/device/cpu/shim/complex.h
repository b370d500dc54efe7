// CUDA's complex numbers, cuComplex.h: vectors of two with functions.

#define __CU_COMPLEX(T, N, f, V) \
  using N = V; \
  static constexpr inline N make_##N(T x, T y) { return {x, y}; } \
  static constexpr inline T cuCreal##f(N a) { return a.x; } \
  static constexpr inline T cuCimag##f(N a) { return a.y; } \
  static constexpr inline N cuConj##f(N a) { return {a.x, -a.y}; } \
  static constexpr inline N cuCadd##f(N a, N b) { return {a.x + b.x, a.y + b.y}; } \
  static constexpr inline N cuCsub##f(N a, N b) { return {a.x - b.x, a.y - b.y}; } \
  static constexpr inline N cuCmul##f(N a, N b) { \
    return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x}; \
  } \
  static inline N cuCdiv##f(N a, N b) { /* scaled, so that no square overflows */ \
    T s = fabs(b.x) + fabs(b.y), ax = a.x / s, ay = a.y / s, bx = b.x / s, by = b.y / s; \
    T d = bx * bx + by * by; \
    return {(ax * bx + ay * by) / d, (ay * bx - ax * by) / d}; \
  } \
  static inline T cuCabs##f(N a) { return hypot##f(a.x, a.y); } \
  static constexpr inline N cuCfma##f(N a, N b, N c) { return cuCadd##f(cuCmul##f(a, b), c); }
__CU_COMPLEX(float, cuFloatComplex, f, float2)
__CU_COMPLEX(double, cuDoubleComplex, , double2)
#undef __CU_COMPLEX
using cuComplex = cuFloatComplex;
static constexpr inline cuComplex make_cuComplex(float x, float y) { return {x, y}; }
static constexpr inline cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex a) {
  return {a.x, a.y};
}
static constexpr inline cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex a) {
  return {(float)a.x, (float)a.y};
}
