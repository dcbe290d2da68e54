use std::{
    fs::File,
    io::{self, Read, Write},
    os::fd::OwnedFd,
    path::Path,
};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, fstat, openat, renameat, unlinkat};

use crate::{error::CallError, hex};

/// The session's own folder, which the script reads and writes. Gone with the session.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
    /// Held since the start: the script may put something else in the folder's place.
    descriptor: OwnedFd,
}

impl Scratch {
    /// Makes it, below TMPDIR.
    pub fn create() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("sandpipe-").tempdir()?;
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let descriptor = openat(CWD, folder.path(), flags, Mode::empty())?;
        Ok(Self { folder, descriptor })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes it now: a call that was dropped may hold it a moment longer.
    pub fn remove(&self) {
        let _ = std::fs::remove_dir_all(self.path());
    }

    /// Reads what the script wrote, by its plain name (`data:adopt:scratch-only`). The bytes are the caller's own from
    /// then on (`data:adopt:copied`).
    pub fn take(&self, name: &str, max_bytes: u64) -> Result<Vec<u8>, CallError> {
        let refuse = |what: String| CallError::invalid_params(format!("{name:?} {what}"));
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            return Err(refuse("is no plain file name".into()));
        }
        // Neither a link nor a FIFO is followed or waited for; what was opened is looked at, not the name.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let opened = openat(&self.descriptor, name, flags, Mode::empty())
            .map_err(|error| refuse(format!("can't be taken from the scratch folder: {error}")))?;
        let status = fstat(&opened).map_err(|error| refuse(error.to_string()))?;
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
            return Err(refuse("is no regular file".into()));
        }
        if status.st_nlink != 1 {
            return Err(refuse("has more than one link".into()));
        }
        let too_large = || CallError::limit_exceeded("this session has stored as much as it may");
        if u64::try_from(status.st_size).is_ok_and(|size| size > max_bytes) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        // It may grow while it is read.
        File::from(opened)
            .take(max_bytes.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| refuse(error.to_string()))?;
        if bytes.len() as u64 > max_bytes { Err(too_large()) } else { Ok(bytes) }
    }

    /// Begins a copy for the script under a name that nobody knows yet: whatever it has put there is not written through.
    pub fn begin_copy(&self) -> io::Result<Copy<'_>> {
        let name = format!(".{}", hex::random());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.descriptor, &name, flags, Mode::RUSR | Mode::WUSR)?;
        Ok(Copy { scratch: self, name: Some(name), file: File::from(file) })
    }
}

/// A file that is being written into the scratch folder, removed again unless it is finished.
#[derive(Debug)]
pub(crate) struct Copy<'a> {
    scratch: &'a Scratch,
    name: Option<String>,
    file: File,
}

impl Copy<'_> {
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Puts the copy in its place, whatever the script has put there, and returns its path.
    pub fn finish(mut self, place: &str) -> io::Result<String> {
        let folder = &self.scratch.descriptor;
        renameat(folder, self.name.as_deref().unwrap_or_default(), folder, place)?;
        self.name = None;
        Ok(self.scratch.path().join(place).to_string_lossy().into_owned())
    }
}

impl Drop for Copy<'_> {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            let _ = unlinkat(&self.scratch.descriptor, name, AtFlags::empty());
        }
    }
}
