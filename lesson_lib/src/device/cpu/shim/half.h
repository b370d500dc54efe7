// half, of cuda_fp16.h.

using __half = __cu_short<5>;
using __half2 = __cu_short2<5>;
using half = __half;
using half2 = __half2;
using nv_half = __half;
using nv_half2 = __half2;
__CU_CONVERSIONS(5, __half, __half2, half, half2)
__CU_F(half2, make_half2, (half x, half y), half2(x, y))
