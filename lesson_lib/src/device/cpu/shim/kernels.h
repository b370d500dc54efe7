// Kernels: entry point and signature, both from the function's own type.

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
