// What CUDA adds to C++, for a C++17 compiler of the host (GCC or Clang). No standard header is
// included: reading one takes longer than compiling a kernel.
//
// Names that start with __cu_ are these headers' own. abi.rs repeats the layout of the structures
// in context.h and shared.h.

#define __device__
#define __host__
#define __constant__
#define __managed__
#define __CU_CONSTANT_SIZE(name) \
  static_assert(sizeof name <= 65536, #name " is too large: there are 64 KB of __constant__ memory; take a buffer");
#define __CU_DEVICE_SIZE(name) \
  static_assert(sizeof name <= (1u << 30), #name " is too large for a variable (at most 1 GB here); take a buffer");
// The device's variables have their values before any code runs.
#if defined __clang__
#define CU_CONSTANT_VALUE __attribute__((require_constant_initialization))
#elif __GNUC__ >= 10
#define CU_CONSTANT_VALUE __constinit
#else
#define CU_CONSTANT_VALUE
#endif
#define __shared__ _Pragma("GCC error \"__shared__ must stand in the declaration itself, not in a macro\"")
#define __noinline__ __attribute__((noinline))
#define __inline_hint__ inline
#define __launch_bounds__(...)
#define __maxnreg__(...)
#define __cluster_dims__(...)
#define __block_size__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __grid_constant__
#define __nv_pure__ __attribute__((pure))

#ifdef CU_CHECKED
// A function that the access hooks do not watch; GCC and Clang say so in different words.
#ifdef __clang__
#define CU_RAW __attribute__((disable_sanitizer_instrumentation, no_sanitize("undefined"), noinline))
#else
#define CU_RAW __attribute__((no_sanitize("thread", "undefined"), noinline))
#endif
#define __global__ inline __attribute__((noinline))
// GCC refuses to inline some functions that it watches, such as one that is passed to another.
#define __forceinline__ inline
#else
#define CU_RAW __attribute__((no_sanitize("undefined")))
#define __global__ inline __attribute__((always_inline))
#define __forceinline__ inline __attribute__((always_inline))
#endif
#define CU_EXPORT extern "C" __attribute__((visibility("default"), used))

#ifndef __clang__
#define __builtin_assume(e) ((void)0)
#endif

using size_t = decltype(sizeof 0);
using ptrdiff_t = decltype((char*)0 - (char*)0);
using nullptr_t = decltype(nullptr);
typedef __INT8_TYPE__ int8_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __INT16_TYPE__ int16_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __INT32_TYPE__ int32_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef long clock_t;
