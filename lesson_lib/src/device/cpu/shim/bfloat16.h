// bfloat16, of cuda_bf16.h.

using __nv_bfloat16 = __cu_short<8>;
using __nv_bfloat162 = __cu_short2<8>;
using nv_bfloat16 = __nv_bfloat16;
using nv_bfloat162 = __nv_bfloat162;
__CU_CONVERSIONS(8, __nv_bfloat16, __nv_bfloat162, bfloat16, bfloat162)
__CU_F(nv_bfloat162, make_bfloat162, (nv_bfloat16 x, nv_bfloat16 y), nv_bfloat162(x, y))
