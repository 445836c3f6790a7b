//! What survives: power cuts at every operation, failing disks, flipped bits,
//! cut files, and processes that are killed.
//!
//! `DOSSIER_LANES=full` runs the lanes at the size at which they run before a change
//! lands; without it they are small enough for every day.
#![expect(clippy::print_stdout, reason = "the lanes say how much they have seen")]

#[path = "crash/accounts.rs"]
mod accounts;
#[path = "crash/cuts.rs"]
mod cuts;
#[path = "crash/disk.rs"]
mod disk;
#[path = "crash/driver.rs"]
mod driver;
#[path = "crash/faults.rs"]
mod faults;
#[path = "crash/files.rs"]
mod files;
#[path = "crash/follow.rs"]
mod follow;
#[path = "crash/group.rs"]
mod group;
#[path = "crash/layers.rs"]
mod layers;
#[path = "crash/planted.rs"]
mod planted;
#[path = "crash/processes.rs"]
mod processes;
#[path = "crash/promise.rs"]
mod promise;
#[path = "crash/scale.rs"]
mod scale;
#[path = "crash/seal.rs"]
mod seal;
#[path = "crash/session.rs"]
mod session;
#[path = "crash/workload.rs"]
mod workload;
