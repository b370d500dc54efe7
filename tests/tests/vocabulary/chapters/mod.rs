//! The chapters, in the guide's order.

mod arithmetic;
mod built_in;
mod c_library;
mod constants;
mod conversions;
mod cooperative_groups;
mod double_precision;
mod random;
mod short_floats;
mod single_precision;
mod threads;

use super::table::Chapter;

pub const CHAPTERS: &[Chapter] = &[
    built_in::CHAPTER,
    threads::CHAPTER,
    single_precision::CHAPTER,
    double_precision::CHAPTER,
    double_precision::INTEGERS,
    arithmetic::CHAPTER,
    conversions::CHAPTER,
    constants::C_LIBRARY,
    constants::CUDA,
    c_library::CHAPTER,
    c_library::STANDARD,
    cooperative_groups::CHAPTER,
    short_floats::CHAPTER,
    random::CHAPTER,
];
