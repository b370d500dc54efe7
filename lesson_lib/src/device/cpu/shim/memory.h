// malloc, new and their kin, by the device's heap; and the functions on bytes.

CU_RAW __attribute__((noinline, unused)) static void* malloc(size_t bytes) { return __cu->hooks->allocate(__cu->worker, bytes); }
CU_RAW __attribute__((noinline, unused)) static void free(void* p) { __cu->hooks->release(__cu->worker, p, __builtin_return_address(0)); }
#ifdef __ELF__
// The program around may have operators of its own, which must not take these calls.
asm(".hidden _Znwm\n.hidden _Znam\n.hidden _ZdlPv\n.hidden _ZdaPv\n.hidden _ZdlPvm\n.hidden _ZdaPvm");
#endif
#define __CU_NEW(name) CU_RAW __attribute__((noinline, used)) void* name(size_t bytes) { return __cu->hooks->allocate(__cu->worker, bytes); }
#define __CU_DELETE(name, ...) CU_RAW __attribute__((noinline, used)) void name(void* p __VA_ARGS__) noexcept { __cu->hooks->release(__cu->worker, p, __builtin_return_address(0)); }
__CU_NEW(operator new) __CU_NEW(operator new[])
__CU_DELETE(operator delete) __CU_DELETE(operator delete[])
__CU_DELETE(operator delete, , size_t) __CU_DELETE(operator delete[], , size_t)
#undef __CU_NEW
#undef __CU_DELETE
inline void* operator new(size_t, void* place) noexcept { return place; }
inline void* operator new[](size_t, void* place) noexcept { return place; }
inline void operator delete(void*, void*) noexcept {}
inline void operator delete[](void*, void*) noexcept {}

__attribute__((unused)) static inline void* memcpy(void* to, const void* from, size_t bytes) { return __builtin_memcpy(to, from, bytes); }
__attribute__((unused)) static inline void* memmove(void* to, const void* from, size_t bytes) { return __builtin_memmove(to, from, bytes); }
__attribute__((unused)) static inline void* memset(void* to, int byte, size_t bytes) { return __builtin_memset(to, byte, bytes); }
