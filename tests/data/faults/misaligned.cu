// Vectors at addresses that are no multiple of their alignment.
//~ launch 1 32

extern "C" __global__ void four_from_one(const float* a, float* b, int* c, int n) {
    float4 v = *(const float4*)(a + threadIdx.x * 4 + 1); //~ misaligned
    b[threadIdx.x] = v.x;
}
extern "C" __global__ void four_from_one_right(const float* a, float* b, int* c, int n) {
    float4 v = *(const float4*)(a + threadIdx.x * 4);
    b[threadIdx.x] = v.x;
}

extern "C" __global__ void two_from_odd(const float* a, float* b, int* c, int n) {
    float2 v = reinterpret_cast<const float2*>(a + threadIdx.x)[0]; //~ misaligned
    b[threadIdx.x] = v.x + v.y;
}
extern "C" __global__ void two_from_odd_right(const float* a, float* b, int* c, int n) {
    float2 v = reinterpret_cast<const float2*>(a)[threadIdx.x];
    b[threadIdx.x] = v.x + v.y;
}

extern "C" __global__ void four_written(const float* a, float* b, int* c, int n) {
    float4 v = {1, 2, 3, 4};
    *(float4*)(b + threadIdx.x * 6) = v; //~ misaligned
}
extern "C" __global__ void four_written_right(const float* a, float* b, int* c, int n) {
    float4 v = {1, 2, 3, 4};
    *(float4*)(b + threadIdx.x * 4) = v;
}

// Rows of 7 numbers, read by vectors.
extern "C" __global__ void odd_rows(const float* a, float* b, int* c, int n) {
    const float* row = a + threadIdx.x * 7;
    float4 v = *reinterpret_cast<const float4*>(row); //~ misaligned
    b[threadIdx.x] = v.w;
}
extern "C" __global__ void odd_rows_right(const float* a, float* b, int* c, int n) {
    const float* row = a + threadIdx.x * 8;
    float4 v = *reinterpret_cast<const float4*>(row);
    b[threadIdx.x] = v.w;
}

extern "C" __global__ void word_from_bytes(const float* a, float* b, int* c, int n) {
    const char* bytes = (const char*)a;
    unsigned word = *(const unsigned*)(bytes + threadIdx.x); //~ misaligned
    c[threadIdx.x] = word & 1;
}
extern "C" __global__ void word_from_bytes_right(const float* a, float* b, int* c, int n) {
    const char* bytes = (const char*)a;
    unsigned word = *(const unsigned*)(bytes + 4 * threadIdx.x);
    c[threadIdx.x] = word & 1;
}

extern "C" __global__ void shared_vector(const float* a, float* b, int* c, int n) {
    __shared__ __align__(16) float s[64];
    s[threadIdx.x] = a[threadIdx.x];
    s[threadIdx.x + 32] = 0;
    __syncthreads();
    float4 v = *(float4*)&s[threadIdx.x]; //~ misaligned
    b[threadIdx.x] = v.x;
}
extern "C" __global__ void shared_vector_right(const float* a, float* b, int* c, int n) {
    __shared__ __align__(16) float s[64];
    s[threadIdx.x] = a[threadIdx.x];
    s[threadIdx.x + 32] = 0;
    __syncthreads();
    float4 v = *(float4*)&s[threadIdx.x / 4 * 4];
    b[threadIdx.x] = v.x;
}

extern "C" __global__ void double_over_floats(const float* a, float* b, int* c, int n) {
    double* d = (double*)(b + 1);
    d[threadIdx.x] = 1; //~ misaligned
}
extern "C" __global__ void double_over_floats_right(const float* a, float* b, int* c, int n) {
    double* d = (double*)(b + 2);
    d[threadIdx.x] = 1;
}

__device__ inline float4 load4(const float* p) {
    return *reinterpret_cast<const float4*>(p); //~ misaligned
}
__device__ inline float4 load4_right(const float* p) {
    return *reinterpret_cast<const float4*>(p);
}
extern "C" __global__ void in_a_function(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = load4(a + 2 * threadIdx.x).y;
}
extern "C" __global__ void in_a_function_right(const float* a, float* b, int* c, int n) {
    b[threadIdx.x] = load4_right(a + 4 * threadIdx.x).y;
}

struct __align__(16) Particle {
    float x, y, z, mass;
};
extern "C" __global__ void struct_pointer(const float* a, float* b, int* c, int n) {
    const Particle* p = (const Particle*)(a + 3);
    b[threadIdx.x] = p[threadIdx.x].mass; //~ misaligned
}
extern "C" __global__ void struct_pointer_right(const float* a, float* b, int* c, int n) {
    const Particle* p = (const Particle*)a;
    b[threadIdx.x] = p[threadIdx.x].mass;
}

// The middle of the array is a multiple of 4 only by luck.
extern "C" __global__ void second_half(const float* a, float* b, int* c, int n) {
    int half = (n - 2) / 2;
    const float4* second = (const float4*)(a + half);
    b[threadIdx.x] = second[threadIdx.x % 8].x; //~ misaligned
}
extern "C" __global__ void second_half_right(const float* a, float* b, int* c, int n) {
    int half = (n - 2) / 2 / 4 * 4;
    const float4* second = (const float4*)(a + half);
    b[threadIdx.x] = second[threadIdx.x % 8].x;
}

extern "C" __global__ void int2_of_ints(const float* a, float* b, int* c, int n) {
    int2 pair = *(int2*)(c + 2 * threadIdx.x % 30 + 1); //~ misaligned
    b[threadIdx.x] = pair.x;
}
extern "C" __global__ void int2_of_ints_right(const float* a, float* b, int* c, int n) {
    int2 pair = *(int2*)(c + 2 * threadIdx.x);
    b[threadIdx.x] = pair.x;
}
