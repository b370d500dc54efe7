// What becomes of the points that a search finds: lists by row, and the nearest. `Source` puts this text in
// place of its `#include`, once.

// Lets the value at the root of a heap sink to its place.
__device__ inline void sink(int* heap, int root, int size) {
    int value = heap[root];
    for (int child = 2 * root + 1; child < size; child = 2 * root + 1) {
        if (child + 1 < size && heap[child + 1] > heap[child]) ++child;
        if (heap[child] <= value) break;
        heap[root] = heap[child];
        root = child;
    }
    heap[root] = value;
}

// A heap sort: no list is so long or so badly ordered that it takes much longer than others.
__device__ inline void sort_rows(int* rows, int size) {
    for (int root = size / 2 - 1; root >= 0; --root) sink(rows, root, size);
    for (int end = size - 1; end > 0; --end) {
        int largest = rows[0];
        rows[0] = rows[end], rows[end] = largest;
        sink(rows, 0, end);
    }
}

// The nearest so far, the nearest first; at most MOST. A list for fewer begins with places that nobody
// takes, so that no number of places but MOST appears in the loops, which are then unrolled.
template <int MOST>
struct Closest {
    double squared[MOST];
    int rows[MOST];

    __device__ Closest(int k, int none) {
#pragma unroll
        for (int i = 0; i < MOST; ++i) squared[i] = i < MOST - k ? -1 : INFINITY, rows[i] = none;
    }

    // The squared distance beyond which nobody counts.
    __device__ double reach() const { return squared[MOST - 1]; }

    __device__ void offer(double distance, int row) {
#pragma unroll
        for (int i = 0; i < MOST; ++i) {
            bool before = distance < squared[i] || (distance == squared[i] && row < rows[i]);
            double other = squared[i];
            int other_row = rows[i];
            squared[i] = before ? distance : other, rows[i] = before ? row : other_row;
            distance = before ? other : distance, row = before ? other_row : row;
        }
    }

    // Writes the list of a query: k of each.
    __device__ void write(int* to_rows, double* to_squared, int k) const {
#pragma unroll
        for (int i = 0; i < MOST; ++i) {
            int place = i - (MOST - k);
            if (place >= 0) to_rows[place] = rows[i], to_squared[place] = squared[i];
        }
    }
};
