// What would end the process ends the kernel, whoever calls it: a compiler that has proved
// something, or code that declares the C library's functions itself.

#define __CU_TEXT_(x) #x
#define __CU_TEXT(x) __CU_TEXT_(x)
#define __CU_LABEL(symbol) asm(__CU_TEXT(__USER_LABEL_PREFIX__) symbol)
#define __CU_HIDDEN extern "C" __attribute__((visibility("hidden")))
#define __CU_ENDED __cu_fail(__CU_END, nullptr, (long long)__builtin_return_address(0), nullptr, 0)
__CU_HIDDEN CU_RAW __attribute__((noinline, used)) void __cu_ended() { __CU_ENDED; }
#ifdef __ELF__
#define __CU_ENDS(name, symbol) __CU_HIDDEN __attribute__((alias("__cu_ended"))) void name() __CU_LABEL(symbol);
#else
#define __CU_ENDS(name, symbol) \
  __CU_HIDDEN void name() __CU_LABEL(symbol); \
  CU_RAW __attribute__((noinline, used)) void name() { __CU_ENDED; }
#endif
__CU_ENDS(__cu_abort, "abort")
__CU_ENDS(__cu_exit, "exit")
__CU_ENDS(__cu_quick_exit, "quick_exit")
__CU_ENDS(__cu_exit_at_once, "_exit")
__CU_ENDS(__cu_exit_without_handlers, "_Exit")
__CU_ENDS(__cu_raise, "raise")
__CU_ENDS(__cu_kill, "kill")
__CU_ENDS(__cu_terminate, "_ZSt9terminatev")
__CU_ENDS(__cu_pure_virtual, "__cxa_pure_virtual")
__CU_ENDS(__cu_thread_exit, "pthread_exit")
#undef __CU_ENDS
__CU_HIDDEN void __cu_assert_fail(const char*, const char*, unsigned, const char*) __CU_LABEL("__assert_fail");
CU_RAW __attribute__((noinline, used)) void __cu_assert_fail(const char* text, const char* file, unsigned line, const char*) {
  __cu_fail(__CU_ASSERT, text, 0, file, int(line));
}
