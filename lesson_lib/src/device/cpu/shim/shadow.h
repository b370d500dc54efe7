// The careful mode's notes about memory: for each few bytes a cell with their last write and what
// has used them since. A use that follows an earlier one by what the block itself does (program
// order, a barrier, operations of a warp) is accepted here, in line; all others are for the hook
// `judge`, which also knows of fences, and does not return from a race.
//
// abi.rs repeats the layout of cells. Cells are read and written without locks: when threads of the host
// meet in one at the same moment, one note may be lost.
#ifdef CU_CHECKED
#ifdef __clang__
#define CU_RAW_INLINE __attribute__((disable_sanitizer_instrumentation, no_sanitize("undefined"), always_inline)) static inline
#else
#define CU_RAW_INLINE __attribute__((no_sanitize("thread", "undefined"), always_inline)) static inline
#endif

// How many threads have used a cell since its last write.
enum { __CU_NOBODY, __CU_ONE, __CU_LANES, __CU_BLOCK, __CU_BLOCKS, __CU_GAP = 7 };
// Set in a cell's `kind` when those uses were atomic.
#define __CU_BY_ATOMIC 8u
#define __CU_HOW_MANY 7u
// Set in it for good once an atomic operation has written there.
#define __CU_WRITTEN 16u
// What `judge` is asked about.
enum { __CU_BLAMES_WRITE = 1, __CU_BLAMES_USES = 2, __CU_UNWRITTEN = 4 };
#define __CU_LAST_TIME 0x1fffffu
#define __CU_VOLATILE 0x80000000u

