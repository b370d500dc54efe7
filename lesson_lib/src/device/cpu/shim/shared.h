// Shared memory: the arrays of a module lie one behind the other, as their templates are made.

struct __cu_slot { size_t offset, bytes; int owner, pad; const char* names; };
static __cu_slot __cu_slots[512];
static int __cu_slot_count;
static size_t __cu_fixed_bytes;
#ifdef CU_CHECKED
static constexpr size_t __cu_gap = 64; // between arrays, so that one cannot run into the next unseen
#else
static constexpr size_t __cu_gap = 0;
#endif
CU_RAW static inline size_t __cu_reserve(size_t bytes, int owner, const char* names) {
  size_t offset = __cu_fixed_bytes;
  if (__cu_slot_count == 512) __builtin_trap();
  __cu_slots[__cu_slot_count++] = {offset, bytes, owner, 0, names};
  __cu_fixed_bytes = (offset + bytes + 15) / 16 * 16 + __cu_gap;
  return offset;
}
// `owner` is the number of the kernel around the declaration, or −1 in other functions.
template <class S, int owner> struct __cu_shared {
  static inline const size_t offset = __cu_reserve(sizeof(S), owner, S::__cu_names());
  CU_RAW static inline S* at() { return (S*)(__cu->fixed + offset); }
};
CU_RAW static inline void* __cu_dynamic() { return __cu->dynamic; }
template <class T> struct __cu_dynamic_array { // extern __shared__ outside of functions
  operator T*() const { return (T*)__cu_dynamic(); }
};
