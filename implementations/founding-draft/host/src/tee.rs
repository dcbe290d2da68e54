//! The founding document's handler drops every line that is no request. Whoever runs it wants to see them: this keeps
//! each byte that the handler reads.
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, ReadBuf};

pub type Kept = Arc<Mutex<Vec<u8>>>;

pub struct Tee<R> {
    pub inner: R,
    pub kept: Kept,
}

impl<R: AsyncRead + Unpin> AsyncRead for Tee<R> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, into);
        self.kept.lock().expect("no panic").extend_from_slice(&into.filled()[before..]);
        polled
    }
}
