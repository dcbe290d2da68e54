use std::{collections::HashMap, fmt, future::Future, sync::Arc};

use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    context::Call,
    error::{CallError, MethodError},
    wire::Object,
};

type Handler = dyn Fn(Object, Call) -> BoxFuture<'static, Result<Value, MethodError>> + Send + Sync;

/// One method that a script can call, once the session's whitelist names it.
#[derive(Clone)]
pub struct Method {
    name: String,
    idempotent: bool,
    handler: Arc<Handler>,
}

/// What is echoed of a text that the peer wrote.
const MAX_ECHO: usize = 200;

impl Method {
    /// A method whose params are read as `P` and whose result is written from `R`. Params that aren't a `P` are
    /// answered −32602 (`method:params:invalid`). The handler is dropped when its call is cancelled.
    pub fn new<P, R, F>(name: impl Into<String>, handler: impl Fn(P, Call) -> F + Send + Sync + 'static) -> Self
    where
        P: DeserializeOwned + Send,
        R: Serialize,
        F: Future<Output = Result<R, MethodError>> + Send + 'static,
    {
        let handler = move |params: Object, call: Call| -> BoxFuture<'static, _> {
            match serde_json::from_value::<P>(Value::Object(params)) {
                Ok(params) => {
                    let work = handler(params, call);
                    Box::pin(async move { Ok(serde_json::to_value(work.await?)?) })
                }
                Err(error) => {
                    let message = error.to_string().chars().take(MAX_ECHO).collect::<String>();
                    Box::pin(async move { Err(CallError::invalid_params(message).into()) })
                }
            }
        };
        Self { name: name.into(), idempotent: false, handler: Arc::new(handler) }
    }

    /// The same, told to be harmless when it runs twice.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it may run twice.
    pub fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    pub(crate) fn call(&self, params: Object, call: Call) -> BoxFuture<'static, Result<Value, MethodError>> {
        (self.handler)(params, call)
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Method")
            .field("name", &self.name)
            .field("idempotent", &self.idempotent)
            .finish_non_exhaustive()
    }
}

/// Methods by their exact names (`method:whitelist:exact`).
pub(crate) type Methods = HashMap<String, Method>;
