// Mean shift without a look at all pairs of points, for d up to 3: every point moves to the weighted mean
// of all points, all at once.
//
// near_pairs     Any weight. Points in cells as wide as the weight reaches: a thread for each point looks at
//                those of the cells around its own.
// interpolation  The Gaussian. In a pair of cells it is a polynomial in the places x and y of both points,
//                exp(-½ |x - y|²) ≈ Σ M[j, k] T_j(x) T_k(y), with Chebyshev polynomials T. So
//                   spread    adds up a[k] = Σ T_k(y) over the points of each cell,
//                   convolve  adds up b[j] = Σ M[j, k] a[k] over the cells around, axis after axis, and
//                   read      takes F(x) = Σ b[j] T_j(x) and its slope: the step is width² · ∇F / F.
//                How many points share a cell makes no difference to any of it.
//
// The cells that have points have numbers, which `keys.cu` sorts: where there are none, cells cost
// nothing. Points stay in the order of their cells, from which they move little, so that an iteration
// reads and writes memory in long pieces. All sums are added up in an order that only the points decide.
//
// Coordinates are in single precision. Sums are in double: where a far crowd pulls at a lonely point, the
// polynomials' terms are a hundred times as large as their sum, and single precision would lose as much.
#include "cell_numbers.cuh"
#include "chebyshev.cuh"
#include "keys.cuh"
#include "weights.cuh"

// ---- cells and their points

// x: (n, d), numbers: (n), row-major
extern "C" __global__ void fast_mean_shift_number(const float* x, CellNumbers cells, long long* numbers, int n, int d) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) numbers[i] = cells.number(x + (size_t)i * d);
}

// Puts points, and the rows that they are of, into another order.
// x: (n, d), rows: (n), order: (n), ordered: (n, d), ordered_rows: (n), row-major
extern "C" __global__ void fast_mean_shift_order(
    const float* x, const int* rows, const int* order, float* ordered, int* ordered_rows, int n, int d
) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    for (int k = 0; k < d; ++k) ordered[(size_t)i * d + k] = x[(size_t)order[i] * d + k];
    ordered_rows[i] = rows[order[i]];
}

// Puts points back to the rows that they are of.
// x: (n, d), rows: (n), in_rows: (n, d), row-major
extern "C" __global__ void fast_mean_shift_restore(const float* x, const int* rows, float* in_rows, int n, int d) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    for (int k = 0; k < d; ++k) in_rows[(size_t)rows[i] * d + k] = x[(size_t)i * d + k];
}

// Where a point goes that moves by so much, and how far that is, squared: nowhere, if rounding swallows it,
// and infinitely far if it leaves the range of the numbers.
template <int D>
__device__ inline double moved_by(const double (&by)[D], const float* own, float* moved) {
    double squared = 0;
    for (int k = 0; k < D; ++k) {
        float to = (float)(own[k] + by[k]);
        if (to != own[k]) squared += by[k] * by[k];
        if (!isfinite(to)) squared = INFINITY;
        moved[k] = to;
    }
    return squared;
}

// Lets `farthest` be the largest move of all threads. Numbers from 0 on are in the order of their bits.
__device__ inline void note_move(double squared, int* farthest) {
    __shared__ int of_block;
    if (threadIdx.x == 0) of_block = 0;
    __syncthreads();
    int move = __float_as_int((float)sqrt(squared));
    if (move > 0) atomicMax(&of_block, move);
    __syncthreads();
    if (threadIdx.x == 0 && of_block > 0) atomicMax(farthest, of_block);
}

// ---- the engine `near_pairs`

// For each cell the points of it and its neighbours, row of cells after row: the last axis runs along them.
// numbers: (m), starts: (m + 1), spans: (m, rows, 2), row-major
extern "C" __global__ void fast_mean_shift_spans(
    const long long* numbers, const int* starts, CellNumbers cells, int* spans, int m, int rows
) {
    long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= (long long)m * rows) return;
    long long number = numbers[at / rows];
    int row = at % rows;
    if (cells.d > 1) number += (row % 3 - 1) * cells.strides[0];
    if (cells.d > 2) number += (row / 3 - 1) * cells.strides[1];
    spans[2 * at] = starts[count_below(numbers, m, number - 1)];
    spans[2 * at + 1] = starts[count_below(numbers, m, number + 2)];
}

