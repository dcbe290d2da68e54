package sandpipe

import "time"

// ViolationEntry names the requirement that a sandbox broke.
type ViolationEntry struct {
	Requirement string `json:"requirement"`
	Detail      string `json:"detail"`
}

// Effect is a call that is not idempotent: done, failed or unknown.
type Effect struct {
	ID     ID     `json:"id"`
	Method string `json:"method"`
	State  string `json:"state"`
}

// ExitStatus has the code or the signal; neither when nothing was started.
type ExitStatus struct {
	Code   *int   `json:"code,omitempty"`
	Signal string `json:"signal,omitempty"`
}

// Report is what the host knows of a session that has ended (schemas/v1/RunReport.json).
type Report struct {
	Outcome         string           `json:"outcome"`
	Exit            ExitStatus       `json:"exit"`
	Result          any              `json:"result,omitempty"`
	Error           map[string]any   `json:"error,omitempty"`
	Output          []byte           `json:"output"`
	Stderr          []byte           `json:"stderr"`
	OutputTruncated bool             `json:"outputTruncated,omitempty"`
	OutputBytes     int64            `json:"outputBytes"`
	StderrTruncated bool             `json:"stderrTruncated,omitempty"`
	StderrBytes     int64            `json:"stderrBytes"`
	Emits           []any            `json:"emits"`
	Violations      []ViolationEntry `json:"violations"`
	ViolationCount  int64            `json:"violationCount"`
	SkippedBytes    int64            `json:"skippedBytes"`
	Calls           int              `json:"calls"`
	Phase           string           `json:"phase"`
	Effects         []Effect         `json:"effects"`
	EffectCount     int              `json:"effectCount"`
	DurationMs      float64          `json:"durationMs"`
	Transport       string           `json:"transport"`
	Isolation       string           `json:"isolation"`
}

// ended says why the host ended a run, empty when it did not.
type ended string

const (
	byItself  ended = ""
	byTimeout ended = "timeout"
	byUser    ended = "killed"
	// life:end:lingering
	byLingering ended = "the process was still there after its result"
)

func (s *session) reportOf(exit ExitStatus, why ended, started time.Time) Report {
	r := Report{
		Exit: exit, Output: append([]byte{}, s.output.bytes...), Stderr: append([]byte{}, s.stderr.bytes...),
		OutputTruncated: s.output.truncated() || s.emitDropped, OutputBytes: s.output.total,
		StderrTruncated: s.stderr.truncated(), StderrBytes: s.stderr.total,
		Emits: append([]any{}, s.emits...), Violations: append([]ViolationEntry{}, s.report.violations...),
		ViolationCount: s.report.violated, SkippedBytes: s.report.skipped,
		Calls: s.report.calls, Effects: []Effect{}, EffectCount: s.report.affected,
		DurationMs: float64(time.Since(started).Microseconds()) / 1000, Transport: "stdio", Isolation: "none",
	}
	for _, effect := range s.report.effects {
		r.Effects = append(r.Effects, *effect)
	}
	r.Phase = "open"
	if s.opened {
		r.Phase = "running"
	}
	if s.resulted {
		r.Phase = "result"
	}
	s.judge(&r, why)
	return r
}

func (s *session) judge(r *Report, why ended) {
	exitedWell := r.Exit.Code != nil && *r.Exit.Code == 0
	switch {
	case why == byLingering && s.ok && !exitedWell:
		r.Outcome = string(byUser)
		r.Result = s.valueOf()
	case why != byItself && why != byLingering:
		r.Outcome = string(why)
	case exitedWell && !s.opened:
		r.Outcome = "protocol_error" // life:spawn:no-open
		r.Error = reason("no_open", "the process exited without an accepted session.open")
	case !s.resulted:
		r.Outcome = "failed" // result:missing:failed, life:signal:failed
		r.Error = reason("no_result", "the process ended without a session.result")
	case !s.ok:
		r.Outcome = "failed"
		r.Error = s.failure
	case !exitedWell:
		r.Outcome = "failed" // result:exit-code:failed
		r.Error = reason("bad_exit", "the process did not exit with 0 after its result")
	default:
		r.Outcome = "ok"
		r.Result = s.valueOf()
	}
}

func (s *session) valueOf() any {
	if s.value == nil {
		return null{}
	}
	return s.value
}

// null is a result that is null, which omitempty would drop.
type null struct{}

// MarshalJSON writes null.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

func reason(name, message string) map[string]any {
	return map[string]any{"name": name, "message": message}
}

func spawnFailed(err error, started time.Time) Report {
	return Report{
		Outcome: "failed", Error: reason("spawn_failed", err.Error()), Output: []byte{}, Stderr: []byte{},
		Emits: []any{}, Violations: []ViolationEntry{}, Effects: []Effect{}, Phase: "spawn",
		DurationMs: float64(time.Since(started).Microseconds()) / 1000, Transport: "stdio", Isolation: "none",
	}
}
