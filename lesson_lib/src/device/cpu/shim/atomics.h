// Atomics: relaxed, as CUDA's, and for the types that CUDA has them for.

#ifdef CU_CHECKED
CU_RAW static void __cu_access(const void* p, size_t bytes, int access, const void* pc);
#define __CU_ATOMIC_ACCESS(p) (__cu_access(p, sizeof *(p), __CU_ATOMIC, __builtin_return_address(0)), __cu->blind = 0)
// Of an operation that stores its value whatever was there, or whose result nobody looks at.
CU_RAW static inline void __cu_is_blind() { __cu->blind = __cu->current + 1; }
#define __CU_BLIND_ACCESS(p) (__cu_is_blind(), __CU_ATOMIC_ACCESS(p))
#define __CU_IGNORED __cu_is_blind(),
#else
#define __CU_ATOMIC_ACCESS(p) ((void)0)
#define __CU_BLIND_ACCESS(p) ((void)0)
#define __CU_IGNORED
#endif
template <class T> struct __cu_same { using type = T; }; // no deduction from this argument
template <class T, class U> struct __cu_is { static constexpr bool value = false; };
template <class T> struct __cu_is<T, T> { static constexpr bool value = true; };
// `T` where it is one of the types that follow; there is no other function for any other.
template <bool, class T> struct __cu_if {};
template <class T> struct __cu_if<true, T> { using type = T; };
template <class T, class... Types> using __cu_among = typename __cu_if<(__cu_is<T, Types>::value || ...), T>::type;

// The new value is computed from `old` and `v`. The scopes make no difference here.
#define __CU_UPDATE(name, update, ...) __CU_UPDATES(__CU_ATOMIC_ACCESS, name, update, __VA_ARGS__)
#define __CU_UPDATES(access, name, update, ...) \
  __CU_SCOPE(access, name, update, __VA_ARGS__) __CU_SCOPE(access, name##_block, update, __VA_ARGS__) __CU_SCOPE(access, name##_system, update, __VA_ARGS__)
#define __CU_SCOPE(access, name, update, ...) \
  template <class T> CU_RAW static inline __cu_among<T, __VA_ARGS__> name(T* p, typename __cu_same<T>::type v) { \
    access(p); \
    T old, next; \
    __atomic_load(p, &old, __ATOMIC_RELAXED); \
    do next = (update); while (!__atomic_compare_exchange(p, &old, &next, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)); \
    return old; \
  }
template <int exponent> struct __cu_short; // half and bfloat16, and pairs of them
template <int exponent> struct __cu_short2;
__CU_UPDATE(atomicAdd, old + v, int, unsigned, unsigned long long, float, double, __cu_short<5>, __cu_short2<5>, __cu_short<8>, __cu_short2<8>)
__CU_UPDATE(atomicSub, old - v, int, unsigned)
__CU_UPDATES(__CU_BLIND_ACCESS, atomicExch, v, int, unsigned, unsigned long long, float)
__CU_UPDATE(atomicMin, v < old ? v : old, int, unsigned, long long, unsigned long long)
__CU_UPDATE(atomicMax, old < v ? v : old, int, unsigned, long long, unsigned long long)
__CU_UPDATE(atomicInc, old >= v ? 0 : old + 1, unsigned)
__CU_UPDATE(atomicDec, old == 0 || old > v ? v : old - 1, unsigned)
__CU_UPDATE(atomicAnd, old & v, int, unsigned, unsigned long long)
__CU_UPDATE(atomicOr, old | v, int, unsigned, unsigned long long)
__CU_UPDATE(atomicXor, old ^ v, int, unsigned, unsigned long long)
#undef __CU_UPDATE
#undef __CU_UPDATES
#undef __CU_SCOPE
#define __CU_SWAP(name) \
  template <class T> CU_RAW static inline __cu_among<T, int, unsigned, unsigned long long, unsigned short> name(T* p, typename __cu_same<T>::type expected, typename __cu_same<T>::type desired) { \
    __CU_ATOMIC_ACCESS(p); \
    __atomic_compare_exchange(p, &expected, &desired, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED); \
    return expected; \
  }
__CU_SWAP(atomicCAS) __CU_SWAP(atomicCAS_block) __CU_SWAP(atomicCAS_system)
#undef __CU_SWAP
