use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sandpipe_host::{CallError, Method, MethodError};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::sleep;

#[derive(Deserialize)]
struct Delay {
    ms: f64,
    #[serde(default)]
    value: Value,
}

#[derive(Deserialize)]
struct Fail {
    code: i64,
    message: String,
    data: Option<Value>,
}

#[derive(Deserialize)]
struct Count {
    key: String,
}

#[derive(Deserialize)]
struct Bytes {
    size: usize,
}

type Params = Map<String, Value>;

/// The methods that the kit drives a host by.
pub fn methods() -> Vec<Method> {
    let counts: Arc<Mutex<HashMap<(String, String), u64>>> = Arc::default();
    vec![
        Method::new("conformance.echo", |params: Params, _| async move { Ok(params) }).idempotent(),
        Method::new("conformance.delay", |Delay { ms, value }: Delay, _| async move {
            sleep(Duration::from_secs_f64(ms / 1000.0)).await;
            Ok(value)
        })
        .idempotent(),
        Method::new("conformance.fail", |Fail { code, message, data }: Fail, _| async move {
            let error = CallError::of_method(code, message, data)
                .ok_or_else(|| CallError::invalid_params("codes of methods begin at 2000"))?;
            Err::<Value, MethodError>(error.into())
        })
        .idempotent(),
        Method::new("conformance.throw", |_: Params, _| async move {
            let secret = std::io::Error::other("/etc/secret: select * from passwords");
            Err::<Value, MethodError>(secret.into())
        })
        .idempotent(),
        Method::new("conformance.count", move |Count { key }: Count, call| {
            let counts = counts.clone();
            async move {
                let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                let count = counts.entry((call.session_id().to_owned(), key)).or_default();
                *count += 1;
                Ok(*count)
            }
        }),
        Method::new("conformance.bytes", |Bytes { size }: Bytes, _| async move { Ok("x".repeat(size)) }).idempotent(),
        Method::new("conformance.hidden", |_: Params, _| async move { Ok("hidden") }).idempotent(),
    ]
}
