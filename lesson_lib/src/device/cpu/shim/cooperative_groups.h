// Cooperative groups: the block, its tiles, and the lanes that are here.

namespace cooperative_groups {
// Where a member function is called: lanes meet in calls from one place.
struct __place {
  const char* file;
  int line;
  constexpr __place(const char* file = __builtin_FILE(), int line = __builtin_LINE()) : file(file), line(line) {}
};
#define __CU_AT __place at = __place(__builtin_FILE(), __builtin_LINE())

// ---- lanes of one warp, as a mask
class __lanes {
protected:
  unsigned mask;
  CU_RAW explicit __lanes(unsigned mask) : mask(mask) {}
  CU_RAW int lane_of(int rank) const { // of the member with this number
    for (int lane = 0; lane < 32; ++lane)
      if ((mask >> lane & 1) && rank-- == 0) return lane;
    return 32;
  }
  CU_RAW unsigned compressed(unsigned lanes) const { // one bit for each member
    unsigned all = 0;
    for (int lane = 0, rank = 0; lane < 32; ++lane)
      if (mask >> lane & 1) all |= (lanes >> lane & 1) << rank++;
    return all;
  }
  // What the lane with this number passes, word by word.
  template <class T> CU_RAW T from(T value, int lane, __place at) const {
    unsigned long long words[(sizeof(T) + 7) / 8] = {};
    __builtin_memcpy(words, &value, sizeof(T));
    bool reads = 0 <= lane && lane < 32;
    for (auto& word : words) {
      auto* lanes = __cu_exchange(mask, word, __CU_SHUFFLE, at.file, at.line);
      if (reads) word = lanes[lane];
    }
    __builtin_memcpy(&value, words, sizeof(T));
    return value;
  }
  // What each lane passes. The words are read at once, before others can pass the next.
  template <class T, size_t n> CU_RAW void gather(unsigned long long (&words)[32][n], T value, __place at) const {
    unsigned long long own[n] = {};
    __builtin_memcpy(own, &value, sizeof(T));
    for (size_t word = 0; word < n; ++word) {
      auto* lanes = __cu_exchange(mask, own[word], __CU_SHUFFLE, at.file, at.line);
      for (int lane = 0; lane < 32; ++lane) words[lane][word] = lanes[lane];
    }
  }
public:
  using __in_warp = void;
  CU_RAW unsigned num_threads() const { return unsigned(__builtin_popcount(mask)); }
  CU_RAW unsigned size() const { return num_threads(); }
  CU_RAW unsigned thread_rank() const { return unsigned(__builtin_popcount(mask & ((1u << __CU_LANE) - 1))); }
  CU_RAW void sync(__CU_AT) const { __cu_exchange(mask, 0, __CU_SYNC, at.file, at.line); }
  template <class T> CU_RAW T shfl(T value, int rank, __CU_AT) const { return from(value, lane_of(int(unsigned(rank) % size())), at); }
  template <class T> CU_RAW T shfl_up(T value, unsigned by, __CU_AT) const {
    unsigned rank = thread_rank();
    return from(value, rank < by ? -1 : lane_of(int(rank - by)), at);
  }
  template <class T> CU_RAW T shfl_down(T value, unsigned by, __CU_AT) const {
    unsigned rank = thread_rank() + by;
    return from(value, rank < size() ? lane_of(int(rank)) : -1, at);
  }
  CU_RAW unsigned ballot(int predicate, __CU_AT) const { return compressed(__cu_ballot(mask, predicate != 0, at.file, at.line)); }
  CU_RAW int any(int predicate, __CU_AT) const { return __cu_ballot(mask, predicate != 0, at.file, at.line) != 0; }
  CU_RAW int all(int predicate, __CU_AT) const { return __cu_ballot(mask, predicate == 0, at.file, at.line) == 0; }
  template <class T> CU_RAW unsigned match_any(T value, __CU_AT) const { return compressed(__cu_match(mask, value, at.file, at.line)); }
  template <class T> CU_RAW unsigned match_all(T value, int& all, __CU_AT) const {
    return __cu_match_all(mask, value, &all, at.file, at.line) ? compressed(mask) : 0;
  }
  // The values of all members from the first to this one, or to the last, joined in their order.
  template <class T, class F> T __joined(T value, F join, bool to_last, __place at) const {
    unsigned long long words[32][(sizeof(T) + 7) / 8] = {};
    gather(words, value, at);
    T all = value;
    bool first = true;
    for (int lane = 0; lane <= (to_last ? 31 : __CU_LANE); ++lane) {
      if (!(mask >> lane & 1)) continue;
      T next = value;
      __builtin_memcpy(&next, words[lane], sizeof(T));
      all = first ? next : join(all, next);
      first = false;
    }
    return all;
  }
};

class coalesced_group : public __lanes {
  unsigned meta_rank = 0, meta_size = 1;
public:
  CU_RAW explicit coalesced_group(unsigned mask, unsigned meta_rank = 0, unsigned meta_size = 1) : __lanes(mask), meta_rank(meta_rank), meta_size(meta_size) {}
  CU_RAW unsigned meta_group_rank() const { return meta_rank; }
  CU_RAW unsigned meta_group_size() const { return meta_size; }
  CU_RAW unsigned __mask() const { return mask; }
};
// The lanes that come here.
CU_RAW static inline coalesced_group coalesced_threads(__CU_AT) { return coalesced_group(__cu_activemask(0, at.file, at.line)); }

// ---- the block and the grid
class thread_block {
public:
  CU_RAW static void sync(__CU_AT) { __cu_barrier(at.file, at.line); }
  struct arrival_token {};
  CU_RAW arrival_token barrier_arrive(__CU_AT) const { return __cu_barrier(at.file, at.line), arrival_token(); }
  CU_RAW void barrier_wait(arrival_token&&) const {}
  CU_RAW static dim3 group_index() { return blockIdx; }
  CU_RAW static dim3 thread_index() { return threadIdx; }
  CU_RAW static dim3 group_dim() { return blockDim; }
  CU_RAW static dim3 dim_threads() { return blockDim; }
  CU_RAW static unsigned num_threads() { return __cu->total; }
  CU_RAW static unsigned size() { return __cu->total; }
  CU_RAW static unsigned thread_rank() { return __cu->current; }
};
CU_RAW static inline thread_block this_thread_block() { return {}; }

class grid_group {
public:
  CU_RAW static bool is_valid() { return num_blocks() == 1; }
  // A block runs to its end before the next: only one alone is a whole grid.
  CU_RAW void sync(__CU_AT) const {
    if (!is_valid()) __cu_fail(__CU_GRID, nullptr, 0, at.file, at.line);
    __cu_barrier(at.file, at.line);
  }
  CU_RAW static dim3 group_dim() { return gridDim; }
  CU_RAW static dim3 dim_blocks() { return gridDim; }
  CU_RAW static dim3 block_index() { return blockIdx; }
  CU_RAW static unsigned long long num_blocks() { return (unsigned long long)gridDim.x * gridDim.y * gridDim.z; }
  CU_RAW static unsigned long long block_rank() { return ((unsigned long long)blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x; }
  CU_RAW static unsigned long long num_threads() { return num_blocks() * __cu->total; }
  CU_RAW static unsigned long long size() { return num_threads(); }
  CU_RAW static unsigned long long thread_rank() { return block_rank() * __cu->total + __cu->current; }
};
CU_RAW static inline grid_group this_grid() { return {}; }

// ---- tiles: N threads of the block in a row, N a power of two and at most 32
CU_RAW static inline unsigned __tile_mask(unsigned size) {
  unsigned ones = size == 32 ? ~0u : (1u << size) - 1;
  return ones << (unsigned(__CU_LANE) & ~(size - 1));
}
// Only the lanes that the block has.
CU_RAW static inline unsigned __existing(unsigned mask) {
  unsigned lanes = __cu->total - __cu->current / 32 * 32;
  return lanes >= 32 ? mask : mask & ((1u << lanes) - 1);
}
template <unsigned N, class Parent = void> class thread_block_tile : public __lanes {
  static_assert(N && N <= 32 && !(N & (N - 1)), "a tile has 1, 2, 4, 8, 16 or 32 threads");
  unsigned meta_rank, meta_size;
public:
  CU_RAW explicit thread_block_tile(unsigned meta_rank, unsigned meta_size) : __lanes(__tile_mask(N)), meta_rank(meta_rank), meta_size(meta_size) {}
  template <class Other> CU_RAW thread_block_tile(const thread_block_tile<N, Other>& tile) : __lanes(__tile_mask(N)), meta_rank(tile.meta_group_rank()), meta_size(tile.meta_group_size()) {}
  CU_RAW static constexpr unsigned num_threads() { return N; }
  CU_RAW static constexpr unsigned size() { return N; }
  CU_RAW static unsigned thread_rank() { return unsigned(__CU_LANE) % N; }
  CU_RAW unsigned meta_group_rank() const { return meta_rank; }
  CU_RAW unsigned meta_group_size() const { return meta_size; }
  CU_RAW unsigned __mask() const { return mask; }
  template <class T> CU_RAW T shfl_xor(T value, unsigned with, __CU_AT) const {
    unsigned rank = thread_rank() ^ with;
    return from(value, rank < N ? lane_of(int(rank)) : -1, at);
  }
  template <class T, class F> T __joined(T value, F join, bool to_last, __place at) const {
    return coalesced_group(__existing(mask)).__joined(value, join, to_last, at);
  }
};
template <unsigned N> CU_RAW static inline thread_block_tile<N, thread_block> tiled_partition(const thread_block&) {
  return thread_block_tile<N, thread_block>(__cu->current / N, (__cu->total + N - 1) / N);
}
template <unsigned N, unsigned M, class P> CU_RAW static inline thread_block_tile<N, thread_block_tile<M, P>> tiled_partition(const thread_block_tile<M, P>& parent) {
  static_assert(N <= M, "a tile of a tile is not larger");
  return thread_block_tile<N, thread_block_tile<M, P>>(parent.thread_rank() / N, M / N);
}

// A group whose kind is known at run time: the block, or lanes.
class thread_group {
  unsigned mask; // 0 for the block
public:
  CU_RAW thread_group(const thread_block&) : mask(0) {}
  CU_RAW thread_group(const coalesced_group& group) : mask(group.__mask()) {}
  template <unsigned N, class P> CU_RAW thread_group(const thread_block_tile<N, P>& tile) : mask(tile.__mask()) {}
  CU_RAW unsigned num_threads() const { return mask ? coalesced_group(mask).size() : thread_block::size(); }
  CU_RAW unsigned size() const { return num_threads(); }
  CU_RAW unsigned thread_rank() const { return mask ? coalesced_group(mask).thread_rank() : thread_block::thread_rank(); }
  CU_RAW void sync(__CU_AT) const { mask ? coalesced_group(mask).sync(at) : thread_block::sync(at); }
  CU_RAW bool is_valid() const { return true; }
};
CU_RAW static inline thread_group tiled_partition(const thread_group&, unsigned size) { return coalesced_group(__existing(__tile_mask(size))); }
CU_RAW static inline coalesced_group tiled_partition(const coalesced_group& parent, unsigned size) {
  unsigned rank = parent.thread_rank(), mask = 0;
  for (unsigned lane = 0, other = 0; lane < 32; ++lane)
    if (parent.__mask() >> lane & 1) mask |= unsigned(other++ / size == rank / size) << lane;
  return coalesced_group(mask, rank / size, (parent.size() + size - 1) / size);
}
// The members with equal predicates or labels.
template <class Group> CU_RAW static inline coalesced_group binary_partition(const Group& group, bool predicate, __CU_AT) {
  unsigned yes = __cu_ballot(group.__mask(), predicate, at.file, at.line);
  return coalesced_group(predicate ? yes : __existing(group.__mask()) & ~yes, predicate, 2);
}
template <class Group, class Label> CU_RAW static inline coalesced_group labeled_partition(const Group& group, Label label, __CU_AT) {
  return coalesced_group(__cu_match(group.__mask(), label, at.file, at.line));
}

template <class Group> CU_RAW static inline void sync(const Group& group, __CU_AT) { group.sync(at); }
template <class Group> CU_RAW static inline unsigned thread_rank(const Group& group) { return group.thread_rank(); }
template <class Group> CU_RAW static inline unsigned group_size(const Group& group) { return group.size(); }
template <class Group, class F, class... Arguments> static inline void invoke_one(const Group& group, F&& function, Arguments&&... arguments) {
  if (group.thread_rank() == 0) function(arguments...);
}
}