// How many pairs of points there are to look at: a sum of integers, the same in any order.
// starts: (m + 1), spans: (m, rows, 2), pairs: (1), row-major
extern "C" __global__ void fast_mean_shift_pairs(
    const int* starts, const int* spans, unsigned long long* pairs, int m, int rows
) {
    __shared__ unsigned long long of_block;
    if (threadIdx.x == 0) of_block = 0;
    __syncthreads();
    long long at = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (at < (long long)m * rows) {
        unsigned long long own = starts[at / rows + 1] - starts[at / rows], others = spans[2 * at + 1] - spans[2 * at];
        if (others > 0) atomicAdd(&of_block, own * others);
    }
    __syncthreads();
    if (threadIdx.x == 0) atomicAdd(pairs, of_block);
}

// Whether a weight falls to 0 at its edge at once. There it is decided in double precision.
template <class Weight>
struct EndsAtOnce {
    static const bool VALUE = false;
};
template <>
struct EndsAtOnce<Flat> {
    static const bool VALUE = true;
};

template <int D>
__device__ inline bool is_within(const float* other, const float* own, double radius) {
    double squared = 0;
    for (int k = 0; k < D; ++k) {
        double difference = (double)other[k] - own[k];
        squared += difference * difference;
    }
    return squared <= radius * radius;
}

// The sums for one point: of weighted differences, and of weights.
template <int D>
struct Pull {
    double by[D] = {}, weight = 0;

    // Adds the points of a span; so many of them in single precision that little is lost.
    template <class Weight>
    __device__ void add(const float* x, int from, int to, const float* own, float scale, double radius) {
        const int FEW = 64;
        for (int start = from; start < to; start += FEW) {
            float few_by[D] = {}, few_weight = 0;
            for (int j = start; j < min(start + FEW, to); ++j) {
                const float* other = x + (size_t)j * D;
                float difference[D], squared = 0;
                for (int k = 0; k < D; ++k) {
                    difference[k] = other[k] - own[k];
                    float scaled = difference[k] * scale;
                    squared += scaled * scaled;
                }
                float w = Weight::at(squared);
                if (EndsAtOnce<Weight>::VALUE && fabsf(squared - 1) < 1e-5f) w = is_within<D>(other, own, radius);
                for (int k = 0; k < D; ++k) few_by[k] += w * difference[k];
                few_weight += w;
            }
            for (int k = 0; k < D; ++k) by[k] += few_by[k];
            weight += few_weight;
        }
    }
};

template <class Weight, int D>
__device__ inline Pull<D> pull_at(const float* x, const int* spans, int rows, const float* own, float scale, double radius) {
    Pull<D> pull;
    for (int row = 0; row < rows; ++row) {
        pull.template add<Weight>(x, spans[2 * row], spans[2 * row + 1], own, scale, radius);
    }
    return pull;
}

template <int D>
__device__ inline double move_in_cells(const float* x, float* moved, const int* spans, int i, int weight, double width, double step) {
    const int ROWS = D == 1 ? 1 : D == 2 ? 3 : 9;
    float own[D], scale = scale_of(weight, (float)width);
    for (int k = 0; k < D; ++k) own[k] = x[(size_t)i * D + k];
    Pull<D> pull;
    switch (weight) {
        case GAUSSIAN: pull = pull_at<Gaussian, D>(x, spans, ROWS, own, scale, width); break;
        case TRIANGULAR: pull = pull_at<Triangular, D>(x, spans, ROWS, own, scale, width); break;
        case FLAT: pull = pull_at<Flat, D>(x, spans, ROWS, own, scale, width); break;
        case EPANECHNIKOV: pull = pull_at<Epanechnikov, D>(x, spans, ROWS, own, scale, width); break;
        default: pull = pull_at<Biweight, D>(x, spans, ROWS, own, scale, width);
    }
    double by[D];
    for (int k = 0; k < D; ++k) by[k] = step * pull.by[k] / pull.weight;
    return moved_by<D>(by, own, moved + (size_t)i * D);
}

