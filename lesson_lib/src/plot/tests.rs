//! Tests over whole pictures.
