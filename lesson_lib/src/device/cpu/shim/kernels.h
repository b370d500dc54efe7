// Kernels: how the threads of a block run one, from the function's own type.

template <size_t...> struct __cu_numbers {};
template <size_t n, size_t... rest> struct __cu_count : __cu_count<n - 1, n - 1, rest...> {};
template <size_t... rest> struct __cu_count<0, rest...> { using type = __cu_numbers<rest...>; };
template <class T> constexpr bool __cu_is_reference = false;
template <class T> constexpr bool __cu_is_reference<T&> = true;
template <class T> constexpr bool __cu_is_reference<T&&> = true;
template <auto function> struct __cu_kernel;
template <class... P, void (*function)(P...)> struct __cu_kernel<function> {
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
  CU_RAW static inline void run(void** arguments) {
    // What is wrong with a reference is told by name, when the kernel is asked for.
    if constexpr (!(__cu_is_reference<P> || ...)) call(arguments, typename __cu_count<sizeof...(P)>::type());
  }
};
CU_EXPORT CU_RAW void __cu_enter(__cu_context* context) { __cu = context; }
CU_EXPORT CU_RAW const __cu_slot* __cu_shared_slots(size_t* count) { *count = size_t(__cu_slot_count); return __cu_slots; }
