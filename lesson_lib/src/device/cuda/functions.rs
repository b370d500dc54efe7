//! The functions of NVIDIA's driver and of cuBLAS that the course calls, all looked up before the first is
//! called.
//!
//! cudarc declares the types and opens the libraries. Its own functions are not called: they panic
//! where a library lacks one, and take a number that they do not know for one of their errors.
#![allow(unsafe_code)]

use super::advice::Code;
use cudarc::cublas::sys::{
    cublasComputeType_t, cublasGemmAlgo_t, cublasHandle_t, cublasMath_t, cublasOperation_t,
    cudaDataType_t,
};
use cudarc::driver::sys::{
    CUcontext, CUdevice, CUdevice_attribute, CUdeviceptr, CUevent, CUfunction,
    CUfunction_attribute, CUmemPool_attribute, CUmemoryPool, CUmodule, CUstream,
};
use libloading::Library;
use std::ffi::{c_char, c_int, c_uint, c_void};

macro_rules! library_functions {
    ($(#[$about:meta])* $library:ident -> $code:ty { $($name:ident($($type:ty),*);)* }) => {
        $(#[$about])*
        #[derive(Debug)]
        #[allow(non_snake_case)]
        pub(super) struct $library {
            $(pub $name: unsafe extern "C" fn($($type),*) -> $code,)*
        }

        impl $library {
            /// # Errors
            /// The name of the first function that `library` lacks.
            ///
            /// # Safety
            /// `library` is NVIDIA's and is never closed.
            pub unsafe fn of(library: &Library) -> Result<Self, &'static str> {
                // SAFETY: the types are those of NVIDIA's headers, the same since CUDA 12.0.
                unsafe {
                    Ok(Self {
                        $($name: *library
                            .get(concat!(stringify!($name), "\0").as_bytes())
                            .map_err(|_| stringify!($name))?,)*
                    })
                }
            }
        }
    };
}

library_functions! {
    /// The driver's functions, by their names in `cuda.h`. Every driver since CUDA 12.0 has them.
    DriverFunctions -> Code {
        cuInit(c_uint);
        cuDriverGetVersion(*mut c_int);
        cuGetErrorName(Code, *mut *const c_char);
        cuGetErrorString(Code, *mut *const c_char);
        cuDeviceGetCount(*mut c_int);
        cuDeviceGet(*mut CUdevice, c_int);
        cuDeviceGetName(*mut c_char, c_int, CUdevice);
        cuDeviceGetAttribute(*mut c_int, CUdevice_attribute, CUdevice);
        cuDeviceTotalMem_v2(*mut usize, CUdevice);
        cuDeviceGetDefaultMemPool(*mut CUmemoryPool, CUdevice);
        cuDevicePrimaryCtxRetain(*mut CUcontext, CUdevice);
        cuDevicePrimaryCtxRelease_v2(CUdevice);
        cuCtxSetCurrent(CUcontext);
        cuStreamCreate(*mut CUstream, c_uint);
        cuStreamSynchronize(CUstream);
        cuStreamDestroy_v2(CUstream);
        cuEventCreate(*mut CUevent, c_uint);
        cuEventRecord(CUevent, CUstream);
        cuEventSynchronize(CUevent);
        cuEventElapsedTime(*mut f32, CUevent, CUevent);
        cuEventDestroy_v2(CUevent);
        cuMemGetInfo_v2(*mut usize, *mut usize);
        cuMemAlloc_v2(*mut CUdeviceptr, usize);
        cuMemFree_v2(CUdeviceptr);
        cuMemAllocAsync(*mut CUdeviceptr, usize, CUstream);
        cuMemFreeAsync(CUdeviceptr, CUstream);
        cuMemPoolSetAttribute(CUmemoryPool, CUmemPool_attribute, *mut c_void);
        cuMemPoolGetAttribute(CUmemoryPool, CUmemPool_attribute, *mut c_void);
        cuMemPoolTrimTo(CUmemoryPool, usize);
        cuMemHostAlloc(*mut *mut c_void, usize, c_uint);
        cuMemFreeHost(*mut c_void);
        cuMemsetD8Async(CUdeviceptr, u8, usize, CUstream);
        cuMemcpyHtoDAsync_v2(CUdeviceptr, *const c_void, usize, CUstream);
        cuMemcpyDtoHAsync_v2(*mut c_void, CUdeviceptr, usize, CUstream);
        cuModuleLoadData(*mut CUmodule, *const c_void);
        cuModuleUnload(CUmodule);
        cuModuleGetFunction(*mut CUfunction, CUmodule, *const c_char);
        cuModuleGetGlobal_v2(*mut CUdeviceptr, *mut usize, CUmodule, *const c_char);
        cuFuncGetAttribute(*mut c_int, CUfunction_attribute, CUfunction);
        cuFuncSetAttribute(CUfunction, CUfunction_attribute, c_int);
        cuLaunchKernel(
            CUfunction, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint, c_uint, CUstream,
            *mut *mut c_void, *mut *mut c_void
        );
    }
}

library_functions! {
    /// cuBLAS's functions, by their names in `cublas_v2.h`; they return a status of its own.
    BlasFunctions -> c_uint {
        cublasCreate_v2(*mut cublasHandle_t);
        cublasDestroy_v2(cublasHandle_t);
        cublasSetStream_v2(cublasHandle_t, CUstream);
        cublasSetMathMode(cublasHandle_t, cublasMath_t);
        cublasGemmStridedBatchedEx(
            cublasHandle_t, cublasOperation_t, cublasOperation_t, c_int, c_int, c_int,
            *const c_void, *const c_void, cudaDataType_t, c_int, i64,
            *const c_void, cudaDataType_t, c_int, i64,
            *const c_void, *mut c_void, cudaDataType_t, c_int, i64,
            c_int, cublasComputeType_t, cublasGemmAlgo_t
        );
    }
}
