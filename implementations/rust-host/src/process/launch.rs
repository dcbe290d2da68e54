use std::{
    collections::HashMap,
    ffi::OsString,
    io,
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt, ExitStatusExt},
    },
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{Sender, channel},
    },
    thread,
};

use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, getppid, kill_process_group, set_parent_process_death_signal, waitid,
};
use tokio::{
    net::unix::pipe,
    sync::{oneshot, watch},
};

/// A sandbox that was started, with the host's ends of its pipes.
#[derive(Debug)]
pub(crate) struct Child {
    pub stdin: pipe::Sender,
    pub stdout: pipe::Receiver,
    pub stderr: pipe::Receiver,
    pub group: Arc<Group>,
    /// The exit status, once the process has ended and its group is killed.
    pub exit: watch::Receiver<Option<ExitStatus>>,
}

/// A process group, until its leader is reaped: from then on the id may be somebody else's.
#[derive(Debug)]
pub(crate) struct Group(Mutex<Option<Pid>>);

impl Group {
    /// Signals the whole group (`life:end:group-signalled`).
    pub fn signal(&self, signal: Signal) {
        if let Some(group) = *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = kill_process_group(group, signal);
        }
    }

    /// Kills what is left of it and forgets it.
    fn end(&self) {
        self.signal(Signal::KILL);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// The one thread that starts processes. The parent-death signal follows the thread that spawned
/// (`life:host-death:child-dies`), and threads of the runtime come and go; this one lives as long as the host.
static LAUNCHER: LazyLock<Sender<Job>> = LazyLock::new(|| {
    let (jobs, queue) = channel::<Job>();
    thread::Builder::new()
        .name("sandpipe-launcher".into())
        .spawn(move || queue.into_iter().for_each(|job| job()))
        .expect("a thread can be started");
    jobs
});

/// Starts a process with nothing but this environment and three pipes, in a group of its own.
///
/// # Errors
/// What the system says when the command can't be started.
pub(crate) async fn launch(command: &[String], environment: HashMap<OsString, OsString>) -> io::Result<Child> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the command is empty"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(environment)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let host = rustix::process::getpid();
    // SAFETY: between fork and exec these make system calls only; nothing is allocated or locked.
    unsafe {
        command.pre_exec(move || {
            set_parent_process_death_signal(Some(Signal::KILL))?;
            // The host may have died before the signal was asked for.
            if getppid() != Some(host) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            close_on_exec_from_3();
            Ok(())
        });
    }
    let (started, start) = oneshot::channel();
    let job: Job = Box::new(move || drop(started.send(command.spawn())));
    LAUNCHER.send(job).map_err(|_| io::Error::other("the launcher is gone"))?;
    let mut child = start.await.map_err(io::Error::other)??;

    let leader = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let group = Arc::new(Group(Mutex::new(Some(leader))));
    let reaped = group.clone();
    let (ended, exit) = watch::channel(None);
    let stdin = pipe::Sender::from_owned_fd(taken(child.stdin.take())?)?;
    let stdout = pipe::Receiver::from_owned_fd(taken(child.stdout.take())?)?;
    let stderr = pipe::Receiver::from_owned_fd(taken(child.stderr.take())?)?;
    thread::Builder::new().name("sandpipe-reaper".into()).spawn(move || {
        // Learn of the exit, kill the group while its id can't be used again, only then reap.
        while waitid(WaitId::Pid(leader), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
            .is_err_and(|error| error == rustix::io::Errno::INTR)
        {}
        reaped.end();
        let status = child.wait().unwrap_or_else(|_| ExitStatus::from_raw(0x7f00));
        ended.send_replace(Some(status));
    })?;
    Ok(Child { stdin, stdout, stderr, group, exit })
}

fn taken(end: Option<impl Into<OwnedFd>>) -> io::Result<OwnedFd> {
    end.map(Into::into).ok_or_else(|| io::Error::other("a pipe is missing"))
}

/// Whatever the host itself was started with stays with it (`life:descriptors:none-leaked`).
fn close_on_exec_from_3() {
    // SAFETY: a system call on descriptors of the child alone. It fails where the kernel is older than 5.11, and then
    // only what others opened without the flag is left.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
    }
}
