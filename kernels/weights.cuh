// The weights of mean shift, by number and as types. `Source` puts this text in place of its `#include`,
// once.

enum { GAUSSIAN, TRIANGULAR, FLAT, EPANECHNIKOV, BIWEIGHT };

// 2^x and √x by one instruction each, accurate to 2 units in the last place and to 1. Numbers below
// 2^-126 become 0.
__device__ inline float fast_exp2(float x) {
#ifdef __CUDA_ARCH__
    asm("ex2.approx.ftz.f32 %0, %0;" : "+f"(x));
    return x;
#else
    return exp2f(x);
#endif
}

__device__ inline float fast_sqrt(float x) {
#ifdef __CUDA_ARCH__
    asm("sqrt.approx.ftz.f32 %0, %0;" : "+f"(x));
    return x;
#else
    return sqrtf(x);
#endif
}

// Each weight as a type, so that no branch is left in the loop over pairs.
struct Gaussian {
    __device__ static float at(float squared) { return fast_exp2(-squared); }
};
struct Triangular {
    __device__ static float at(float squared) { return fmaxf(1 - fast_sqrt(squared), 0); }
};
struct Flat {
    __device__ static float at(float squared) { return squared <= 1 ? 1 : 0; }
};
struct Epanechnikov {
    __device__ static float at(float squared) { return fmaxf(1 - squared, 0); }
};
struct Biweight {
    __device__ static float at(float squared) { return Epanechnikov::at(squared) * Epanechnikov::at(squared); }
};

// What points are multiplied by before their distances are taken, so that a pair needs the fewest
// operations. √(log2(e) / 2) for the Gaussian turns exp(-r² / 2) into 2^-squared.
__device__ inline float scale_of(int weight, float bandwidth) {
    return (weight == GAUSSIAN ? 0.8493218f : 1) / bandwidth;
}
