/// What a Range header asks for, of RFC 9110 section 14.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// All: no range, several, or one that isn't understood.
    Whole,
    /// From `start` to before `end`.
    Part { start: u64, end: u64 },
    /// Behind the end.
    Unsatisfiable,
}

impl Range {
    pub fn read(header: &str, size: u64) -> Self {
        Self::parse(header, size).unwrap_or(Self::Whole)
    }

    fn parse(header: &str, size: u64) -> Option<Self> {
        let (unit, ranges) = header.split_once('=')?;
        let (first, last) = ranges.trim().split_once('-')?;
        if !unit.trim().eq_ignore_ascii_case("bytes") {
            return None;
        }
        let (start, end) = match (first, last) {
            ("", last) => (size.saturating_sub(position(last)?), size),
            (first, "") => (position(first)?, size),
            (first, last) => {
                let (start, last) = (position(first)?, position(last)?);
                if last < start {
                    return None;
                }
                (start, last.saturating_add(1).min(size))
            }
        };
        Some(if start >= size { Self::Unsatisfiable } else { Self::Part { start, end } })
    }
}

/// Digits alone: `+1` is none. What no file is long enough for saturates.
fn position(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::Range::{self, Part, Unsatisfiable, Whole};

    #[test]
    fn ranges_are_read_as_rfc_9110_says() {
        for (header, expected) in [
            ("bytes=2-4", Part { start: 2, end: 5 }),
            ("bytes=2-", Part { start: 2, end: 10 }),
            ("bytes=-3", Part { start: 7, end: 10 }),
            ("Bytes=-30", Part { start: 0, end: 10 }),
            ("bytes=9-99999999999999999999999", Part { start: 9, end: 10 }),
            ("bytes=10-", Unsatisfiable),
            ("bytes=-0", Unsatisfiable),
            ("bytes=4-2", Whole),
            ("bytes=0-1,4-5", Whole),
            ("lines=0-1", Whole),
            ("bytes=+1-2", Whole),
        ] {
            assert_eq!(Range::read(header, 10), expected, "{header}");
        }
        assert_eq!(Range::read("bytes=0-", 0), Unsatisfiable);
    }
}
