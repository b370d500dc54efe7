// The table of a kernel's parameters as a variable of the module. `n` is the kernel's number in the
// source.
#define __CU_ENTRY(n, ...) \
  extern "C" __device__ const auto __cu_parameters_##n = __cu_parameters<decltype(&__VA_ARGS__)>::table;
// The driver finds variables by their names.
#define __CU_CONSTANT(name)
