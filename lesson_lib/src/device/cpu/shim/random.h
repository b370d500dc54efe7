// curand's device functions: the streams of Philox4x32-10 (Salmon et al., 2011) and of XORWOW
// (Marsaglia, 2003), and the distributions on top of them.

// ---- what every generator has: an unfinished pair of normally distributed numbers
struct __cu_normals {
  int boxmuller_flag, boxmuller_flag_double;
  float boxmuller_extra;
  double boxmuller_extra_double;
};

// ---- Philox4x32-10
struct curandStatePhilox4_32_10 {
  uint4 ctr, output; // output is what the counter gives
  uint2 key;
  unsigned STATE;    // how much of it has been used
  __cu_normals normals;
};
using curandStatePhilox4_32_10_t = curandStatePhilox4_32_10;
__attribute__((unused)) static inline uint4 curand_Philox4x32_10(uint4 c, uint2 k) {
  for (int round = 0; round < 10; ++round) {
    unsigned long long x = 0xD2511F53ull * c.x, z = 0xCD9E8D57ull * c.z;
    c = make_uint4(unsigned(z >> 32) ^ c.y ^ k.x, unsigned(z), unsigned(x >> 32) ^ c.w ^ k.y, unsigned(x));
    k.x += 0x9E3779B9u, k.y += 0xBB67AE85u;
  }
  return c;
}
// Adds to the upper or lower half of the counter.
__attribute__((unused)) static inline void __cu_advance(curandStatePhilox4_32_10* s, unsigned long long low, unsigned long long high) {
  unsigned long long l = (unsigned long long)s->ctr.y << 32 | s->ctr.x, h = (unsigned long long)s->ctr.w << 32 | s->ctr.z;
  l += low, h += high + (l < low);
  s->ctr = make_uint4(unsigned(l), unsigned(l >> 32), unsigned(h), unsigned(h >> 32));
  s->output = curand_Philox4x32_10(s->ctr, s->key);
}
__attribute__((unused)) static inline void skipahead(unsigned long long n, curandStatePhilox4_32_10* s) {
  s->STATE += unsigned(n & 3);
  unsigned long long carry = s->STATE > 3;
  s->STATE &= 3;
  __cu_advance(s, n / 4 + carry, 0);
}
__attribute__((unused)) static inline void skipahead_sequence(unsigned long long n, curandStatePhilox4_32_10* s) { __cu_advance(s, 0, n); }
__attribute__((unused)) static inline void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset, curandStatePhilox4_32_10* s) {
  *s = {make_uint4(0, 0, 0, 0), make_uint4(0, 0, 0, 0), make_uint2(unsigned(seed), unsigned(seed >> 32)), 0, {}};
  skipahead_sequence(subsequence, s);
  skipahead(offset, s);
}
__attribute__((unused)) static inline unsigned curand(curandStatePhilox4_32_10* s) {
  unsigned values[4] = {s->output.x, s->output.y, s->output.z, s->output.w}, value = values[s->STATE++ & 3];
  if (s->STATE == 4) s->STATE = 0, __cu_advance(s, 1, 0);
  return value;
}
__attribute__((unused)) static inline uint4 curand4(curandStatePhilox4_32_10* s) {
  uint4 all;
  all.x = curand(s), all.y = curand(s), all.z = curand(s), all.w = curand(s);
  return all;
}

// ---- XORWOW
struct curandStateXORWOW {
  unsigned d, v[5];
  __cu_normals normals;
};
using curandStateXORWOW_t = curandStateXORWOW;
using curandState = curandStateXORWOW;
using curandState_t = curandStateXORWOW;
struct __cu_xorwow { unsigned v[5]; };
CU_RAW static inline __cu_xorwow __cu_xorwow_next(__cu_xorwow s) {
  unsigned t = s.v[0] ^ s.v[0] >> 2;
  return {{s.v[1], s.v[2], s.v[3], s.v[4], s.v[4] ^ s.v[4] << 4 ^ t ^ t << 1}};
}
// One step is linear over the 160 bits. For each power of two, of the steps and of the distance
// 2^67 between subsequences, the table has what that many steps make of each single bit.
struct __cu_xorwow_jumps {
  static constexpr int bits = 160, powers = 67 + 64;
  __cu_xorwow of[powers][bits];
  CU_RAW __cu_xorwow_jumps() {
    for (int power = 0; power < powers; ++power)
      for (int bit = 0; bit < bits; ++bit) {
        __cu_xorwow one = {{}};
        one.v[bit / 32] = 1u << bit % 32;
        of[power][bit] = power ? jump(power - 1, of[power - 1][bit]) : __cu_xorwow_next(one);
      }
  }
  CU_RAW __cu_xorwow jump(int power, __cu_xorwow s) const {
    __cu_xorwow after = {{}};
    for (int bit = 0; bit < bits; ++bit)
      if (s.v[bit / 32] >> bit % 32 & 1)
        for (int word = 0; word < 5; ++word) after.v[word] ^= of[power][bit].v[word];
    return after;
  }
};
static const __cu_xorwow_jumps __cu_jumps;
CU_RAW __attribute__((unused)) static inline __cu_xorwow __cu_jumped(__cu_xorwow s, unsigned long long n, int first) {
  for (int power = first; n; ++power, n >>= 1)
    if (n & 1) s = __cu_jumps.jump(power, s);
  return s;
}
__attribute__((unused)) static inline void __cu_jump(curandStateXORWOW* s, unsigned long long n, int first) {
  __cu_xorwow v;
  for (int word = 0; word < 5; ++word) v.v[word] = s->v[word];
  v = __cu_jumped(v, n, first);
  for (int word = 0; word < 5; ++word) s->v[word] = v.v[word];
}
__attribute__((unused)) static inline void skipahead(unsigned long long n, curandStateXORWOW* s) {
  __cu_jump(s, n, 0);
  s->d += 362437u * unsigned(n);
}
__attribute__((unused)) static inline void skipahead_sequence(unsigned long long n, curandStateXORWOW* s) { __cu_jump(s, n, 67); }
__attribute__((unused)) static inline void curand_init(unsigned long long seed, unsigned long long subsequence, unsigned long long offset, curandStateXORWOW* s) {
  unsigned low = 1099087573u * (unsigned(seed) ^ 0xaad26b49u), high = 2591861531u * (unsigned(seed >> 32) ^ 0xf7dcefddu);
  *s = {6615241u + high + low, {123456789u + low, 362436069u ^ low, 521288629u + high, 88675123u ^ high, 5783321u + low}, {}};
  skipahead_sequence(subsequence, s);
  skipahead(offset, s);
}
__attribute__((unused)) static inline unsigned curand(curandStateXORWOW* s) {
  unsigned t = s->v[0] ^ s->v[0] >> 2, last = s->v[4];
  for (int word = 0; word < 4; ++word) s->v[word] = s->v[word + 1];
  s->v[4] = last ^ last << 4 ^ t ^ t << 1;
  s->d += 362437u;
  return s->v[4] + s->d;
}

