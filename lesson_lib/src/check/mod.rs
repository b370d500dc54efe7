//! Checks that say what was compared, and where it differs.
