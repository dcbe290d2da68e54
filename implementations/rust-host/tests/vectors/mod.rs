//! Reads the kit's vectors (`conformance/vectors/README.md`).

pub mod bytes;

use std::{fs, path::PathBuf};

use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct File<T> {
    vectors: Vec<T>,
}

/// Every vector of one kind, such as `v1/streams`; none at all is a failure.
pub fn read<T: DeserializeOwned>(kind: &str) -> Vec<(String, Vec<T>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../conformance/vectors").join(kind);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("a folder can be listed").path();
            let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let file: File<T> =
                serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name = path.file_stem().expect("files have names").to_string_lossy().into_owned();
            (name, file.vectors)
        })
        .collect();
    assert!(files.iter().any(|(_, vectors)| !vectors.is_empty()), "no vectors in {}", folder.display());
    files
}
