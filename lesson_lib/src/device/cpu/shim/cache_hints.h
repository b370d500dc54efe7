// Loads and stores with a hint for the caches, which a host has no use for.

#define __CU_LOAD(name) template <class T> static inline T name(const T* p) { return *p; }
__CU_LOAD(__ldg) __CU_LOAD(__ldca) __CU_LOAD(__ldcg) __CU_LOAD(__ldcs) __CU_LOAD(__ldlu) __CU_LOAD(__ldcv)
#undef __CU_LOAD
#define __CU_STORE(name) template <class T> static inline void name(T* p, typename __cu_same<T>::type x) { *p = x; }
__CU_STORE(__stwb) __CU_STORE(__stcg) __CU_STORE(__stcs) __CU_STORE(__stwt)
#undef __CU_STORE
