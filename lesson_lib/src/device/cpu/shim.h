// As much of CUDA C as the course's kernels use, for a C++17 compiler of the host (GCC or Clang).
// No standard header is included: reading one takes longer than compiling a kernel.
//
// The mathematics follows in shim_math.h, what the careful mode notes in shim_shadow.h. Names that start with __cu_ are these files' own. The layout
// of __cu_context, __cu_hooks, __cu_parameter and __cu_slot is repeated in abi.rs.

// ---- what CUDA adds to C++
#define __device__
#define __host__
#define __constant__
#define __managed__
#define __shared__ _Pragma("GCC error \"__shared__ must stand in the declaration itself, not in a macro\"")
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __grid_constant__

#ifdef CU_CHECKED
// A function that the access hooks do not watch; GCC and Clang say so in different words.
#ifdef __clang__
#define CU_RAW __attribute__((disable_sanitizer_instrumentation, no_sanitize("undefined"), noinline))
#else
#define CU_RAW __attribute__((no_sanitize("thread", "undefined"), noinline))
#endif
#define __global__ inline __attribute__((noinline))
#else
#define CU_RAW __attribute__((no_sanitize("undefined")))
#define __global__ inline __attribute__((always_inline))
#endif
#define CU_EXPORT extern "C" __attribute__((visibility("default"), used))

using size_t = decltype(sizeof 0);
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
typedef unsigned char uchar;
typedef unsigned short ushort;
typedef unsigned int uint;

#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define FLT_MAX __FLT_MAX__
#define FLT_MIN __FLT_MIN__
#define FLT_EPSILON __FLT_EPSILON__
#define DBL_MAX __DBL_MAX__
#define DBL_MIN __DBL_MIN__
#define DBL_EPSILON __DBL_EPSILON__
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2U + 1U)

// ---- vector types
// Aligned as CUDA's. They may alias, because kernels cast float* to float4*.
#define __CU_VECTOR(T, N) \
  struct __attribute__((may_alias)) N##1 { T x; }; \
  struct __attribute__((may_alias, aligned(2 * sizeof(T)))) N##2 { T x, y; }; \
  struct __attribute__((may_alias)) N##3 { T x, y, z; }; \
  struct __attribute__((may_alias, aligned(sizeof(T) < 4 ? 4 * sizeof(T) : 16))) N##4 { T x, y, z, w; }; \
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

// ---- the connection to the device
struct __cu_hooks {
  void (*barrier)(void*, const char* file, int line);
  void (*warp)(void*, unsigned mask, int kind, const char* file, int line);
  void (*access)(void*, const void* address, size_t bytes, int access, const void* pc);
  void (*fail)(void*, int kind, const char* text, long long number, const char* file, int line);
  void (*print)(void*, const char* text, size_t bytes);
  void (*judge)(void*, const struct __cu_cell*, int access, unsigned asked, unsigned after);
  void (*guard)(void*, unsigned after);
  void (*refine)(void*);
  void (*fence)(void*);
  void (*meet)(void*, const void* p, bool is_shared);
  void (*misaligned)(void*, size_t address, int log_alignment, int kind, const char* type, const char* file, int line);
};
struct __cu_range { size_t start, bytes; };
struct __cu_stamp { unsigned long long when; unsigned who, after; };
struct __cu_cell { __cu_stamp write, use; unsigned lanes, kind; };
struct __cu_region { size_t start, bytes; __cu_cell *cells, *end; unsigned shift, own; };
struct __cu_recent { const void* p; unsigned long long when; unsigned thread, after; };
struct __cu_context {
  uint3 thread, block, block_dim, grid_dim;
  unsigned next;      // the first thread of the block that has not been started
  unsigned total;     // threads of the block
  unsigned current;   // the running thread's number in the block
  unsigned state;     // __CU_IN_…
  int tally;          // sum of the predicates of __syncthreads_count
  unsigned recording; // whether the hook wants every access
  char* dynamic;      // extern __shared__ memory
  char* fixed;        // __shared__ memory
  unsigned long long* shuffle_in;  // [thread]: what a lane passes to a warp operation
  unsigned long long* shuffle_out; // [thread]: what its warp passed, when the operation is complete
  const __cu_region* regions;
  size_t region_count;
  __cu_range stack;   // of the running thread
  const void* last;   // where the last checked access was made
  const __cu_hooks* hooks;
  void* worker;
  size_t base;            // where the library lies
  unsigned long long now; // the block, and how many barriers it has passed
  const unsigned (*clocks)[32]; // [thread]: the clocks of its warp, as far as it knows them
  const unsigned long long* fences; // how many the launch has seen
  __cu_recent recent[8];  // the last reads of watched memory
  unsigned turn, guard;   // the next of them; the last that an atomic operation followed
};
#define __CU_IN_KERNEL 1u  // may be stopped anywhere
#define __CU_IN_LIBRARY 2u // may fault, but holds locks of the C library
static thread_local __cu_context* __cu;
#define threadIdx (__cu->thread)
#define blockIdx (__cu->block)
#define blockDim (__cu->block_dim)
#define gridDim (__cu->grid_dim)
static constexpr int warpSize = 32;