CU_RAW_INLINE unsigned __cu_lane(const __cu_context* c) { return c->current % 32; }
CU_RAW_INLINE bool __cu_same_block(const __cu_context* c, unsigned long long when) { return (when ^ c->now) >> 32 == 0; }
// The running thread, and its own clock.
CU_RAW_INLINE unsigned __cu_me(const __cu_context* c) {
  unsigned time = c->clocks[c->current][__cu_lane(c)];
  return c->current | (time < __CU_LAST_TIME ? time : __CU_LAST_TIME) << 10;
}
// Whether the running thread knows that `lane` of its warp is past `time`. The last time stands for
// all later ones, so that it is not known to be too early.
CU_RAW_INLINE bool __cu_knows(const __cu_context* c, unsigned lane, unsigned time) {
  return c->clocks[c->current][lane] > time || time == __CU_LAST_TIME;
}
CU_RAW_INLINE bool __cu_stamp_is_before(const __cu_context* c, unsigned long long when, unsigned who) {
  if (when != c->now) return when < c->now && __cu_same_block(c, when);
  unsigned thread = who & 1023;
  if (thread == c->current) return true;
  return thread / 32 == c->current / 32 && __cu_knows(c, thread % 32, who >> 10);
}
CU_RAW_INLINE bool __cu_uses_are_before(const __cu_context* c, const __cu_cell* cell) {
  unsigned many = cell->kind & __CU_HOW_MANY;
  if (many == __CU_NOBODY) return true;
  if (cell->use.when != c->now) return many != __CU_BLOCKS && cell->use.when < c->now && __cu_same_block(c, cell->use.when);
  if (many == __CU_ONE) return __cu_stamp_is_before(c, cell->use.when, cell->use.who);
  if (many != __CU_LANES || (cell->use.who & 1023) / 32 != c->current / 32) return false;
  for (unsigned others = cell->lanes & ~(1u << __cu_lane(c)); others; others &= others - 1)
    if (!__cu_knows(c, unsigned(__builtin_ctz(others)), cell->use.who >> 10)) return false;
  return true;
}
CU_RAW_INLINE void __cu_set_kind(__cu_cell* cell, unsigned kind) { cell->kind = kind | (cell->kind & __CU_WRITTEN); }
CU_RAW_INLINE void __cu_note_one(const __cu_context* c, __cu_cell* cell, unsigned kind, unsigned after) {
  cell->use.who = __cu_me(c);
  cell->use.after = after;
  __cu_set_kind(cell, __CU_ONE | kind);
  cell->use.when = c->now;
}
// Adds a use to those of its kind.
CU_RAW_INLINE void __cu_note_use(const __cu_context* c, __cu_cell* cell, unsigned kind, unsigned after) {
  unsigned many = cell->kind & __CU_HOW_MANY;
  if (many == __CU_NOBODY || (cell->kind & __CU_BY_ATOMIC) != kind) return __cu_note_one(c, cell, kind, after);
  if (many == __CU_BLOCKS) return;
  if (!__cu_same_block(c, cell->use.when)) {
    cell->lanes = unsigned(c->now >> 32);
    __cu_set_kind(cell, __CU_BLOCKS | kind);
    return;
  }
  if (many == __CU_BLOCK && cell->use.when == c->now) return;
  if (__cu_uses_are_before(c, cell)) return __cu_note_one(c, cell, kind, after);
  unsigned first = cell->use.who & 1023;
  if (first / 32 != c->current / 32) {
    // The thread of the later warp stays: the first warp's often fences what the others may not have done.
    if (c->current > first) cell->use.who = __cu_me(c), cell->use.after = after;
    __cu_set_kind(cell, __CU_BLOCK | kind);
  } else {
    cell->lanes = (many == __CU_LANES ? cell->lanes : 1u << first % 32) | 1u << __cu_lane(c);
    __cu_set_kind(cell, __CU_LANES | kind);
  }
}
CU_RAW_INLINE void __cu_note_write(const __cu_context* c, __cu_cell* cell, unsigned after) {
  cell->write.who = __cu_me(c);
  cell->write.after = after;
  cell->write.when = c->now;
  cell->kind = __CU_NOBODY;
}
// Whether the running thread has written a cell, and nobody has used it since.
CU_RAW_INLINE bool __cu_is_own(const __cu_context* c, const __cu_cell* cell) {
  return cell->write.when == c->now && cell->write.who == __cu_me(c) && cell->kind == __CU_NOBODY;
}
// Notes the read of a cell that the block wrote before its last barrier, if other threads have read it
// since, as elements of a tile are: either threads of several warps, or lanes of this warp that are as
// far as this one.
CU_RAW_INLINE bool __cu_note_another_read(const __cu_context* c, __cu_cell* cell) {
  if (cell->use.when != c->now || cell->write.when >= c->now || !__cu_same_block(c, cell->write.when)) return false;
  unsigned kind = cell->kind & (__CU_HOW_MANY | __CU_BY_ATOMIC);
  if (kind == __CU_BLOCK) return true;
  // The first of the lanes differs from this one in its number within the warp alone.
  if (kind != __CU_LANES || (cell->use.who ^ __cu_me(c)) >= 32) return false;
  cell->lanes |= 1u << __cu_lane(c);
  return true;
}
// One use of one cell; `access` is a read, a write or atomic, `after` where it was made.
CU_RAW_INLINE void __cu_use(__cu_context* c, const __cu_region* region, __cu_cell* cell, int access, unsigned after, bool is_volatile) {
  unsigned asked = 0;
  if (region->own && !__cu_same_block(c, cell->write.when)) {
    if (access != __CU_WRITE) asked = __CU_UNWRITTEN;
    cell->write.when = 0;
    cell->kind = __CU_NOBODY;
  }
  bool by_atomic = (cell->kind & __CU_BY_ATOMIC) != 0;
  if (cell->write.when && !__cu_stamp_is_before(c, cell->write.when, cell->write.who)) asked |= __CU_BLAMES_WRITE;
  bool counts = access == __CU_WRITE || by_atomic == (access == __CU_READ);
  bool before = !counts || __cu_uses_are_before(c, cell);
  if (!before) asked |= __CU_BLAMES_USES;
  // What several threads poll and set is declared volatile, and may be met by atomic operations.
  if (!region->own && access == __CU_ATOMIC && cell->write.after & __CU_VOLATILE) asked &= ~__CU_BLAMES_WRITE;
  if (!region->own && is_volatile && by_atomic) asked &= ~__CU_BLAMES_USES;
  if (__builtin_expect(asked != 0, 0)) c->hooks->judge(c->worker, cell, access, asked, after | (is_volatile ? __CU_VOLATILE : 0));
  if (access == __CU_WRITE) return __cu_note_write(c, cell, after | (is_volatile ? __CU_VOLATILE : 0));
  // A read beside atomic uses does not hide them from later reads.
  if (access == __CU_READ && by_atomic && !before) return;
  __cu_note_use(c, cell, access == __CU_ATOMIC ? __CU_BY_ATOMIC : 0u, after);
  if (access == __CU_ATOMIC) cell->kind |= __CU_WRITTEN;
}
// A read that is checked by an atomic operation on the same place is no half of a race, whatever the
// next operation does. One that stores its value unseen checks only reads that no other thread's
// operation came before.
CU_RAW_INLINE void __cu_note_guard(__cu_context* c, const void* p) {
  bool is_blind = c->blind == c->current + 1;
  for (__cu_recent& read : c->recent) {
    if (read.p != p || read.thread != c->current || !__cu_same_block(c, read.when)) continue;
    if (is_blind) {
      c->hooks->replace(c->worker, p, read.after);
    } else if (read.after != c->guard) {
      c->guard = read.after;
      c->hooks->guard(c->worker, read.after);
    }
    read.p = nullptr;
  }
}
// Reads of a loop take one entry, so that an earlier one keeps its own.
CU_RAW_INLINE void __cu_note_read(__cu_context* c, const void* p, unsigned after) {
  c->recent[(after ^ after >> 4) % 16] = {p, c->now, c->current, after};
}
// The most frequent uses of one whole cell: they come first, and without a call, whose registers each
// use would have to save. False for all others.
CU_RAW_INLINE bool __cu_use_often(__cu_context* c, const __cu_region* region, const void* p, size_t bytes, int access, const void* pc) {
  size_t offset = (size_t)p - region->start;
  __cu_cell* cell = region->cells + (offset >> region->shift);
  if (bytes != size_t(1) << region->shift || (offset & (bytes - 1)) || cell >= region->end) return false;
  if (access == __CU_READ && __cu_note_another_read(c, cell)) {
    __cu_note_read(c, p, unsigned((size_t)pc - c->base));
    return true;
  }
  return access <= __CU_WRITE && __cu_is_own(c, cell);
}
CU_RAW static void __cu_use_region(__cu_context* c, const __cu_region* region, const void* p, size_t bytes, int access, const void* pc) {
  bool is_volatile = access >= __CU_VOLATILE_READ;
  if (is_volatile) access -= __CU_VOLATILE_READ;
  size_t offset = (size_t)p - region->start;
  __cu_cell* cell = region->cells + (offset >> region->shift);
  if (cell < region->end && cell->kind == __CU_GAP) return c->hooks->access(c->worker, p, bytes, access, pc);
  // Where threads meet, one may learn what another has fenced.
  if ((is_volatile || access == __CU_ATOMIC) && *c->fences) c->hooks->meet(c->worker, p, region->own);
  if (is_volatile && access == __CU_READ && !region->own) return;
  unsigned after = unsigned((size_t)pc - c->base);
  if (access == __CU_READ) __cu_note_read(c, p, after);
  if (access == __CU_ATOMIC) __cu_note_guard(c, p);
  if ((offset | bytes) & ((size_t(1) << region->shift) - 1)) {
    if (!region->own) return; // parts of an element: not watched
    c->hooks->refine(c->worker);
    cell = region->cells + (offset >> region->shift); // each byte has one now
  }
  __cu_cell* end = region->cells + ((offset + bytes) >> region->shift);
  if (end > region->end) end = region->end;
  for (; cell < end; ++cell) {
    if (cell->kind == __CU_GAP) return c->hooks->access(c->worker, p, bytes, access, pc);
    __cu_use(c, region, cell, access, after, is_volatile);
  }
}
CU_RAW_INLINE void __cu_check(const void* p, size_t bytes, int access, const void* pc) {
  __cu_context* c = __cu;
  if (!c) return; // constructors of the module
  c->last = pc;
  size_t a = (size_t)p;
  const __cu_region* end = c->regions + c->region_count;
  for (const __cu_region* region = c->regions; region != end; ++region) {
    size_t offset = a - region->start;
    if (offset >= region->bytes) continue;
    if (bytes > region->bytes - offset) break;
    if (__builtin_expect(c->recording, 0)) c->hooks->access(c->worker, p, bytes, access, pc);
    if (region->cells && !__cu_use_often(c, region, p, bytes, access, pc)) __cu_use_region(c, region, p, bytes, access, pc);
    return;
  }
  if (a - c->stack.start < c->stack.bytes || a - (size_t)c < sizeof *c || a == (size_t)&__cu) return;
  c->hooks->access(c->worker, p, bytes, access, pc);
}
CU_RAW static void __cu_access(const void* p, size_t bytes, int access, const void* pc) {
  if (bytes) __cu_check(p, bytes, access, pc);
}

