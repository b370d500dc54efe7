// The primitives of cuda_pipeline.h. A copy is made at once.

__attribute__((unused)) static inline void __pipeline_memcpy_async(void* to, const void* from, size_t bytes, size_t zeros = 0) {
  memcpy(to, from, bytes - zeros);
  memset((char*)to + bytes - zeros, 0, zeros);
}
__attribute__((unused)) static inline void __pipeline_commit() {}
__attribute__((unused)) static inline void __pipeline_wait_prior(size_t) {}
