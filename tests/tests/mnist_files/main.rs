//! MNIST from folders, from the cache and over the network, with a server on this machine.
//!
//! The files are made here, as large as the published ones but with other digits; the checksums
//! the library is to expect are theirs.

mod download;
mod locations;
mod server;
