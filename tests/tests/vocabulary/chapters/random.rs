//! curand: the streams of two generators, and what is drawn from them.

use crate::table::{Chapter, Entry, entries};

pub const CHAPTER: Chapter = Chapter {
    headers: &["curand_kernel.h"],
    runs: entries! {
        "curandState" => "{ curandState s; curand_init(0, 0, 0, &s); return curand(&s) == 0xbd7f03b6 && curand(&s) == 0x703e556d; }",
        "curandStateXORWOW_t" => "{ curandStateXORWOW_t s; curand_init(1234, 77, 6, &s); return curand(&s) == 0x5f87c5b3 && curand(&s) == 0xd46780b3; }",
        "curand_init with a long way" => "{ curandState s; curand_init(0x123456789abcdefull, (1ull << 33) + 5, (1ull << 35) + 3, &s); return curand(&s) == 0xb2434aac; }",
        "curandStatePhilox4_32_10_t" => "{ curandStatePhilox4_32_10_t s; curand_init(0, 0, 0, &s); return curand(&s) == 0x6627e8d5 && curand(&s) == 0xe169c58d && curand(&s) == 0xbc57ac4c && curand(&s) == 0x9b00dbd8; }",
        "curand_Philox4x32_10" => "{ uint4 r = curand_Philox4x32_10(make_uint4(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), make_uint2(0xa4093822, 0x299f31d0)); return r.x == 0xd16cfe09 && r.y == 0x94fdcceb && r.z == 0x5001e420 && r.w == 0x24126ea1; }",
        "curand4" => "{ curandStatePhilox4_32_10_t s; curand_init(1234, 77, 6, &s); uint4 r = curand4(&s); return r.x == 0x2f37d10d && r.w == 0x1f992270; }",
        "skipahead" => "{ curandState s, t; curand_init(5, 0, 1000, &s); curand_init(5, 0, 0, &t); skipahead(1000, &t); return curand(&s) == curand(&t); }",
        "skipahead_sequence" => "{ curandState s, t; curand_init(5, 9, 0, &s); curand_init(5, 0, 0, &t); skipahead_sequence(9, &t); return curand(&s) == curand(&t); }",
        "curand_uniform" => "{ curandState s; curand_init(1234, 3, 0, &s); return curand_uniform(&s) == 0x1.2de7fep-2f && curand_uniform(&s) == 0x1.3bf5fep-2f; }",
        "curand_uniform of the subsequences" => "{ const float first[4] = {0.145468f, 0.820181f, 0.550399f, 0.294830f}; for (int i = 0; i < 4; i++) { curandState s; curand_init(1234, i, 0, &s); if (fabsf(curand_uniform(&s) - first[i]) > 1e-6f) return false; } return true; }",
        "curand_uniform4" => "{ curandStatePhilox4_32_10_t s; curand_init(1, 2, 3, &s); float4 u = curand_uniform4(&s); return 0 < u.x && u.x <= 1 && 0 < u.w && u.w <= 1; }",
        "curand_uniform_double" => "{ curandState s; curand_init(1234, 3, 0, &s); double u = curand_uniform_double(&s); return 0 < u && u <= 1; }",
        "curand_normal" => "{ curandState s; curand_init(1234, 3, 2, &s); return fabsf(curand_normal(&s) - -0x1.bbbedcp-3f) < 1e-6f && fabsf(curand_normal(&s) - -0x1.e7920ep-1f) < 1e-6f; }",
        "curand_normal2" => "{ curandState s; curand_init(1234, 3, 2, &s); return fabsf(curand_normal2(&s).y - -0x1.e7920ep-1f) < 1e-6f; }",
        "curand_normal4" => "{ curandStatePhilox4_32_10_t s; curand_init(1, 2, 3, &s); float4 n = curand_normal4(&s); return fabsf(n.x) < 8 && n.x != n.y; }",
        "curand_normal_double" => "{ curandState s; curand_init(1, 2, 3, &s); return fabs(curand_normal_double(&s)) < 9; }",
        "curand_log_normal" => "{ curandState s, t; curand_init(1234, 3, 2, &s); t = s; float n = curand_normal(&s); return fabsf(curand_log_normal(&t, 1.f, 2.f) - expf(1 + 2 * n)) < 1e-5f; }",
    },
    missing: entries! {
        "curand_poisson" => "{ curandState s; return curand_poisson(&s, 2.0) < 100; }",
        "curandStateMRG32k3a_t" => "{ curandStateMRG32k3a_t s; return sizeof s > 0; }",
        "curandStateSobol32_t" => "{ curandStateSobol32_t s; return sizeof s > 0; }",
    },
    ..Chapter::named("random")
};
