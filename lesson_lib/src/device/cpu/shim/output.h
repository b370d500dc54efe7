// Output and failure.

#define assert(...) ((__VA_ARGS__) ? (void)0 : __cu_fail(__CU_ASSERT, #__VA_ARGS__, 0, __CU_HERE))
#define __trap() __cu_fail(__CU_TRAP, nullptr, 0, __CU_HERE)
#define __brkpt() __trap()
extern "C" int vsnprintf(char*, size_t, const char*, __builtin_va_list) noexcept;
template <class... T> char (&__cu_counted(T...))[sizeof...(T)];
// Returns the number of arguments behind the format, as CUDA's printf does.
template <size_t count> __attribute__((format(printf, 1, 2), unused)) CU_RAW static int __cu_printf(const char* format, ...) {
  if (!format) return -1;
  char text[1024];
  __builtin_va_list values;
  __builtin_va_start(values, format);
  __atomic_store_n(&__cu->state, __CU_IN_LIBRARY, __ATOMIC_SEQ_CST);
  int length = vsnprintf(text, sizeof text, format, values);
  __atomic_store_n(&__cu->state, __CU_IN_KERNEL, __ATOMIC_SEQ_CST);
  __builtin_va_end(values);
  if (length < 0) return -2;
  __cu->hooks->print(__cu->worker, text, size_t(length) < sizeof text ? size_t(length) : sizeof text - 1);
  return int(count);
}
#define printf(...) __cu_printf<sizeof(__cu_counted(__VA_ARGS__)) - 1>(__VA_ARGS__)
