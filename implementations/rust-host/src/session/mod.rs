//! One session: which frame does what, whatever transport it came by.

mod account;
mod calls;
mod envelope;
mod kept;
mod lines;
mod notices;
mod requests;
mod state;
mod stdio;

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot, watch};

pub use self::account::{Breach, Effect, EffectState};
pub(crate) use self::{account::Account, state::Phase};
use self::{calls::Outcome, lines::Reader, state::State};
use crate::{
    context::Context,
    error::CallError,
    method::Methods,
    report::Transport,
    wire::{Object, encode, id::Id, outbox::Kind},
};

/// Tells the script's name once it is known.
pub(crate) type LateScript = Pin<Box<dyn Future<Output = Value> + Send>>;

/// What a session is given at its start.
pub(crate) struct Given {
    pub context: Arc<Context>,
    pub protocols: Vec<u32>,
    /// The whitelist: nothing else can be called.
    pub methods: Methods,
    /// Names of the host's features.
    pub features: Vec<&'static str>,
    pub datasources: Value,
    pub script: Value,
    pub late_script: Option<LateScript>,
}

/// Where the response to a message goes.
pub(crate) enum Reply {
    /// To the sandbox's stdin.
    Pipe,
    /// The same, as a line of protocol 0.
    Line,
    /// Into the body of an HTTP answer.
    Http(oneshot::Sender<Vec<u8>>),
}

impl Reply {
    /// The bytes of a response.
    fn encode(&self, id: &Id, outcome: &Outcome, max_frame_bytes: usize) -> Vec<u8> {
        match self {
            Self::Line => encode::line(id, outcome),
            Self::Pipe | Self::Http(_) => encode::response(id, outcome, max_frame_bytes),
        }
    }

    fn transport(&self) -> Transport {
        match self {
            Self::Pipe | Self::Line => Transport::Stdio,
            Self::Http(_) => Transport::Http,
        }
    }
}

/// One session. Its state is behind a lock that is never held across an await or a handler.
pub(crate) struct Session {
    pub context: Arc<Context>,
    methods: Methods,
    features: Vec<&'static str>,
    /// The answer of `session.open` but for the script.
    opening: Object,
    state: Mutex<State>,
    reader: Mutex<Reader>,
    /// Frames wait, or the way to the sandbox has changed.
    outbox_changed: Notify,
    /// Fewer refusals wait.
    refusals_written: Notify,
    result_taken: watch::Sender<bool>,
}

impl Session {
    pub fn new(given: Given) -> Arc<Self> {
        let Given { context, protocols, methods, features, datasources, script, late_script } = given;
        let mut listed: Vec<_> = methods.values().collect();
        listed.sort_by_key(|method| method.name());
        let listed: Vec<_> = listed
            .iter()
            .map(|method| json!({ "name": method.name(), "idempotent": method.is_idempotent() }))
            .collect();
        let mut session = json!({ "id": context.id, "projectId": context.scope.project_id });
        if let Some(conversation) = &context.scope.conversation_id {
            session["conversationId"] = json!(conversation);
        }
        let opening: HashMap<&str, Value> = HashMap::from([
            ("protocol", json!(1)),
            ("session", session),
            ("methods", json!(listed)),
            ("limits", json!(context.limits)),
            ("scratch", json!({ "path": context.scratch.path() })),
            ("datasources", datasources),
            ("script", script),
            ("features", json!(features)),
        ]);
        let opening = opening.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let limits = &context.limits;
        let mut state = State::new(limits, late_script);
        match (protocols.contains(&0), protocols.contains(&1)) {
            (true, true) => {}
            (true, false) => state.open_for_lines(),
            (false, _) => state.version = Some(1),
        }
        let reader = Reader::new(&protocols, limits);
        Arc::new(Self {
            context,
            methods,
            features,
            opening,
            state: Mutex::new(state),
            reader: Mutex::new(reader),
            outbox_changed: Notify::new(),
            refusals_written: Notify::new(),
            result_taken: watch::Sender::new(false),
        })
    }

    /// Takes one frame.
    pub fn take(self: &Arc<Self>, frame: Object, reply: Reply) {
        use envelope::Message;
        match envelope::read(frame) {
            Message::Request { id, method, params } => self.take_request(id, &method, params, reply),
            Message::Notification { method, params } => {
                let mut state = self.lock();
                self.take_notice(&mut state, &method, params, reply.transport());
            }
            // `call:envelope:invalid-request`
            Message::Invalid { id, why } => {
                let mut state = self.lock();
                let answered = state.account.violation("call:envelope:invalid-request", why);
                // Under its id it is that request's one response, told however many came before.
                if id.is_some() || answered {
                    self.refuse(&mut state, reply, id, CallError::invalid_request(why));
                }
            }
            // `call:answer:never-answered`
            Message::NoMethod => {
                self.lock().account.violation("call:answer:never-answered", "a frame without a method");
            }
        }
    }

    /// Resolves once a result was accepted.
    pub async fn until_result(&self) {
        let _ = self.result_taken.subscribe().wait_for(|taken| *taken).await;
    }

    /// Ends the session for good: calls are dropped, nobody gets another answer. Gives what is left for the report.
    pub fn end(&self) -> Account {
        self.hang_up();
        std::mem::replace(&mut self.lock().account, Account::new(0))
    }

    /// How far it has come, on whatever transport.
    pub fn phase(&self) -> Phase {
        self.lock().phase
    }

    /// Whether it speaks protocol 0.
    pub fn is_v0(&self) -> bool {
        self.lock().version == Some(0)
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a message that is not executed; under no id when its own is in flight (`call:duplicate:any-refusal`).
    fn refuse(&self, state: &mut State, reply: Reply, id: Option<Id>, error: CallError) {
        // In protocol 0 every response is under its id.
        if let (Reply::Line, Some(id)) = (&reply, &id) {
            state.outbox.push(encode::line(id, &Err(error)), Kind::Refusal(None));
            return self.outbox_changed.notify_one();
        }
        let (id, error) = match id {
            Some(id) if state.in_flight.contains_key(&id) => (None, error.naming(&id)),
            id => (id, error),
        };
        let bytes = match &id {
            Some(id) => encode::response(id, &Err(error), self.context.limits.max_frame_bytes),
            None => encode::refusal(&error),
        };
        match reply {
            Reply::Http(answer) => drop(answer.send(encode::body(bytes))),
            Reply::Pipe | Reply::Line => {
                if state.outbox.push(bytes, Kind::Refusal(id.clone()))
                    && let Some(id) = id
                {
                    state.in_flight.insert(id, state::InFlight::answered());
                }
                self.outbox_changed.notify_one();
            }
        }
    }
}
