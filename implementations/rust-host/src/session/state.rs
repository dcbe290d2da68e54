use std::collections::{HashMap, VecDeque};

use tokio::task::AbortHandle;

use super::{Account, LateScript, Reply};
use crate::{
    limits::Limits,
    method::Method,
    report::Transport,
    wire::{Object, id::Id, outbox::Outbox},
};

/// How far a session has come on one transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Unopened,
    Open,
    Resulted,
}

/// What a session changes; one lock holds it, so that a frame counts as delivered in the moment it is written.
pub(crate) struct State {
    pub outbox: Outbox,
    pub account: Account,
    pub phase: Phase,
    /// The transports on which an open was accepted.
    pub opened_on: Vec<Transport>,
    /// A stdio request other than the open was accepted: HTTP comes too late (`http:open:after-stdio-use`).
    pub stdio_used: bool,
    /// Ids whose response was not handed over yet (`spec/v1/README.md`, "in flight").
    pub in_flight: HashMap<Id, InFlight>,
    /// Those of them that count for maxInFlight.
    pub calls: usize,
    /// Accepted calls that wait for responses to be read, oldest first (`flow:responses:bounded`).
    pub held: VecDeque<(Id, u64)>,
    /// Tells a call from a later one under its id.
    pub next_serial: u64,
    pub late_script: Option<LateScript>,
    /// The version that it speaks, once a sandbox that may choose has chosen.
    pub version: Option<u8>,
    /// Nothing more is started: the run ends.
    pub ending: bool,
}

impl State {
    pub fn new(limits: &Limits, late_script: Option<LateScript>) -> Self {
        Self {
            outbox: Outbox::new(),
            account: Account::new(limits.max_output_bytes),
            phase: Phase::Unopened,
            opened_on: Vec::new(),
            stdio_used: false,
            in_flight: HashMap::new(),
            calls: 0,
            held: VecDeque::new(),
            next_serial: 0,
            late_script,
            version: None,
            ending: false,
        }
    }

    /// Whether an open over HTTP was accepted: it has the session for good (`http:open:latches`).
    pub fn is_latched_on_http(&self) -> bool {
        self.opened_on.contains(&Transport::Http)
    }

    /// The phase as one transport sees it: each needs an open of its own.
    pub fn phase_on(&self, transport: Transport) -> Phase {
        if self.opened_on.contains(&transport) { self.phase } else { Phase::Unopened }
    }

    /// Forgets an id that is in flight no more.
    pub fn land(&mut self, id: &Id) {
        if self.in_flight.remove(id).is_some_and(|call| call.counts) {
            self.calls -= 1;
        }
    }
}

/// A request that is in flight.
pub(crate) struct InFlight {
    pub serial: u64,
    /// Whether it counts for maxInFlight (`limit:in-flight:session-free`).
    pub counts: bool,
    pub progress: Progress,
}

pub(crate) enum Progress {
    /// Accepted, not started.
    Held { method: Method, params: Object, reply: Reply },
    /// Its handler runs; `effect` is its place in the report.
    Running { task: Option<AbortHandle>, effect: Option<usize>, reply: Reply },
    /// Its response waits to be written.
    Answered,
}

impl InFlight {
    pub fn answered() -> Self {
        Self { serial: 0, counts: false, progress: Progress::Answered }
    }
}
