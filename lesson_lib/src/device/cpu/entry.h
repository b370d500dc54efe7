// The entry point of a kernel for the CPU device, and the table of its parameters. `n` is the kernel's
// number in the source.
#define __CU_ENTRY(n, ...) \
  CU_EXPORT CU_RAW void __cu_run_##n(void** arguments) { __cu_kernel<&__VA_ARGS__>::run(arguments); } \
  CU_EXPORT CU_RAW const void* __cu_parameters_##n() { return &__cu_parameters<decltype(&__VA_ARGS__)>::table; }
// How the host finds the variable `name`, to write it.
#define __CU_CONSTANT(name) \
  CU_EXPORT CU_RAW void* __cu_constant_##name(size_t* bytes) { *bytes = sizeof name; return (void*)&name; }