enum { __CU_ASSERT, __CU_TRAP, __CU_INACTIVE_LANE, __CU_INDEX, __CU_DIVISION, __CU_MISSING_RETURN };
enum { __CU_READ, __CU_WRITE, __CU_ATOMIC, __CU_VOLATILE_READ, __CU_VOLATILE_WRITE };
enum { __CU_SYNC, __CU_SHUFFLE, __CU_VOTE };

CU_RAW static inline void __cu_fail(int kind, const char* text, long long number, const char* file, int line) {
  __cu->hooks->fail(__cu->worker, kind, text, number, file, line);
}

// ---- shared memory: the arrays of a module lie one behind the other, as their templates are made
struct __cu_slot { size_t offset, bytes; int owner, pad; const char* names; };
static __cu_slot __cu_slots[512];
static int __cu_slot_count;
static size_t __cu_fixed_bytes;
#ifdef CU_CHECKED
static constexpr size_t __cu_gap = 64; // between arrays, so that one cannot run into the next unseen
#else
static constexpr size_t __cu_gap = 0;
#endif
CU_RAW static inline size_t __cu_reserve(size_t bytes, int owner, const char* names) {
  size_t offset = __cu_fixed_bytes;
  if (__cu_slot_count == 512) __builtin_trap();
  __cu_slots[__cu_slot_count++] = {offset, bytes, owner, 0, names};
  __cu_fixed_bytes = (offset + bytes + 15) / 16 * 16 + __cu_gap;
  return offset;
}
// `owner` is the number of the kernel around the declaration, or −1 in other functions.
template <class S, int owner> struct __cu_shared {
  static inline const size_t offset = __cu_reserve(sizeof(S), owner, S::__cu_names());
  CU_RAW static inline S* at() { return (S*)(__cu->fixed + offset); }
};
CU_RAW static inline void* __cu_dynamic() { return __cu->dynamic; }
template <class T> struct __cu_dynamic_array { // extern __shared__ outside of functions
  operator T*() const { return (T*)__cu_dynamic(); }
};

// ---- barriers
CU_RAW static inline void __cu_barrier(const char* file, int line) {
  __cu->hooks->barrier(__cu->worker, file, line);
}
CU_RAW static inline int __cu_barrier_count(bool predicate, const char* file, int line) {
  __cu->tally += predicate;
  __cu_barrier(file, line);
  int count = __cu->tally;
  __cu_barrier(file, line);
  __cu->tally -= predicate; // before this thread's next count, so that each sum starts from 0
  return count;
}
#define __syncthreads() __cu_barrier(__FILE__, __LINE__)
#define __syncthreads_count(p) __cu_barrier_count((p) != 0, __FILE__, __LINE__)
#define __syncthreads_or(p) (__cu_barrier_count((p) != 0, __FILE__, __LINE__) != 0)
#define __syncthreads_and(p) (__cu_barrier_count((p) == 0, __FILE__, __LINE__) == 0)
CU_RAW static inline void __threadfence() {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#ifdef CU_CHECKED
  __cu->hooks->fence(__cu->worker);
#endif
}
CU_RAW static inline void __threadfence_system() { __threadfence(); }
CU_RAW static inline void __threadfence_block() { __threadfence(); }

