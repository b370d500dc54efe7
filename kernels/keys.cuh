// Looking things up in ascending lists. `Source` puts this text in place of its `#include`, once.

// How many of `count` ascending values are below one: where it stands if it is among them.
template <class Value>
__device__ inline int count_below(const Value* values, int count, Value value) {
    int from = 0;
    while (count > 0) {
        int half = count / 2;
        if (values[from + half] < value) from += half + 1, count -= half + 1;
        else count = half;
    }
    return from;
}

// Ascending keys, each once.
struct KeyList {
    const long long* keys;
    int count;

    // Where a key stands; -1 if it is not there.
    __device__ int find(long long key) const {
        int at = count_below(keys, count, key);
        return at < count && keys[at] == key ? at : -1;
    }

    __device__ bool has(long long key) const { return find(key) >= 0; }

    // Whether some key is at most `reach` strides away from this one.
    __device__ bool has_near(long long key, long long stride, int reach) const {
        if (has(key)) return true;
        for (int i = 1; i <= reach; ++i) {
            if (has(key - i * stride) || has(key + i * stride)) return true;
        }
        return false;
    }
};
