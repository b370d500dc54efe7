// What the lanes of a warp do together.

CU_RAW static inline const unsigned long long* __cu_exchange(unsigned mask, unsigned long long value, int kind, const char* file, int line) {
  unsigned me = __cu->current;
  __cu->shuffle_in[me] = value;
  __cu->hooks->warp(__cu->worker, mask, kind, file, line);
  return __cu->shuffle_out + me / 32 * 32;
}
template <class T> CU_RAW static inline T __cu_shuffle(unsigned mask, T value, int source, bool stays, const char* file, int line) {
  static_assert(sizeof(T) <= 8, "a shuffle passes at most 8 bytes");
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  auto* lanes = __cu_exchange(mask, bits, __CU_SHUFFLE, file, line);
  if (stays) return value;
  if (!(mask >> source & 1)) __cu_fail(__CU_INACTIVE_LANE, nullptr, source, file, line);
  bits = lanes[source];
  __builtin_memcpy(&value, &bits, sizeof(T));
  return value;
}
#define __CU_LANE int(__cu->current % 32)
template <class T> CU_RAW static inline T __cu_shuffle_index(const char* file, int line, unsigned mask, T value, int source, int width = 32) {
  int first = __CU_LANE & ~(width - 1);
  return __cu_shuffle(mask, value, first + (source & (width - 1)), false, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_down(const char* file, int line, unsigned mask, T value, unsigned by, int width = 32) {
  int source = __CU_LANE + int(by), end = (__CU_LANE & ~(width - 1)) + width;
  return __cu_shuffle(mask, value, source, source >= end, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_up(const char* file, int line, unsigned mask, T value, unsigned by, int width = 32) {
  int source = __CU_LANE - int(by), first = __CU_LANE & ~(width - 1);
  return __cu_shuffle(mask, value, source, source < first, file, line);
}
template <class T> CU_RAW static inline T __cu_shuffle_xor(const char* file, int line, unsigned mask, T value, int with, int width = 32) {
  int source = __CU_LANE ^ with, end = (__CU_LANE & ~(width - 1)) + width;
  return __cu_shuffle(mask, value, source, source >= end, file, line);
}
CU_RAW static inline unsigned __cu_ballot(unsigned mask, bool predicate, const char* file, int line) {
  auto* lanes = __cu_exchange(mask, predicate, __CU_VOTE, file, line);
  unsigned votes = 0;
  for (int lane = 0; lane < 32; ++lane)
    if (mask >> lane & 1) votes |= unsigned(lanes[lane] & 1) << lane;
  return votes;
}
template <class T> CU_RAW static inline unsigned __cu_match(unsigned mask, T value, const char* file, int line) {
  unsigned long long bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(T));
  auto* lanes = __cu_exchange(mask, bits, __CU_VOTE, file, line);
  unsigned same = 0;
  for (int lane = 0; lane < 32; ++lane)
    if (mask >> lane & 1) same |= unsigned(lanes[lane] == bits) << lane;
  return same;
}
template <class T, class F> CU_RAW static inline T __cu_reduce(unsigned mask, T value, F join, const char* file, int line) {
  auto* lanes = __cu_exchange(mask, (unsigned long long)value, __CU_VOTE, file, line);
  T all = value;
  for (int lane = 0; lane < 32; ++lane)
    if ((mask >> lane & 1) && lane != __CU_LANE) all = join(all, T(lanes[lane]));
  return all;
}
template <class T> CU_RAW static inline unsigned __cu_match_all(unsigned mask, T value, int* all, const char* file, int line) {
  unsigned present = __cu_ballot(mask, true, file, line), same = __cu_match(mask, value, file, line);
  *all = same == present;
  return *all ? mask : 0;
}
// Which lanes are here: those that come to the same place before none of the warp can go on.
// `call` tells calls on one line apart.
CU_RAW static inline unsigned __cu_activemask(int call, const char* file, int line) {
  return unsigned(__cu_exchange(~0u, 0, __CU_ACTIVE | call << 4, file, line)[__cu->current % 32]);
}
CU_RAW static inline void __cu_syncwarp(const char* file, int line, unsigned mask = 0xffffffffu) {
  __cu_exchange(mask, 0, __CU_SYNC, file, line);
}
#define __CU_HERE __FILE__, __LINE__
#define __syncwarp(...) __cu_syncwarp(__CU_HERE __VA_OPT__(, ) __VA_ARGS__)
#define __shfl_sync(...) __cu_shuffle_index(__CU_HERE, __VA_ARGS__)
#define __shfl_down_sync(...) __cu_shuffle_down(__CU_HERE, __VA_ARGS__)
#define __shfl_up_sync(...) __cu_shuffle_up(__CU_HERE, __VA_ARGS__)
#define __shfl_xor_sync(...) __cu_shuffle_xor(__CU_HERE, __VA_ARGS__)
#define __ballot_sync(mask, p) __cu_ballot(mask, (p) != 0, __CU_HERE)
#define __any_sync(mask, p) (__cu_ballot(mask, (p) != 0, __CU_HERE) != 0)
#define __all_sync(mask, p) (__cu_ballot(mask, (p) == 0, __CU_HERE) == 0)
#define __match_any_sync(mask, v) __cu_match(mask, v, __CU_HERE)
#define __match_all_sync(mask, v, all) __cu_match_all(mask, v, all, __CU_HERE)
#define __reduce_add_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a + b; }, __CU_HERE)
#define __reduce_min_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return b < a ? b : a; }, __CU_HERE)
#define __reduce_max_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a < b ? b : a; }, __CU_HERE)
#define __reduce_and_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a & b; }, __CU_HERE)
#define __reduce_or_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a | b; }, __CU_HERE)
#define __reduce_xor_sync(mask, v) __cu_reduce(mask, v, [](auto a, auto b) { return a ^ b; }, __CU_HERE)
#define __activemask() __cu_activemask(__COUNTER__, __CU_HERE)