// x: (n, d), moved: (n, d), begun: (n + 1), spans: (m, rows, 2), farthest: (1), row-major
extern "C" __global__ void __launch_bounds__(128) fast_mean_shift_near_pairs(
    const float* x, float* moved, const int* begun, const int* spans, int* farthest, int weight, double width,
    double step, int n, int d, int rows
) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    double squared = 0;
    if (i < n) {
        const int* of_cell = spans + (size_t)(begun[i + 1] - 1) * rows * 2;
        switch (d) {
            case 1: squared = move_in_cells<1>(x, moved, of_cell, i, weight, width, step); break;
            case 2: squared = move_in_cells<2>(x, moved, of_cell, i, weight, width, step); break;
            default: squared = move_in_cells<3>(x, moved, of_cell, i, weight, width, step);
        }
    }
    note_move(squared, farthest);
}

// ---- the engine `interpolation`

// A piece of a cell's points, for one block. The first piece of each cell has the number of the cell;
// further ones, of cells with many points, come after all first ones.
struct Piece {
    int cell, from, to;

    __device__ Piece(const int* starts, const int* more, int m, int size) {
        int number = blockIdx.x, part = 0;
        cell = number;
        if (number >= m) {
            number -= m;
            cell = count_below(more, m + 1, number + 1) - 1;
            part = 1 + number - more[min(cell, m)];
        }
        bool is_there = cell < m;
        from = is_there ? starts[cell] + part * size : 0;
        to = is_there ? min(from + size, starts[cell + 1]) : 0;
    }
};

// How many further pieces each cell has.
// starts: (m + 1), more: (m + 1)
extern "C" __global__ void fast_mean_shift_more(const int* starts, int* more, int m, int size) {
    int cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell < m) more[cell] = (starts[cell + 1] - starts[cell] - 1) / size;
}

// How many points a block prepares at a time.
const int BATCH = 48;

// The polynomials of a batch of points along each axis: `along` is (BATCH, D, TERMS). As many threads as
// there are points have an axis.
template <int D>
__device__ inline void prepare(const float* x, const CellNumbers& cells, int start, int count, double* along) {
    int p = threadIdx.x % BATCH, own_axis = threadIdx.x / BATCH;
    if (own_axis >= D || p >= count) return;
    float coordinate = x[(size_t)(start + p) * D + own_axis];
    double place = 0;
#pragma unroll
    for (int axis = 0; axis < D; ++axis) {
        if (axis == own_axis) place = cells.place(axis, coordinate);
    }
    Chebyshev term(place);
    for (int k = 0; k < TERMS; ++k, term.step()) along[(p * D + own_axis) * TERMS + k] = term.value;
}

// A thread has TERMS numbers of a tensor in the plane and in space, and one on a line, so that what it reads
// takes part in several products. Where a tensor has fewer numbers than the threads have together, these are
// GROUPS, each with other points.
template <int D>
struct Share {
    static const int OWN = D == 1 ? 1 : TERMS, MEMBERS = power(D) / OWN, GROUPS = MATRIX / MEMBERS;

    // Adds the terms of a point along each axis, (D, TERMS).
    __device__ static void add(double (&sums)[OWN], int member, const double* terms) {
        if (D == 1) {
            sums[0] += terms[member];
            return;
        }
        double others = terms[member % TERMS];
        if (D == 3) others *= terms[TERMS + member / TERMS];
        const double2* pairs = reinterpret_cast<const double2*>(terms + (D - 1) * TERMS);
#pragma unroll
        for (int k = 0; k < OWN / 2; ++k) {
            double2 pair = pairs[k];
            sums[2 * k] += others * pair.x, sums[2 * k + 1] += others * pair.y;
        }
    }

