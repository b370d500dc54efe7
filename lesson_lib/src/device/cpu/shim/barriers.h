// Barriers of a block, and fences.

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
