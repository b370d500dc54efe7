// Atomics: relaxed, as CUDA's.

#ifdef CU_CHECKED
#define __CU_ATOMIC_ACCESS(p) __cu->hooks->access(__cu->worker, p, sizeof *(p), __CU_ATOMIC, __builtin_return_address(0))
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