    // Where the k-th of a member's numbers is in the tensor.
    __device__ static int place(int member, int k) {
        if (D == 1) return member;
        return (D == 2 ? member : member % TERMS * TERMS + member / TERMS) * TERMS + k;
    }
};

// `memory` has room for the terms of a batch of points, and in the end for a tensor of each group.
template <int D>
__device__ inline void spread_piece(const float* x, const CellNumbers& cells, Piece piece, double* memory, double* tensor) {
    using Own = Share<D>;
    int member = threadIdx.x % Own::MEMBERS, group = threadIdx.x / Own::MEMBERS;
    double sums[Own::OWN] = {};
    for (int start = piece.from; start < piece.to; start += BATCH) {
        int count = min(BATCH, piece.to - start);
        prepare<D>(x, cells, start, count, memory);
        __syncthreads();
        for (int p = group; p < count; p += Own::GROUPS) Own::add(sums, member, memory + p * D * TERMS);
        __syncthreads();
    }
    if constexpr (Own::GROUPS == 1) {
        for (int k = 0; k < Own::OWN; ++k) tensor[Own::place(member, k)] = sums[k];
    } else {
        for (int k = 0; k < Own::OWN; ++k) memory[group * power(D) + Own::place(member, k)] = sums[k];
        __syncthreads();
        if (threadIdx.x >= power(D)) return;
        double sum = 0;
        for (int other = 0; other < Own::GROUPS; ++other) sum += memory[other * power(D) + threadIdx.x];
        tensor[threadIdx.x] = sum;
    }
}

// x: (n, d), starts: (m + 1), more: (m + 1), tensors: (m, size), parts: (most, size), row-major
extern "C" __global__ void __launch_bounds__(144) fast_mean_shift_spread(
    const float* x, CellNumbers cells, const int* starts, const int* more, double* tensors, double* parts, int piece_size, int n, int d, int m, int size
) {
    __shared__ __align__(16) double memory[MATRIX * TERMS];
    Piece piece(starts, more, m, piece_size);
    if (piece.from >= piece.to) return;
    double* out = blockIdx.x < m ? tensors + (size_t)blockIdx.x * size : parts + (size_t)(blockIdx.x - m) * size;
    switch (d) {
        case 1: return spread_piece<1>(x, cells, piece, memory, out);
        case 2: return spread_piece<2>(x, cells, piece, memory, out);
        default: return spread_piece<3>(x, cells, piece, memory, out);
    }
}

// Adds the further pieces of each cell to its tensor, one after another: the block of the first of them does,
// so that there need not be one for each cell.
// more: (m + 1), tensors: (m, size), parts: (most, size), row-major
extern "C" __global__ void __launch_bounds__(144) fast_mean_shift_add(
    const int* more, double* tensors, const double* parts, int m, int size
) {
    int first = blockIdx.x, cell = count_below(more, m + 1, first + 1) - 1;
    if (cell >= m || more[cell] != first) return;
    int end = more[cell + 1];
    for (int at = threadIdx.x; at < size; at += blockDim.x) {
        double sum = tensors[(size_t)cell * size + at];
#pragma unroll 8
        for (int part = first; part < end; ++part) sum += parts[(size_t)part * size + at];
        tensors[(size_t)cell * size + at] = sum;
    }
}

