//! The notebook tool and the kernel launcher.
