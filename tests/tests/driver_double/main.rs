//! The CUDA device against a double of NVIDIA's driver, which runs late, checks every call and gives the
//! answers that a sound driver seldom gives. What that proves, and what not, is in `docs/design.md`.

#![cfg(target_os = "linux")]

mod end_to_end;
mod runner;
mod scenario;
