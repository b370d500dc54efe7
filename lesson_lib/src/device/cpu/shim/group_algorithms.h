// What cooperative_groups/reduce.h, scan.h and memcpy_async.h add: members join their values.

namespace cooperative_groups {
#define __CU_JOIN(name, value) template <class T> struct name { T operator()(T a, T b) const { return value; } };
__CU_JOIN(plus, a + b)
__CU_JOIN(less, b < a ? b : a)
__CU_JOIN(greater, a < b ? b : a)
__CU_JOIN(bit_and, a & b)
__CU_JOIN(bit_or, a | b)
__CU_JOIN(bit_xor, a ^ b)
#undef __CU_JOIN

template <class Group, class T, class F, class = typename Group::__in_warp> static inline T reduce(const Group& group, T value, F&& join, __CU_AT) {
  return group.__joined(value, join, true, at);
}
template <class Group, class T, class F, class = typename Group::__in_warp> static inline T inclusive_scan(const Group& group, T value, F&& join, __CU_AT) {
  return group.__joined(value, join, false, at);
}
template <class Group, class T, class = typename Group::__in_warp> static inline T inclusive_scan(const Group& group, T value, __CU_AT) {
  return group.__joined(value, plus<T>(), false, at);
}
template <class Group, class T, class F, class = typename Group::__in_warp> static inline T exclusive_scan(const Group& group, T value, F&& join, __CU_AT) {
  T before = group.shfl_up(inclusive_scan(group, value, join, at), 1, at);
  return group.thread_rank() ? before : T();
}
template <class Group, class T, class = typename Group::__in_warp> static inline T exclusive_scan(const Group& group, T value, __CU_AT) {
  return exclusive_scan(group, value, plus<T>(), at);
}

// The copy is made at once, by all members together; others see it after wait().
template <class Group, class T> static inline void memcpy_async(const Group& group, T* to, const T* from, size_t bytes) {
  for (size_t i = group.thread_rank(); i < bytes / sizeof(T); i += group.size()) to[i] = from[i];
}
template <class Group, class T> static inline void memcpy_async(const Group& group, T* to, size_t to_length, const T* from, size_t from_length) {
  memcpy_async(group, to, from, (to_length < from_length ? to_length : from_length) * sizeof(T));
}
template <class Group> CU_RAW static inline void wait(const Group& group, __CU_AT) { group.sync(at); }
template <unsigned N, class Group> CU_RAW static inline void wait_prior(const Group& group, __CU_AT) { group.sync(at); }
}
#undef __CU_AT
