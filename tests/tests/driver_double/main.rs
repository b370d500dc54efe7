//! The CUDA device against a double of NVIDIA's driver, which runs late, checks every call and gives the
//! answers that a sound driver seldom gives. What that proves, and what not, is in `docs/design.md`.

#![cfg(target_os = "linux")]

mod answers;
mod end_to_end;
mod faults;
mod libraries;
mod lifetimes;
mod opening;
mod runner;
mod scenario;