// Adds up what reaches each cell along an axis. A thread has the numbers of a tensor that differ along it,
// and with a matrix in shared memory, of which all threads read the same two numbers at a time, a number that
// it has read takes part in TERMS products. `sources` has room for which cells these are: 2 · reach + 1 for
// each of the block's cells.
template <int D>
__device__ inline void convolve(
    KeyList list, const double* tensors, const long long* numbers, double* reached, const double2* matrices,
    double2* matrix, int* sources, int axis, long long stride, int reach, int m
) {
    const int ROWS = power(D - 1), SIZE = power(D);
    int offsets = 2 * reach + 1, cells = blockDim.x / ROWS, first = blockIdx.x * cells;
    for (int task = threadIdx.x; task < cells * offsets; task += blockDim.x) {
        int cell = first + task / offsets, offset = task % offsets - reach;
        sources[task] = cell < m ? list.find(numbers[cell] - offset * stride) : -1;
    }
    // Numbers that differ along the axis are `behind` apart.
    int own = threadIdx.x / ROWS, row = threadIdx.x % ROWS, behind = 1;
    for (int after = axis + 1; after < D; ++after) behind *= TERMS;
    int at = row / behind * behind * TERMS + row % behind;
    double sums[TERMS] = {};
    for (int offset = 0; offset < offsets; ++offset) {
        __syncthreads();
        for (int pair = threadIdx.x; pair < MATRIX / 2; pair += blockDim.x) {
            matrix[pair] = matrices[offset * (MATRIX / 2) + pair];
        }
        __syncthreads();
        int source = sources[own * offsets + offset];
        if (source < 0) continue;
        const double* from = tensors + (size_t)source * SIZE + at;
        double values[TERMS];
#pragma unroll
        for (int k = 0; k < TERMS; ++k) values[k] = from[k * behind];
#pragma unroll
        for (int entry = 0; entry < MATRIX; entry += 2) {
            double2 pair = matrix[entry / 2];
            int j = entry / TERMS, k = entry % TERMS;
            sums[j] += pair.x * values[k] + pair.y * values[k + 1];
        }
    }
    if (first + own >= m) return;
    double* to = reached + (size_t)(first + own) * SIZE + at;
#pragma unroll
    for (int j = 0; j < TERMS; ++j) to[j * behind] = sums[j];
}

// list: (others), tensors: (others, size), numbers: (m), reached: (m, size), matrices: (offsets, 12, 12), row-major
extern "C" __global__ void __launch_bounds__(144) fast_mean_shift_convolve(
    const long long* list, const double* tensors, const long long* numbers, double* reached, const double2* matrices,
    int axis, long long stride, int reach, int d, int m, int others, int size
) {
    extern __shared__ int sources[];
    __shared__ double2 matrix[MATRIX / 2];
    KeyList from = {list, others};
    switch (d) {
        case 1: return convolve<1>(from, tensors, numbers, reached, matrices, matrix, sources, axis, stride, reach, m);
        case 2: return convolve<2>(from, tensors, numbers, reached, matrices, matrix, sources, axis, stride, reach, m);
        default: return convolve<3>(from, tensors, numbers, reached, matrices, matrix, sources, axis, stride, reach, m);
    }
}

template <int D>
__device__ inline double move_in_field(float* own, const CellNumbers& cells, const double* tensor, double unit) {
    double places[D], by[D];
#pragma unroll
    for (int k = 0; k < D; ++k) places[k] = cells.place(k, own[k]);
    Field<D> field = field_at<D>(tensor, places, LastAxis(places[D - 1]));
#pragma unroll
    for (int k = 0; k < D; ++k) by[k] = unit * field.slopes[k] / field.value;
    return moved_by<D>(by, own, own);
}

// `unit` is step · width² · 2 / side: slopes are those for half a side.
// x: (n, d), begun: (n + 1), tensors: (m, size), farthest: (1), row-major
extern "C" __global__ void __launch_bounds__(128) fast_mean_shift_read(
    float* x, CellNumbers cells, const int* begun, const double* tensors, int* farthest, double unit, int n, int d, int m, int size
) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    double squared = 0;
    if (i < n) {
        float* own = x + (size_t)i * d;
        const double* tensor = tensors + (size_t)(begun[i + 1] - 1) * size;
        switch (d) {
            case 1: squared = move_in_field<1>(own, cells, tensor, unit); break;
            case 2: squared = move_in_field<2>(own, cells, tensor, unit); break;
            default: squared = move_in_field<3>(own, cells, tensor, unit);
        }
    }
    note_move(squared, farthest);
}
