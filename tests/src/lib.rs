//! Tests that span the course, and what several of them share.

pub mod devices;
pub mod itself;
