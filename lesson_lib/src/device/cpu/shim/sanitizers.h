// Calls that the compiler's sanitizers make.

#define __CU_PC __builtin_return_address(0)
struct __cu_ubsan_place { const char* file; unsigned line, column; };
struct __cu_ubsan_type { unsigned short kind, info; char name[1]; };
struct __cu_ubsan_index { __cu_ubsan_place place; const __cu_ubsan_type *array, *index; };
struct __cu_ubsan_division { __cu_ubsan_place place; const __cu_ubsan_type* type; };
extern "C" {
CU_RAW __attribute__((used)) void __ubsan_handle_out_of_bounds_abort(__cu_ubsan_index* at, size_t index) {
  __cu_fail(__CU_INDEX, at->array->name, (long long)index, at->place.file, int(at->place.line));
}
CU_RAW __attribute__((used)) void __ubsan_handle_divrem_overflow_abort(__cu_ubsan_division* at, size_t, size_t) {
  __cu_fail(__CU_DIVISION, nullptr, 0, at->place.file, int(at->place.line));
}
CU_RAW __attribute__((used)) void __ubsan_handle_missing_return(__cu_ubsan_place* at) {
  __cu_fail(__CU_MISSING_RETURN, nullptr, 0, at->file, int(at->line));
}
}
