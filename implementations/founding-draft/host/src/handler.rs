//! The founding document's backend handler, word for word. Around it stands only what it takes as given.
use crate::draft::{handle_files_list, handle_files_read, BufReader, IpcRequest, IpcResponse, Outcome};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;

/// The document's task returns nothing, and uses `?` all the same: this adds the `Ok` that it lacks.
macro_rules! founding_document {
    (tokio::spawn(async move { $($body:tt)* });) => {
        tokio::spawn(async move { $($body)* Ok(()) })
    };
}

/// Starts the handler on a child's pipes.
pub fn start<I, O>(stdin: I, stdout: O) -> JoinHandle<Outcome>
where
    I: AsyncWrite + Unpin + Send + 'static,
    O: AsyncRead + Unpin + Send + 'static,
{
    founding_document! {
// ---- the founding document, from here ----
tokio::spawn(async move {
    let mut stdin_writer = stdin;
    let mut stdout_reader = BufReader::new(stdout).lines();
    while let Some(line) = stdout_reader.next_line().await {
        if let Ok(request) = serde_json::from_str::<IpcRequest>(&line) {
            let response = match request.method.as_str() {
                "files.list" => handle_files_list(request.params).await,
                "files.read" => handle_files_read(request.params).await,
                _ => IpcResponse::error(request.id, "Unknown method")
            };
            stdin_writer.write_all(serde_json::to_string(&response)?.as_bytes()).await?;
            stdin_writer.write_all(b"\n").await?;
        }
    }
});
// ---- to here ----
    }
}
