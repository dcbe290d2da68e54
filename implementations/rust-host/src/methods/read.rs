use serde::{Deserialize, Serialize};

use super::{
    encoding::{Encoding, to_base64},
    params::{Natural, no_such_file, present},
};
use crate::{
    context::Call,
    error::{CallError, MethodError},
    store::FileInfo,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetParams {
    file_id: String,
}

pub(super) async fn files_get(params: GetParams, call: Call) -> Result<FileInfo, MethodError> {
    let file = call.store().file(call.scope(), &params.file_id).await?;
    Ok(file.ok_or_else(no_such_file)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadParams {
    file_id: String,
    #[serde(default, deserialize_with = "present")]
    offset: Option<Natural>,
    #[serde(default, deserialize_with = "present")]
    length: Option<Natural>,
    encoding: Encoding,
}

#[derive(Serialize)]
pub(super) struct Part {
    content: String,
    encoding: Encoding,
    offset: u64,
    length: u64,
    size: u64,
    eof: bool,
}

impl Part {
    fn new(content: String, length: usize, encoding: Encoding, offset: u64, size: u64) -> Self {
        let length = length as u64;
        Self { content, encoding, offset, length, size, eof: offset.saturating_add(length) >= size }
    }
}

/// Bytes of JSON that the members beside a content take at most.
const MEMBERS: usize = 160;
/// Bytes that a character may have beyond its first.
const MAX_TAIL: usize = 3;

pub(super) async fn files_read(params: ReadParams, call: Call) -> Result<Part, MethodError> {
    let (id, encoding) = (params.file_id, params.encoding);
    let size = call.store().file(call.scope(), &id).await?.ok_or_else(no_such_file)?.size;
    let offset = params.offset.map_or(0, |Natural(offset)| offset);
    if offset >= size {
        return Ok(Part::new(String::new(), 0, encoding, offset, size));
    }
    // No byte of a file takes less than one of JSON, so more than the room is never looked at.
    let room = call.room().saturating_sub(MEMBERS);
    let asked = params.length.map(|Natural(length)| usize::try_from(length.min(size - offset)).unwrap_or(usize::MAX));
    if asked.is_some_and(|asked| asked > room) {
        return Err(CallError::limit_exceeded("this length fits no frame: leave it out, or ask for less").into());
    }
    let length = asked.unwrap_or(match encoding {
        Encoding::Base64 => room / 4 * 3,
        Encoding::Utf8 => room,
    });
    let read = call.store().read(call.scope(), &id, offset, length.saturating_add(MAX_TAIL + 1)).await?;
    let bytes = read.ok_or_else(no_such_file)?;
    let range = &bytes[..length.min(bytes.len())];
    match encoding {
        Encoding::Base64 => Ok(Part::new(to_base64(range), range.len(), encoding, offset, size)),
        Encoding::Utf8 => {
            let text = whole_characters(&bytes, range.len())?;
            let text = if asked.is_some() { text } else { fitting(text, room) };
            Ok(Part::new(text.to_owned(), text.len(), encoding, offset, size))
        }
    }
}

/// The text of the first `length` bytes, shortened to whole characters, but with one at least
/// (`data:read:whole-characters`). `bytes` holds a few more, to see the last character whole.
fn whole_characters(bytes: &[u8], length: usize) -> Result<&str, CallError> {
    // `data:read:bad-range`
    if bytes.first().is_some_and(|byte| (0x80..0xc0).contains(byte)) {
        return Err(CallError::invalid_params("the offset is inside a character, or the file is no UTF-8: use base64"));
    }
    let not_utf8 = || CallError::invalid_params("the range holds bytes that are no UTF-8: read it as base64");
    let error = match std::str::from_utf8(&bytes[..length]) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let valid = error.valid_up_to();
    // The range cuts a character: it must be one in the file.
    let cut = (1..=4)
        .filter(|_| error.error_len().is_none())
        .find_map(|size| std::str::from_utf8(bytes.get(valid..valid + size)?).ok())
        .ok_or_else(not_utf8)?;
    let end = if valid == 0 { cut.len() } else { valid };
    std::str::from_utf8(&bytes[..end]).map_err(|_| not_utf8())
}

/// As much of a text as takes at most `room` bytes as JSON.
fn fitting(text: &str, room: usize) -> &str {
    let mut left = room;
    for (at, character) in text.char_indices() {
        let bytes = match character {
            '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
            '\0'..='\u{1f}' => 6,
            _ => character.len_utf8(),
        };
        if bytes > left {
            return &text[..at];
        }
        left -= bytes;
    }
    text
}
