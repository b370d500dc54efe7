// The clock in nanoseconds. Only differences mean something, as on a GPU.

struct __cu_time { long seconds, nanoseconds; };
extern "C" int clock_gettime(int, struct timespec*) noexcept;
CU_RAW __attribute__((unused)) static inline long long clock64() {
  __cu_time now = {0, 0};
  clock_gettime(1, (struct timespec*)&now);
  return now.seconds * 1000000000LL + now.nanoseconds;
}
CU_RAW __attribute__((unused)) static inline clock_t clock() { return clock_t(clock64()); }
// A thread of the host would not let the others of its block go on while it sleeps.
__attribute__((unused)) static inline void __nanosleep(unsigned) {}
