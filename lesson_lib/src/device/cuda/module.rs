//! Modules of machine code and their kernels, as the driver has them.
#![allow(unsafe_code)]

use super::advice::Code;
use super::queue::Queue;
use crate::device::backend::{RawArgument, Resources, no_constant, other_size};
use crate::device::{Grid, Properties};
use crate::{Error, Result};
use cudarc::driver::sys::{CUdeviceptr, CUfunction, CUfunction_attribute as Attribute, CUmodule};
use std::ffi::{CString, c_void};
use std::ptr;

/// A module of machine code, loaded.
#[derive(Debug)]
pub(super) struct LoadedModule {
    module: CUmodule,
    queue: &'static Queue,
}

/// A kernel of a module, and what it takes.
#[derive(Debug)]
pub(super) struct Function {
    handle: CUfunction,
    registers: usize,
    /// Slow memory of each thread in bytes: spilled registers and arrays.
    local: usize,
    /// Bytes of shared memory that the kernel itself declares.
    shared: usize,
    /// The largest block that its registers allow.
    max_threads: usize,
}

// SAFETY: a module and its functions may be used from any thread, at the same time too; their
// pointers lead to objects of the driver, which locks them itself.
unsafe impl Send for LoadedModule {}
// SAFETY: as above.
unsafe impl Sync for LoadedModule {}
// SAFETY: as above.
unsafe impl Send for Function {}
// SAFETY: as above.
unsafe impl Sync for Function {}

impl LoadedModule {
    pub fn load(queue: &'static Queue, name: &str, cubin: &[u8]) -> Result<Self> {
        let operation = format!("load {name} on {}", queue.name());
        queue.enter(&operation)?;
        let mut module = ptr::null_mut();
        // SAFETY: `module` can be written. The image is an ELF file of NVRTC's, which says itself
        // how long it is; the driver copies it.
        let code = unsafe { (queue.driver().cuModuleLoadData)(&mut module, cubin.as_ptr().cast()) };
        queue.check(&operation, code).map(|()| Self { module, queue })
    }

    /// Where the variable `name` of `bytes` bytes lies.
    ///
    /// # Errors
    /// [`Error::Argument`] when there is none, or it has another size.
    pub fn variable(&self, name: &str, bytes: usize) -> Result<CUdeviceptr> {
        let operation = format!("find {name}");
        self.queue.enter(&operation)?;
        let text = CString::new(name).map_err(|_| no_constant(name))?;
        let (mut address, mut size) = (0, 0);
        // SAFETY: both can be written, the module is loaded, and the name ends in NUL.
        let found = unsafe {
            let find = self.queue.driver().cuModuleGetGlobal_v2;
            find(&mut address, &mut size, self.module, text.as_ptr())
        };
        match found {
            Code::NOT_FOUND => return Err(no_constant(name)),
            code => self.queue.check(&operation, code)?,
        }
        if size != bytes {
            return Err(other_size(name, size, bytes));
        }
        Ok(address)
    }

    /// The kernel `name`; none if the module has no such kernel.
    pub fn function(&self, name: &str) -> Result<Option<Function>> {
        let operation = format!("find {name}");
        let text = CString::new(name).map_err(|_| Error::launch(name, "has a NUL in its name"))?;
        let mut function = ptr::null_mut();
        // SAFETY: `function` can be written, the module is loaded, and the name ends in NUL.
        let code = unsafe {
            (self.queue.driver().cuModuleGetFunction)(&mut function, self.module, text.as_ptr())
        };
        match code {
            Code::NOT_FOUND => return Ok(None),
            code => self.queue.check(&operation, code)?,
        }
        Function::new(self.queue, function).map(Some)
    }
}

impl Function {
    fn new(queue: &Queue, handle: CUfunction) -> Result<Self> {
        let attribute = |which| {
            let mut value = 0;
            // SAFETY: `value` can be written, and `handle` is a function of a loaded module.
            let code = unsafe { (queue.driver().cuFuncGetAttribute)(&mut value, which, handle) };
            queue.check("ask what a kernel takes", code).map(|()| value.unsigned_abs() as usize)
        };
        Ok(Self {
            handle,
            registers: attribute(Attribute::CU_FUNC_ATTRIBUTE_NUM_REGS)?,
            local: attribute(Attribute::CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES)?,
            shared: attribute(Attribute::CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES)?,
            max_threads: attribute(Attribute::CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK)?,
        })
    }

    /// What the kernel takes of a GPU.
    pub fn resources(&self) -> Resources {
        Resources {
            registers: Some(self.registers),
            spilled: Some(self.local),
            shared: self.shared,
        }
    }

    /// Lets launches ask for as much `extern __shared__` memory as there is; without that, 48 KiB.
    /// Once for all, so that launches from several threads do not lower each other's limit.
    pub fn allow_all_shared_memory(&self, queue: &Queue, limits: &Properties) -> Result<()> {
        let left = limits.max_shared_memory_per_block.saturating_sub(self.shared);
        let which = Attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        // SAFETY: `handle` is a function of a loaded module.
        let code = unsafe { (queue.driver().cuFuncSetAttribute)(self.handle, which, left as i32) };
        queue.check("allow a kernel all shared memory", code)
    }

    /// Refuses a block that the GPU would refuse without saying why.
    pub fn check_block(&self, kernel: &str, grid: &Grid) -> Result<()> {
        let threads: usize = grid.threads.iter().map(|&n| n as usize).product();
        if threads > self.max_threads {
            let problem = format!(
                "a block of {threads} threads, but the kernel takes at most {}: each thread has \
                 {} registers, or its __launch_bounds__ says so",
                self.max_threads, self.registers
            );
            return Err(Error::launch(kernel, problem));
        }
        Ok(())
    }

    /// Puts a launch behind all work queued so far.
    ///
    /// # Safety
    /// `arguments` are as many as the kernel has parameters, and each has at least as many bytes as
    /// the parameter's type. The queue was entered.
    pub unsafe fn launch(
        &self,
        queue: &Queue,
        kernel: &str,
        grid: &Grid,
        arguments: &[RawArgument],
    ) -> Result<()> {
        // The driver reads as many bytes from each place as the parameter has.
        let mut places: Vec<*mut c_void> =
            arguments.iter().map(|bound| bound.address().cast_mut().cast()).collect();
        let ([x, y, z], [u, v, w]) = (grid.blocks, grid.threads);
        // SAFETY: the driver copies the values before it returns. It reads as many bytes of each as
        // the parameter has, which are there, as the caller promises.
        let code = unsafe {
            let (shared, stream) = (grid.shared as u32, queue.stream());
            let (values, none) = (places.as_mut_ptr(), ptr::null_mut());
            let launch = queue.driver().cuLaunchKernel;
            launch(self.handle, x, y, z, u, v, w, shared, stream, values, none)
        };
        queue.check(&format!("launch {kernel}"), code)
    }
}

impl Drop for LoadedModule {
    fn drop(&mut self) {
        // Kernels of the module may still run. After a fault the process has to end anyway.
        if self.queue.wait("unload a module").is_ok() {
            // SAFETY: the module was loaded and is unloaded once, and none of its kernels runs.
            let _ = unsafe { (self.queue.driver().cuModuleUnload)(self.module) };
        }
    }
}
