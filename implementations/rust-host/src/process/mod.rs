//! The sandbox's process: its start, its pipes, its end.

mod environment;
mod launch;
mod pump;
mod signal;

pub(crate) use self::{
    environment::environment,
    launch::{Child, launch},
    pump::pump,
    signal::{Signal, exit_of},
};
