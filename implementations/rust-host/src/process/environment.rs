use std::{collections::HashMap, env, ffi::OsString};

/// What of the host's own environment reaches a sandbox (`life:environment:allow-list`).
const ALLOWED: [&str; 5] = ["PATH", "HOME", "LANG", "TZ", "TMPDIR"];

/// The whole environment of a sandbox: the allow list, what the host's user adds, and the contract above both.
pub(crate) fn environment(added: &HashMap<String, String>, contract: &[(&str, String)]) -> HashMap<OsString, OsString> {
    let own = ALLOWED.iter().filter_map(|name| Some((OsString::from(name), env::var_os(name)?)));
    let added = added.iter().map(|(name, value)| (name.into(), value.into()));
    let contract = contract.iter().map(|(name, value)| (name.into(), value.into()));
    own.chain(added).chain(contract).collect()
}
