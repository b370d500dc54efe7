// Where points are among equal cells, of up to three axes. `Source` puts this text in place of its `#include`,
// once.

// The numbers of cells, which lie around `middle`. On each side of each axis there is room for more, so
// that what is beyond the last cell of a row is not the first of the next. The host has the same structure.
struct CellNumbers {
    double middle[3], side;
    long long counts[3], strides[3];
    int d, room;

    // The cell at a distance from the middle, never lower for a greater one; the outermost have all that is
    // beyond them.
    __device__ double cell(int axis, double distance) const {
        return fmin(fmax(floor(distance + counts[axis] / 2.0), 0.0), counts[axis] - 1.0);
    }

    __device__ double distance(int axis, float coordinate) const { return (coordinate - middle[axis]) / side; }

    __device__ long long number(const float* point) const {
        long long number = 0;
#pragma unroll
        for (int axis = 0; axis < 3; ++axis) {
            if (axis < d) number += ((long long)cell(axis, distance(axis, point[axis])) + room) * strides[axis];
        }
        return number;
    }

    // Where a point is in its cell, from -1 to 1. A single cell loses nothing, however large it is.
    __device__ double place(int axis, float coordinate) const {
        double from_middle = distance(axis, coordinate);
        return 2 * (from_middle - (cell(axis, from_middle) + 0.5 - counts[axis] / 2.0));
    }
};