// ---- distributions; what is uniform lies in (0, 1]
__CU_F(float, __cu_uniform, (unsigned x), __builtin_fmaf(float(x), 2.3283064e-10f, 2.3283064e-10f / 2))
__CU_F(double, __cu_uniform_double, (unsigned x, unsigned y), double((unsigned long long)x ^ (unsigned long long)y << 21) * 0x1p-53 + 0x1p-54)
template <class S> static inline float curand_uniform(S* s) { return __cu_uniform(curand(s)); }
__attribute__((unused)) static inline float4 curand_uniform4(curandStatePhilox4_32_10* s) {
  uint4 x = curand4(s);
  return make_float4(__cu_uniform(x.x), __cu_uniform(x.y), __cu_uniform(x.z), __cu_uniform(x.w));
}
__attribute__((unused)) static inline double curand_uniform_double(curandStateXORWOW* s) {
  unsigned x = curand(s), y = curand(s);
  return __cu_uniform_double(x, y);
}
__attribute__((unused)) static inline double curand_uniform_double(curandStatePhilox4_32_10* s) { return curand(s) * 0x1p-32 + 0x1p-32; }
__attribute__((unused)) static inline double2 curand_uniform2_double(curandStatePhilox4_32_10* s) {
  uint4 x = curand4(s);
  return make_double2(__cu_uniform_double(x.x, x.y), __cu_uniform_double(x.z, x.w));
}
// Box and Muller's transformation.
__attribute__((unused)) static inline float2 __cu_normal(unsigned x, unsigned y) {
  float angle = __builtin_fmaf(float(y), 2.3283064e-10f * 6.2831855f, 2.3283064e-10f * 6.2831855f / 2);
  float radius = sqrtf(-2.0f * logf(__cu_uniform(x)));
  return make_float2(sinf(angle) * radius, cosf(angle) * radius);
}
__attribute__((unused)) static inline double2 __cu_normal_double(uint4 x) {
  double2 both;
  sincospi(2 * __cu_uniform_double(x.z, x.w), &both.x, &both.y);
  double radius = sqrt(-2.0 * log(__cu_uniform_double(x.x, x.y)));
  both.x *= radius, both.y *= radius;
  return both;
}
template <class S> static inline float2 curand_normal2(S* s) {
  unsigned x = curand(s), y = curand(s);
  return __cu_normal(x, y);
}
// One of two numbers, and the other the next time; the flag says of which kind is the one that waits.
template <class S, class F> static inline float __cu_one_of_two(S* s, int kind, F change) {
  bool waits = s->normals.boxmuller_flag == kind;
  s->normals.boxmuller_flag = waits ? 0 : kind;
  if (waits) return s->normals.boxmuller_extra;
  float2 both = curand_normal2(s);
  s->normals.boxmuller_extra = change(both.y);
  return change(both.x);
}
template <class S> static inline float curand_normal(S* s) { return __cu_one_of_two(s, 1, [](float x) { return x; }); }
template <class S> static inline float curand_log_normal(S* s, float mean, float deviation) {
  return __cu_one_of_two(s, 2, [=](float x) { return expf(mean + deviation * x); });
}
__attribute__((unused)) static inline float4 curand_normal4(curandStatePhilox4_32_10* s) {
  uint4 x = curand4(s);
  float2 a = __cu_normal(x.x, x.y), b = __cu_normal(x.z, x.w);
  return make_float4(a.x, a.y, b.x, b.y);
}
template <class S> static inline double2 curand_normal2_double(S* s) {
  uint4 x;
  x.x = curand(s), x.y = curand(s), x.z = curand(s), x.w = curand(s);
  return __cu_normal_double(x);
}
template <class S, class F> static inline double __cu_one_of_two_doubles(S* s, int kind, F change) {
  bool waits = s->normals.boxmuller_flag_double == kind;
  s->normals.boxmuller_flag_double = waits ? 0 : kind;
  if (waits) return s->normals.boxmuller_extra_double;
  double2 both = curand_normal2_double(s);
  s->normals.boxmuller_extra_double = change(both.y);
  return change(both.x);
}
template <class S> static inline double curand_normal_double(S* s) { return __cu_one_of_two_doubles(s, 1, [](double x) { return x; }); }
template <class S> static inline double curand_log_normal_double(S* s, double mean, double deviation) {
  return __cu_one_of_two_doubles(s, 2, [=](double x) { return exp(mean + deviation * x); });
}
