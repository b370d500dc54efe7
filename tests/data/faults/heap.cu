// Memory of malloc and new.
//~ launch 1 32

extern "C" __global__ void frees_a_buffer(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) delete[] b; //~ other
}
extern "C" __global__ void frees_a_buffer_right(const float* a, float* b, int* c, int n) {
    if (threadIdx.x == 0) b[0] = 0;
}

extern "C" __global__ void frees_twice(const float* a, float* b, int* c, int n) {
    float* volatile p = new float[4];
    p[0] = a[threadIdx.x];
    delete[] p;
    delete[] p; //~ other
}
extern "C" __global__ void frees_twice_right(const float* a, float* b, int* c, int n) {
    float* volatile p = new float[4];
    p[0] = a[threadIdx.x];
    delete[] p;
}

extern "C" __global__ void past_the_end(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(8 * sizeof(float));
    for (int k = 0; k <= 8; ++k) p[k] = a[k]; //~ other
    b[threadIdx.x] = p[threadIdx.x % 8];
    free(p);
}
extern "C" __global__ void past_the_end_right(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(8 * sizeof(float));
    for (int k = 0; k < 8; ++k) p[k] = a[k];
    b[threadIdx.x] = p[threadIdx.x % 8];
    free(p);
}

// Bytes are asked for where elements are meant.
extern "C" __global__ void bytes_for_elements(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(8);
    for (int k = 0; k < 8; ++k) p[k] = a[k]; //~ other
    b[threadIdx.x] = p[threadIdx.x % 8];
    free(p);
}
extern "C" __global__ void bytes_for_elements_right(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(8 * sizeof *p);
    for (int k = 0; k < 8; ++k) p[k] = a[k];
    b[threadIdx.x] = p[threadIdx.x % 8];
    free(p);
}

extern "C" __global__ void used_after_free(const float* a, float* b, int* c, int n) {
    float* volatile p = (float*)malloc(16);
    p[1] = a[threadIdx.x];
    free(p);
    b[threadIdx.x] = p[1]; //~ other
}
extern "C" __global__ void used_after_free_right(const float* a, float* b, int* c, int n) {
    float* volatile p = (float*)malloc(16);
    p[1] = a[threadIdx.x];
    b[threadIdx.x] = p[1];
    free(p);
}

extern "C" __global__ void frees_the_middle(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(16);
    for (int k = 0; k < 4; ++k) *p++ = a[k];
    free(p); //~ other
}
extern "C" __global__ void frees_the_middle_right(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc(16);
    for (int k = 0; k < 4; ++k) p[k] = a[k];
    free(p);
}

extern "C" __global__ void frees_a_local_array(const float* a, float* b, int* c, int n) {
    float local[4] = {a[0], a[1], a[2], a[3]};
    float* p = local;
    b[threadIdx.x] = p[threadIdx.x % 4];
    free(p); //~ other
}
extern "C" __global__ void frees_a_local_array_right(const float* a, float* b, int* c, int n) {
    float local[4] = {a[0], a[1], a[2], a[3]};
    float* p = local;
    b[threadIdx.x] = p[threadIdx.x % 4];
}

extern "C" __global__ void frees_shared_memory(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    s[threadIdx.x] = a[threadIdx.x];
    if (threadIdx.x == 3) free(s); //~ other
}
extern "C" __global__ void frees_shared_memory_right(const float* a, float* b, int* c, int n) {
    __shared__ float s[32];
    s[threadIdx.x] = a[threadIdx.x];
}

// One thread takes the memory for all, and every thread gives it back.
extern "C" __global__ void every_thread_frees(const float* a, float* b, int* c, int n) {
    __shared__ float* p;
    if (threadIdx.x == 0) p = (float*)malloc(32 * sizeof(float));
    __syncthreads();
    p[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[threadIdx.x] = p[31 - threadIdx.x];
    __syncthreads();
    free(p); //~ other
}
extern "C" __global__ void every_thread_frees_right(const float* a, float* b, int* c, int n) {
    __shared__ float* p;
    if (threadIdx.x == 0) p = (float*)malloc(32 * sizeof(float));
    __syncthreads();
    p[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    b[threadIdx.x] = p[31 - threadIdx.x];
    __syncthreads();
    if (threadIdx.x == 0) free(p);
}

// Thread 0 is ready before the others have read.
extern "C" __global__ void freed_while_others_read(const float* a, float* b, int* c, int n) {
    __shared__ float* p;
    if (threadIdx.x == 0) {
        p = (float*)malloc(32 * sizeof(float));
        for (int k = 0; k < 32; ++k) p[k] = a[k];
    }
    __syncthreads();
    b[threadIdx.x] = p[threadIdx.x]; //~ other
    if (threadIdx.x == 0) free(p);
}
extern "C" __global__ void freed_while_others_read_right(const float* a, float* b, int* c, int n) {
    __shared__ float* p;
    if (threadIdx.x == 0) {
        p = (float*)malloc(32 * sizeof(float));
        for (int k = 0; k < 32; ++k) p[k] = a[k];
    }
    __syncthreads();
    b[threadIdx.x] = p[threadIdx.x];
    __syncthreads();
    if (threadIdx.x == 0) free(p);
}

struct Node {
    float value;
    Node* next;
};
extern "C" __global__ void list_walked_while_deleted(const float* a, float* b, int* c, int n) {
    Node* list = nullptr;
    for (int k = 0; k < 3; ++k) list = new Node{a[k], list};
    float sum = 0;
    for (Node* volatile node = list; node; node = node->next) { //~ other
        sum += node->value;
        delete node;
    }
    b[threadIdx.x] = sum;
}
extern "C" __global__ void list_walked_while_deleted_right(const float* a, float* b, int* c, int n) {
    Node* list = nullptr;
    for (int k = 0; k < 3; ++k) list = new Node{a[k], list};
    float sum = 0;
    while (list) {
        Node* node = list;
        sum += node->value;
        list = node->next;
        delete node;
    }
    b[threadIdx.x] = sum;
}

// Where there is no memory left, malloc gives a null pointer.
extern "C" __global__ void nothing_left(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc((size_t)1 << 40);
    p[threadIdx.x] = a[threadIdx.x]; //~ pointer
}
extern "C" __global__ void nothing_left_right(const float* a, float* b, int* c, int n) {
    float* p = (float*)malloc((size_t)1 << 40);
    if (p) p[threadIdx.x] = a[threadIdx.x];
}

extern "C" __global__ void before_the_start(const float* a, float* b, int* c, int n) {
    int* p = (int*)malloc(40);
    for (int k = 9; k >= -1; --k) p[k] = k; //~ other
    c[threadIdx.x] = p[threadIdx.x % 10];
    free(p);
}
extern "C" __global__ void before_the_start_right(const float* a, float* b, int* c, int n) {
    int* p = (int*)malloc(40);
    for (int k = 9; k >= 0; --k) p[k] = k;
    c[threadIdx.x] = p[threadIdx.x % 10];
    free(p);
}