// ---- calls that the compiler's sanitizers make
struct __cu_ubsan_mismatch { __cu_ubsan_place place; const __cu_ubsan_type* type; unsigned char log_alignment, kind; };
extern "C" {
CU_RAW __attribute__((used)) void __ubsan_handle_type_mismatch_v1(__cu_ubsan_mismatch* at, size_t address) {
  __cu->hooks->misaligned(__cu->worker, address, at->log_alignment, at->kind, at->type->name, at->place.file, int(at->place.line));
}
#define __CU_TSAN(n, check) \
  CU_RAW __attribute__((used)) void __tsan_read##n(void* p) { check(p, n, __CU_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_write##n(void* p) { check(p, n, __CU_WRITE, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_unaligned_read##n(void* p) { __cu_access(p, n, __CU_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_unaligned_write##n(void* p) { __cu_access(p, n, __CU_WRITE, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_volatile_read##n(void* p) { __cu_access(p, n, __CU_VOLATILE_READ, __CU_PC); } \
  CU_RAW __attribute__((used)) void __tsan_volatile_write##n(void* p) { __cu_access(p, n, __CU_VOLATILE_WRITE, __CU_PC); }
// The usual ones in line; each copy costs time to compile.
__CU_TSAN(1, __cu_access) __CU_TSAN(2, __cu_access) __CU_TSAN(4, __cu_check) __CU_TSAN(8, __cu_access) __CU_TSAN(16, __cu_access)
CU_RAW __attribute__((used)) void __tsan_read_range(void* p, size_t n) { __cu_access(p, n, __CU_READ, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_write_range(void* p, size_t n) { __cu_access(p, n, __CU_WRITE, __CU_PC); }
CU_RAW __attribute__((used)) void* __tsan_memcpy(void* to, const void* from, size_t n) {
  __cu_access(from, n, __CU_READ, __CU_PC), __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memmove(to, from, n);
}
CU_RAW __attribute__((used)) void* __tsan_memmove(void* to, const void* from, size_t n) {
  __cu_access(from, n, __CU_READ, __CU_PC), __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memmove(to, from, n);
}
CU_RAW __attribute__((used)) void* __tsan_memset(void* to, int byte, size_t n) {
  __cu_access(to, n, __CU_WRITE, __CU_PC);
  return __builtin_memset(to, byte, n);
}
CU_RAW __attribute__((used)) void __tsan_vptr_update(void** p, void*) { __cu_access(p, sizeof *p, __CU_WRITE, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_vptr_read(void** p) { __cu_access(p, sizeof *p, __CU_READ, __CU_PC); }
CU_RAW __attribute__((used)) void __tsan_init() {}
CU_RAW __attribute__((used)) void __tsan_func_entry(void*) {}
CU_RAW __attribute__((used)) void __tsan_func_exit() {}
}
#endif
