//! Pages that fit one frame (`data:page:fits-frame`).

use serde::Serialize;

use crate::error::CallError;

/// Entries of one page, whatever its caller asks for.
pub(super) const MAX_ENTRIES: usize = 250;

/// A cursor is the position to go on from, spelt so that nothing else is taken for one (`data:page:bad-cursor`).
pub(super) fn read_cursor(cursor: Option<&str>) -> Result<u64, CallError> {
    let Some(cursor) = cursor else { return Ok(0) };
    let position = cursor.strip_prefix('@').and_then(|digits| digits.parse().ok());
    position
        .filter(|position| write_cursor(*position) == cursor)
        .ok_or_else(|| CallError::invalid_params("no cursor of this host: take nextCursor of the page before"))
}

pub(super) fn write_cursor(position: u64) -> String {
    format!("@{position}")
}

/// How many of the entries fit into `room` bytes beside `rest`, the JSON of the page without entries.
///
/// An entry that fits no frame by itself is refused.
pub(super) fn fitting<T: Serialize>(entries: &[T], rest: &impl Serialize, room: usize) -> Result<usize, CallError> {
    let mut left = room.saturating_sub(size(rest));
    for (index, entry) in entries.iter().enumerate() {
        // Its comma.
        let bytes = size(entry) + 1;
        if bytes > left {
            return if index > 0 {
                Ok(index)
            } else {
                Err(CallError::limit_exceeded("one entry alone is larger than maxFrameBytes"))
            };
        }
        left -= bytes;
    }
    Ok(entries.len())
}

fn size(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX, |text| text.len())
}
