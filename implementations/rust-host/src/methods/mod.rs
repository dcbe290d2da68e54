//! The methods of the contract (`spec/v1/methods.md`).

mod encoding;
mod list;
mod page;
pub(crate) mod params;
mod places;
mod read;
pub(crate) mod scratch;
mod taking;
pub(crate) mod upload;
mod writing;

use crate::method::Method;

/// An optional part of a host (`spec/v1/versioning.md`). What isn't declared doesn't answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// `files.write`.
    FilesWrite,
    /// `files.create`, `files.append`, `files.commit`.
    Upload,
    /// `files.materialize`.
    Materialize,
    /// `files.adopt`.
    Adopt,
    /// `session.emit`.
    Emit,
    /// `session.progress`.
    Progress,
    /// A script that is named after the sandbox has opened its session.
    LateScript,
}

impl Feature {
    /// All that this host has.
    pub const ALL: [Self; 7] =
        [Self::FilesWrite, Self::Upload, Self::Materialize, Self::Adopt, Self::Emit, Self::Progress, Self::LateScript];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::FilesWrite => "files.write",
            Self::Upload => "upload",
            Self::Materialize => "materialize",
            Self::Adopt => "adopt",
            Self::Emit => "emit",
            Self::Progress => "progress",
            Self::LateScript => "lateScript",
        }
    }
}

/// The methods of a host that has these features.
pub(crate) fn contract(features: &[Feature]) -> Vec<Method> {
    let mut methods = vec![
        Method::new("files.list", list::files_list).idempotent(),
        Method::new("files.get", read::files_get).idempotent(),
        Method::new("files.read", read::files_read).idempotent(),
        Method::new("projects.get", places::projects_get).idempotent(),
        Method::new("conversations.get", places::conversations_get).idempotent(),
    ];
    for feature in features {
        match feature {
            Feature::FilesWrite => methods.push(Method::new("files.write", writing::files_write)),
            Feature::Upload => methods.extend([
                Method::new("files.create", upload::files_create).idempotent(),
                Method::new("files.append", upload::files_append).idempotent(),
                Method::new("files.commit", upload::files_commit).idempotent(),
            ]),
            Feature::Materialize => {
                methods.push(Method::new("files.materialize", taking::files_materialize).idempotent());
            }
            Feature::Adopt => methods.push(Method::new("files.adopt", taking::files_adopt)),
            Feature::Emit | Feature::Progress | Feature::LateScript => {}
        }
    }
    methods
}
