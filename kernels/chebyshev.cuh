// Series of Chebyshev polynomials along up to three axes. `Source` puts this text in place of its `#include`,
// once.

// Terms of a series along an axis. A tensor has TERMS^d numbers.
const int TERMS = 12, MATRIX = TERMS * TERMS;

__host__ __device__ constexpr int power(int axes) {
    return axes == 0 ? 1 : TERMS * power(axes - 1);
}

// The Chebyshev polynomials at a place and their slopes, one after another.
struct Chebyshev {
    double place, value = 1, slope = 0, next_value, next_slope = 1;

    __device__ explicit Chebyshev(double at) : place(at), next_value(at) {}

    __device__ void step() {
        double value_after = 2 * place * next_value - value;
        double slope_after = 2 * (next_value + place * next_slope) - slope;
        value = next_value, slope = next_slope;
        next_value = value_after, next_slope = slope_after;
    }
};

// A sum of products of polynomials at a place, and its slope along each axis.
template <int D>
struct Field {
    double value = 0, slopes[D] = {};
};

// The polynomials along the last axis, and their slopes.
struct LastAxis {
    double values[TERMS], slopes[TERMS];

    __device__ explicit LastAxis(double place) {
        Chebyshev term(place);
#pragma unroll
        for (int k = 0; k < TERMS; ++k, term.step()) values[k] = term.value, slopes[k] = term.slope;
    }
};

template <int D>
__device__ inline Field<D> field_at(const double* tensor, const double* places, const LastAxis& last) {
    Field<D> field;
    if constexpr (D == 1) {
        // Two numbers at a time: a tensor begins at a multiple of 16 bytes.
        const double2* pairs = reinterpret_cast<const double2*>(tensor);
#pragma unroll
        for (int k = 0; k < TERMS / 2; ++k) {
            double2 pair = pairs[k];
            field.value += pair.x * last.values[2 * k] + pair.y * last.values[2 * k + 1];
            field.slopes[0] += pair.x * last.slopes[2 * k] + pair.y * last.slopes[2 * k + 1];
        }
    } else {
        Chebyshev term(places[0]);
#pragma unroll 1
        for (int j = 0; j < TERMS; ++j, term.step()) {
            Field<D - 1> inner = field_at<D - 1>(tensor + j * power(D - 1), places + 1, last);
            field.value += term.value * inner.value;
            field.slopes[0] += term.slope * inner.value;
#pragma unroll
            for (int k = 1; k < D; ++k) field.slopes[k] += term.value * inner.slopes[k - 1];
        }
    }
    return field;
}
