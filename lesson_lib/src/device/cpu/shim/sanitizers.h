// Calls that the compiler's sanitizers make.

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
}
#ifdef CU_CHECKED
CU_RAW static inline void __cu_access(const void* p, size_t bytes, int access, const void* pc) {
  __cu_context* c = __cu;
  if (!c) return; // constructors of the module
  c->last = pc;
  size_t a = (size_t)p;
  if (a - (size_t)c < sizeof *c || a == (size_t)&__cu || a - c->stack.start < c->stack.bytes) return;
  if (!c->recording)
    for (size_t i = 0; i < c->buffer_count; ++i) {
      size_t offset = a - c->buffers[i].start;
      if (offset < c->buffers[i].bytes && bytes <= c->buffers[i].bytes - offset) return;
    }
  c->hooks->access(c->worker, p, bytes, access, pc);
}
extern "C" {
#define __CU_TSAN(n) \
  CU_RAW __attribute__((used)) void __tsan_read##n(void* p) { __cu_access(p, n, __CU_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_write##n(void* p) { __cu_access(p, n, __CU_WRITE, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_unaligned_read##n(void* p) { __cu_access(p, n, __CU_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_unaligned_write##n(void* p) { __cu_access(p, n, __CU_WRITE, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_volatile_read##n(void* p) { __cu_access(p, n, __CU_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_volatile_write##n(void* p) { __cu_access(p, n, __CU_WRITE, __CU_PC); }
__CU_TSAN(1) __CU_TSAN(2) __CU_TSAN(4) __CU_TSAN(8) __CU_TSAN(16)
CU_RAW __attribute__((used)) void __tsan_read_range(void* p, size_t n) { __cu_access(p, n, __CU_READ, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_write_range(void* p, size_t n) { __cu_access(p, n, __CU_WRITE, __CU_PC); }
CU_RAW __attribute__((used)) void* __tsan_memcpy(void* to, const void* from, size_t n) {
  __cu_access(from, n, __CU_READ, __CU_PC), __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memmove(to, from, n);
}
CU_RAW __attribute__((used)) void* __tsan_memmove(void* to, const void* from, size_t n) {
  __cu_access(from, n, __CU_READ, __CU_PC), __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memmove(to, from, n);
}
CU_RAW __attribute__((used)) void* __tsan_memset(void* to, int byte, size_t n) {
  __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memset(to, byte, n);
}
CU_RAW __attribute__((used)) void __tsan_vptr_update(void** p, void*) { __cu_access(p, sizeof *p, __CU_WRITE, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_vptr_read(void** p) { __cu_access(p, sizeof *p, __CU_READ, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_init() {}
CU_RAW __attribute__((used)) void __tsan_func_entry(void*) {}
CU_RAW __attribute__((used)) void __tsan_func_exit() {}
}
#endif
