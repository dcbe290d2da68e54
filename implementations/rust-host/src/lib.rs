//! A host of the Sandpipe protocol, version 1: runs an untrusted script in a child process and answers its calls over
//! the child's stdin and stdout, or over HTTP. Linux; needs a tokio runtime with all drivers enabled.
//!
//! Begin with [`Host::builder`].

mod context;
mod datasource;
mod ending;
mod error;
mod hex;
mod host;
mod http;
mod limits;
mod memory;
mod method;
mod methods;
mod process;
mod report;
mod request;
mod run;
mod session;
mod store;
pub mod wire;

pub use context::Call;
pub use datasource::{Datasource, Engine};
pub use error::{CallError, FIRST_METHOD_CODE, MethodError};
pub use host::{Host, HostBuilder, ReservedName};
pub use http::Binding;
pub use limits::Limits;
pub use memory::MemoryStore;
pub use method::Method;
pub use methods::Feature;
pub use report::{Breach, Effect, EffectState, Exit, Outcome, Phase, Report, ScriptError, Transport};
pub use request::{RunRequest, TransportChoice};
pub use run::{Canceller, Run};
pub use store::{Conversation, FileInfo, Message, NewFile, Scope, Store, StoreFuture};
pub use wire::id::Id;
