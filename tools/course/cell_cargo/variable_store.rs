//! What keeps a session's variables between two cells: the crate `evcxr_internal_runtime`.
//!
//! evcxr writes a module of this name into every cell, and with it the way of each variable out of
//! the store and back, to be compiled and optimized again: half of the compiler's work for a short
//! cell among sixty variables. This one is compiled with the template. A cell finds the store of an
//! earlier cell that still had evcxr's own module, so the type is the same: one map.
//!
//! `extern "C"` says that a call cannot unwind. A cell then needs no way out that drops all variables
//! for each of its calls. Nor could it use one: it is called from C itself.

#![allow(improper_ctypes_definitions)]

use std::any::{Any, TypeId};
use std::collections::HashMap;

pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";

pub struct VariableStore {
    variables: HashMap<String, Box<dyn Any>>,
}

pub extern "C" fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::new(VariableStore { variables: HashMap::new() }))
}

impl VariableStore {
    #[inline(never)]
    pub extern "C" fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        self.put(name, Box::new(value));
    }

    #[inline(never)]
    pub extern "C" fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        match self.take(name).downcast() {
            Ok(value) => *value,
            Err(_) => changed(name),
        }
    }

    /// Whether the variable, if there is one, is of this type; evcxr reads what is printed if not.
    pub extern "C" fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        self.check(name, TypeId::of::<T>())
    }

    extern "C" fn put(&mut self, name: &str, value: Box<dyn Any>) {
        self.variables.insert(name.to_owned(), value);
    }

    extern "C" fn take(&mut self, name: &str) -> Box<dyn Any> {
        self.variables.remove(name).unwrap_or_else(|| panic!("Variable '{name}' has gone missing"))
    }

    extern "C" fn check(&mut self, name: &str, expected: TypeId) -> bool {
        let same = self.variables.get(name).is_none_or(|value| (**value).type_id() == expected);
        if !same {
            eprintln!("The type of the variable {name} was redefined, so was lost.");
            println!("{VARIABLE_CHANGED_TYPE}{name}");
        }
        same
    }
}

#[cold]
extern "C" fn changed(name: &str) -> ! {
    panic!("Variable '{name}' changed type")
}
