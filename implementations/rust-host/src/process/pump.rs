use std::{io, process::ExitStatus, time::Duration};

use tokio::{
    io::AsyncReadExt,
    net::unix::pipe,
    sync::watch,
    time::{Instant, timeout},
};

/// Read at once.
const CHUNK: usize = 64 << 10;
/// More than the pipes can hold: what is read beyond it after the exit, a stranger wrote.
const PIPES: usize = 4 << 20;

/// Reads a pipe of the sandbox to its end, awaiting `ready` before each read.
///
/// After the process's exit it waits no longer than `grace` for a byte, since somebody outside the group may hold the
/// pipe (`life:end:exit-not-eof`); once `grace` has passed it takes only what is there (`life:end:stranger-writes`).
pub(crate) async fn pump<R: Future<Output = ()>>(
    mut pipe: pipe::Receiver,
    mut exit: watch::Receiver<Option<ExitStatus>>,
    grace: Duration,
    ready: impl Fn() -> R,
    mut take: impl FnMut(&[u8]),
) {
    let mut buffer = vec![0; CHUNK];
    let mut exited_at = None;
    let mut late = 0;
    loop {
        let read = match exited_at {
            None => tokio::select! {
                () = until_exit(&mut exit) => {
                    exited_at = Some(Instant::now());
                    continue;
                }
                read = async {
                    ready().await;
                    pipe.read(&mut buffer).await
                } => read,
            },
            Some(at) if Instant::now() < at + grace => match timeout(grace, pipe.read(&mut buffer)).await {
                Ok(read) => read,
                Err(_) => return,
            },
            Some(_) if late > PIPES => return,
            Some(_) => pipe.try_read(&mut buffer),
        };
        match read {
            Ok(0) => return,
            Ok(bytes) => {
                late += if exited_at.is_some() { bytes } else { 0 };
                take(&buffer[..bytes]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Empty, or broken: nothing more comes in time.
            Err(_) => return,
        }
    }
}

async fn until_exit(exit: &mut watch::Receiver<Option<ExitStatus>>) {
    // When the reaper is gone there is nothing to wait for either.
    let _ = exit.wait_for(Option::is_some).await;
}
