use serde::{Deserialize, Serialize};

/// What a session allows; the answer of `session.open` tells it (`session:open:limits-told`). Sizes in bytes, times in
/// milliseconds. Each defaults to what the reference host grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Bytes between RS and LF, in both directions. At least 65,536; default 1 MiB.
    pub max_frame_bytes: usize,
    /// Calls whose response was not handed to the pipe yet. At least 8; default 64.
    pub max_in_flight: usize,
    /// Of one call, from the start of its handler. Default 30 s.
    pub call_timeout_ms: u64,
    /// Of the whole run. Default 600 s.
    pub run_timeout_ms: u64,
    /// Nesting, the frame's object being 1. From 32 to 512, what the parser's stack bears; default 64.
    pub max_depth: usize,
    /// Of output, and of stderr, kept for the report. Default 16 MiB.
    pub max_output_bytes: usize,
    /// Between two steps of ending a run. Default 2 s.
    pub grace_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame_bytes: 1 << 20,
            max_in_flight: 64,
            call_timeout_ms: 30_000,
            run_timeout_ms: 600_000,
            max_depth: 64,
            max_output_bytes: 16 << 20,
            grace_ms: 2_000,
        }
    }
}

impl Limits {
    /// The same, within what every host grants (`limit:minima:granted`) and this one can bear.
    #[must_use]
    pub fn granted(mut self) -> Self {
        self.max_frame_bytes = self.max_frame_bytes.max(65_536);
        self.max_in_flight = self.max_in_flight.max(8);
        self.max_depth = self.max_depth.clamp(32, 512);
        self.call_timeout_ms = self.call_timeout_ms.max(1);
        self.run_timeout_ms = self.run_timeout_ms.max(1);
        self.grace_ms = self.grace_ms.max(1);
        self
    }

    /// A line of protocol 0 may be the result, so it is held as long as the output that is kept.
    pub(crate) fn max_line_bytes(&self) -> usize {
        self.max_frame_bytes.max(self.max_output_bytes)
    }

    pub(crate) fn grace(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.grace_ms)
    }
}