// ---- warps
CU_RAW static inline const unsigned long long* __cu_exchange(unsigned mask, unsigned long long value, int kind, const char* file, int line) {
  unsigned me = __cu->current;
  __cu->shuffle_in[me] = value;
  __cu->hooks->warp(__cu->worker, mask, kind, file, line);
  return __cu->shuffle_out + me / 32 * 32;
}
template <class T> CU_RAW static inline T __cu_shuffle(unsigned mask, T value, int source, bool stays, const char* file, int line) {
  static_assert(sizeof(T) <= 8, "a shuffle passes at most 8 bytes");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  auto* lanes = __cu_exchange(mask, bits, __CU_SHUFFLE, file, line);
  if (stays) return value;
  if (!(mask >> source & 1)) __cu_fail(__CU_INACTIVE_LANE, nullptr, source, file, line);
  bits = lanes[source];
  __builtin_memcpy(&value, &bits, sizeof(T));
  return value;
}
#define __CU_LANE int(__cu->current % 32)
template <class T> CU_RAW static inline T __cu_shuffle_index(const char* file, int line, unsigned mask, T value, int source, int width = 32) {
  int first = __CU_LANE & ~(width - 1);
  return __cu_shuffle(mask, value, first + (source & (width - 1)), false, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_down(const char* file, int line, unsigned mask, T value, unsigned by, int width = 32) {
  int source = __CU_LANE + int(by), end = (__CU_LANE & ~(width - 1)) + width;
  return __cu_shuffle(mask, value, source, source >= end, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_up(const char* file, int line, unsigned mask, T value, unsigned by, int width = 32) {
  int source = __CU_LANE - int(by), first = __CU_LANE & ~(width - 1);
  return __cu_shuffle(mask, value, source, source < first, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_xor(const char* file, int line, unsigned mask, T value, int with, int width = 32) {
  int source = __CU_LANE ^ with, end = (__CU_LANE & ~(width - 1)) + width;
  return __cu_shuffle(mask, value, source, source >= end, file, line);
}
CU_RAW static inline unsigned __cu_ballot(unsigned mask, bool predicate, const char* file, int line) {
  auto* lanes = __cu_exchange(mask, predicate, __CU_VOTE, file, line);
  unsigned votes = 0;
  for (int lane = 0; lane < 32; ++lane)
    if (mask >> lane & 1) votes |= unsigned(lanes[lane] & 1) << lane;
  return votes;
}
template <class T> CU_RAW static inline unsigned __cu_match(unsigned mask, T value, const char* file, int line) {
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  auto* lanes = __cu_exchange(mask, bits, __CU_VOTE, file, line);
  unsigned same = 0;
  for (int lane = 0; lane < 32; ++lane)
    if (mask >> lane & 1) same |= unsigned(lanes[lane] == bits) << lane;
  return same;
}
template <class T, class F> CU_RAW static inline T __cu_reduce(unsigned mask, T value, F join, const char* file, int line) {
  auto* lanes = __cu_exchange(mask, (unsigned long long)value, __CU_VOTE, file, line);
  T all = value;
  for (int lane = 0; lane < 32; ++lane)
    if ((mask >> lane & 1) && lane != __CU_LANE) all = join(all, T(lanes[lane]));
  return all;
}
CU_RAW static inline void __cu_syncwarp(const char* file, int line, unsigned mask = 0xffffffffu) {
  __cu_exchange(mask, 0, __CU_SYNC, file, line);
}
#define __CU_HERE __FILE__, __LINE__
#define __syncwarp(...) __cu_syncwarp(__CU_HERE __VA_OPT__(, ) __VA_ARGS__)
#define __shfl_sync(...) __cu_shuffle_index(__CU_HERE, __VA_ARGS__)
#define __shfl_down_sync(...) __cu_shuffle_down(__CU_HERE, __VA_ARGS__)
#define __shfl_up_sync(...) __cu_shuffle_up(__CU_HERE, __VA_ARGS__)
#define __shfl_xor_sync(...) __cu_shuffle_xor(__CU_HERE, __VA_ARGS__)
#define __ballot_sync(mask, p) __cu_ballot(mask, (p) != 0, __CU_HERE)
#define __any_sync(mask, p) (__cu_ballot(mask, (p) != 0, __CU_HERE) != 0)
#define __all_sync(mask, p) (__cu_ballot(mask, (p) == 0, __CU_HERE) == 0)
#define __match_any_sync(mask, v) __cu_match(mask, v, __CU_HERE)
#define __reduce_add_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a + b; }, __CU_HERE)
#define __reduce_min_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return b < a ? b : a; }, __CU_HERE)
#define __reduce_max_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a < b ? b : a; }, __CU_HERE)
// Every thread runs by itself between two waits, as CUDA allows.
#define __activemask() (1u << __cu->current % 32)

// ---- atomics: relaxed, as CUDA's
#ifdef CU_CHECKED
CU_RAW static void __cu_access(const void* p, size_t bytes, int access, const void* pc);
#define __CU_ATOMIC_ACCESS(p) __cu_access(p, sizeof *(p), __CU_ATOMIC, __builtin_return_address(0))
#else
#define __CU_ATOMIC_ACCESS(p) ((void)0)
#endif
template <class T> struct __cu_same { using type = T; }; // no deduction from this argument
#define __CU_UPDATE(name, update) \
  template <class T> CU_RAW static inline T name(T* p, typename __cu_same<T>::type v) { \
    __CU_ATOMIC_ACCESS(p); \
    T old, next; \
    __atomic_load(p, &old, __ATOMIC_RELAXED); \
    do next = (update); while (!__atomic_compare_exchange(p, &old, &next, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)); \
    return old; \
  }
__CU_UPDATE(atomicAdd, old + v)
__CU_UPDATE(atomicSub, old - v)
__CU_UPDATE(atomicMin, v < old ? v : old)
__CU_UPDATE(atomicMax, old < v ? v : old)
__CU_UPDATE(atomicExch, v)
__CU_UPDATE(atomicAnd, old & v)
__CU_UPDATE(atomicOr, old | v)
__CU_UPDATE(atomicXor, old ^ v)
__CU_UPDATE(atomicInc, old >= v ? 0 : old + 1)
__CU_UPDATE(atomicDec, old == 0 || old > v ? v : old - 1)
#undef __CU_UPDATE
template <class T> CU_RAW static inline T atomicCAS(T* p, typename __cu_same<T>::type expected, typename __cu_same<T>::type desired) {
  __CU_ATOMIC_ACCESS(p);
  __atomic_compare_exchange(p, &expected, &desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return expected;
}
#define atomicAdd_block atomicAdd
#define atomicAdd_system atomicAdd

// ---- output and failure
#define assert(e) ((e) ? (void)0 : __cu_fail(__CU_ASSERT, #e, 0, __CU_HERE))
#define __trap() __cu_fail(__CU_TRAP, nullptr, 0, __CU_HERE)
#define __brkpt() __trap()
extern "C" int vsnprintf(char*, size_t, const char*, __builtin_va_list) noexcept;
__attribute__((format(printf, 1, 2), unused)) CU_RAW static int __cu_printf(const char* format, ...) {
  char text[1024];
  __builtin_va_list values;
  __builtin_va_start(values, format);
  __atomic_store_n(&__cu->state, __CU_IN_LIBRARY, __ATOMIC_SEQ_CST);
  int length = vsnprintf(text, sizeof text, format, values);
  __atomic_store_n(&__cu->state, __CU_IN_KERNEL, __ATOMIC_SEQ_CST);
  __builtin_va_end(values);
  if (length > 0) __cu->hooks->print(__cu->worker, text, size_t(length) < sizeof text ? size_t(length) : sizeof text - 1);
  return length;
}
#define printf(...) __cu_printf(__VA_ARGS__)

// ---- calls that the compiler's sanitizers make
#define __CU_PC __builtin_return_address(0)
struct __cu_ubsan_place { const char* file; unsigned line, column; };
struct __cu_ubsan_type { unsigned short kind, info; char name[1]; };
struct __cu_ubsan_index { __cu_ubsan_place place; const __cu_ubsan_type *array, *index; };
struct __cu_ubsan_division { __cu_ubsan_place place; const __cu_ubsan_type* type; };
extern "C" {
CU_RAW __attribute__((used)) void __ubsan_handle_out_of_bounds(__cu_ubsan_index* at, size_t index) {
  __cu_fail(__CU_INDEX, at->array->name, (long long)index, at->place.file, int(at->place.line));
}
CU_RAW __attribute__((used)) void __ubsan_handle_divrem_overflow(__cu_ubsan_division* at, size_t, size_t) {
  __cu_fail(__CU_DIVISION, nullptr, 0, at->place.file, int(at->place.line));
}
CU_RAW __attribute__((used)) void __ubsan_handle_missing_return(__cu_ubsan_place* at) {
  __cu_fail(__CU_MISSING_RETURN, nullptr, 0, at->file, int(at->line));
}
}

// ---- kernels: entry point and signature, both from the function's own type
struct __cu_parameter { char code, pointer, constant, pad; unsigned bytes; };
template <class T> struct __cu_code { static constexpr char value = '?'; };
#define __CU_CODE(T, c) template <> struct __cu_code<T> { static constexpr char value = c; };
__CU_CODE(float, 'f') __CU_CODE(double, 'd') __CU_CODE(signed char, 'c') __CU_CODE(unsigned char, 'C')
__CU_CODE(int, 'i') __CU_CODE(unsigned, 'I') __CU_CODE(long, 'l') __CU_CODE(unsigned long, 'L')
__CU_CODE(long long, 'l') __CU_CODE(unsigned long long, 'L')
#undef __CU_CODE
template <class T> struct __cu_passed { static constexpr __cu_parameter value{__cu_code<T>::value, 0, 0, 0, sizeof(T)}; };
template <class T> struct __cu_passed<T*> { static constexpr __cu_parameter value{__cu_code<T>::value, 1, 0, 0, sizeof(T)}; };
template <class T> struct __cu_passed<const T*> { static constexpr __cu_parameter value{__cu_code<T>::value, 1, 1, 0, sizeof(T)}; };
template <class T> struct __cu_passed<volatile T*> : __cu_passed<T*> {};
template <class T> struct __cu_passed<const volatile T*> : __cu_passed<const T*> {};
template <size_t...> struct __cu_numbers {};
template <size_t n, size_t... rest> struct __cu_count : __cu_count<n - 1, n - 1, rest...> {};
template <size_t... rest> struct __cu_count<0, rest...> { using type = __cu_numbers<rest...>; };
template <auto function> struct __cu_kernel;
template <class... P, void (*function)(P...)> struct __cu_kernel<function> {
  static constexpr __cu_parameter signature[sizeof...(P) + 1] = {__cu_passed<P>::value..., {0, 0, 0, 0, 0}};
  // Runs the threads that have not been started, one behind the other.
  CU_RAW static inline void threads(P... parameters) {
    __cu_context* c = __cu;
    while (c->next < c->total) {
      unsigned thread = c->next++, row = thread / c->block_dim.x;
      c->current = thread;
      c->thread.x = thread - row * c->block_dim.x;
      c->thread.z = row / c->block_dim.y;
      c->thread.y = row - c->thread.z * c->block_dim.y;
      // A fault in the kernel finds this thread's numbers here: no store may be put off or early.
      asm volatile("" : : : "memory");
      function(parameters...);
      asm volatile("" : : : "memory");
    }
  }
  template <size_t... i> CU_RAW static inline void call(void** arguments, __cu_numbers<i...>) {
    threads(*(P*)arguments[i]...);
  }
  CU_RAW static inline void run(void** arguments) { call(arguments, typename __cu_count<sizeof...(P)>::type()); }
};
#define __CU_KERNEL(name) \
  CU_EXPORT CU_RAW void __cu_run_##name(void** arguments) { __cu_kernel<&name>::run(arguments); } \
  CU_EXPORT CU_RAW const __cu_parameter* __cu_signature_##name() { return __cu_kernel<&name>::signature; }
CU_EXPORT CU_RAW void __cu_enter(__cu_context* context) { __cu = context; }
CU_EXPORT CU_RAW const __cu_slot* __cu_shared_slots(size_t* count) { *count = size_t(__cu_slot_count); return __cu_slots; }
