// The connection to the device.

struct __cu_hooks {
  void (*barrier)(void*, const char* file, int line);
  void (*warp)(void*, unsigned mask, int kind, const char* file, int line);
  void (*access)(void*, const void* address, size_t bytes, int access, const void* pc);
  void (*fail)(void*, int kind, const char* text, long long number, const char* file, int line);
  void (*print)(void*, const char* text, size_t bytes);
  void* (*allocate)(void*, size_t bytes);
  void (*release)(void*, const void* address, const void* pc);
  void (*judge)(void*, const struct __cu_cell*, int access, unsigned asked, unsigned after);
  void (*guard)(void*, unsigned after);
  void (*replace)(void*, const void* p, unsigned after);
  void (*refine)(void*);
  void (*fence)(void*);
  void (*meet)(void*, const void* p, bool is_shared);
  void (*misaligned)(void*, size_t address, int log_alignment, int kind, const char* type, const char* file, int line);
};
struct __cu_range { size_t start, bytes; };
struct __cu_stamp { unsigned long long when; unsigned who, after; };
struct __cu_cell { __cu_stamp write, use; unsigned lanes, kind; };
struct __cu_region { size_t start, bytes; __cu_cell *cells, *end; unsigned shift, own; };
struct __cu_recent { const void* p; unsigned long long when; unsigned thread, after; };
struct __cu_context {
  uint3 thread;
  unsigned current;   // the running thread's number in the block
  __cu_range stack;   // where its local variables lie
  uint3 block, block_dim, grid_dim;
  unsigned next;      // the first thread of the block that has not been started
  unsigned total;     // threads of the block
  unsigned state;     // __CU_IN_…
  int tally;          // sum of the predicates of __syncthreads_count
  unsigned recording; // whether the hook wants every access
  char* dynamic;      // extern __shared__ memory
  char* fixed;        // __shared__ memory
  unsigned long long* shuffle_in;  // [thread]: what a lane passes to a warp operation
  unsigned long long* shuffle_out; // [thread]: what its warp passed, when the operation is complete
  const __cu_region* regions;
  size_t region_count;
  const void* last;   // where the last checked access was made
  const __cu_hooks* hooks;
  void* worker;
  size_t base;            // where the library lies
  unsigned long long now; // the block, and how many barriers it has passed
  const unsigned (*clocks)[32]; // [thread]: the clocks of its warp, as far as it knows them
  const unsigned long long* fences; // how many the launch has seen
  __cu_recent recent[16]; // the last reads of watched memory, by their places in the code
  unsigned guard;         // the last of them that an atomic operation followed
  unsigned blind;         // 1 + the thread whose next atomic operation ignores what it replaces
};
#define __CU_IN_KERNEL 1u  // may be stopped anywhere
#define __CU_IN_LIBRARY 2u // may fault, but holds locks of the C library
static thread_local __cu_context* __cu;
#define threadIdx (__cu->thread)
#define blockIdx (__cu->block)
#define blockDim (__cu->block_dim)
#define gridDim (__cu->grid_dim)
static constexpr int warpSize = 32;

enum { __CU_ASSERT, __CU_TRAP, __CU_INACTIVE_LANE, __CU_INDEX, __CU_DIVISION, __CU_END, __CU_GRID, __CU_MISSING_RETURN };
enum { __CU_READ, __CU_WRITE, __CU_ATOMIC, __CU_VOLATILE_READ, __CU_VOLATILE_WRITE };
enum { __CU_SYNC, __CU_SHUFFLE, __CU_VOTE, __CU_ACTIVE };

// Without a file, `number` is the address of the code behind the call that fails.
CU_RAW static inline void __cu_fail(int kind, const char* text, long long number, const char* file, int line) {
  __cu->hooks->fail(__cu->worker, kind, text, number, file, line);
}
