//! Tests that span the course.
