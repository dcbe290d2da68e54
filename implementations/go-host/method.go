package sandpipe

import "context"

// Scope is what a session may see.
type Scope struct {
	ProjectID      string
	ConversationID string // empty: none
}

// Call is what a method is told beside its params.
type Call struct {
	Scope  Scope
	Limits Limits
	Store  *Store
	// Memory is the run's own: methods keep what they count in it.
	Memory *Memory
}

// Method is something that a session can call.
type Method struct {
	// Params names the published type of the params; empty: any object.
	Params string
	// Idempotent tells a sandbox that it may send the call again.
	Idempotent bool
	// Handle runs the call. An *Error with a code of the method's own (from 2000) passes untouched, any
	// other error is told to nobody. The context ends with the call.
	Handle func(ctx context.Context, call Call, params map[string]any) (any, error)
}

// Limits of a session (schemas/v1/Limits.json); times in milliseconds. Zero: the default.
type Limits struct {
	MaxFrameBytes  int  `json:"maxFrameBytes"`
	MaxInFlight    int  `json:"maxInFlight"`
	CallTimeoutMs  int  `json:"callTimeoutMs"`
	MaxDepth       int  `json:"maxDepth"`
	MaxOutputBytes *int `json:"maxOutputBytes"`
	GraceMs        int  `json:"graceMs"`
	RunTimeoutMs   int  `json:"runTimeoutMs"`
}

const (
	minFrameBytes = 65536
	minInFlight   = 8
	minDepth      = 32
	mebibyte      = 1 << 20
)

// granted fills in defaults and never goes below what every host grants (limit:minima:granted).
func (l Limits) granted() Limits {
	or := func(value, fallback int) int {
		if value == 0 {
			return fallback
		}
		return value
	}
	output := 16 * mebibyte
	if l.MaxOutputBytes != nil {
		output = *l.MaxOutputBytes
	}
	return Limits{
		MaxFrameBytes:  max(minFrameBytes, or(l.MaxFrameBytes, mebibyte)),
		MaxInFlight:    max(minInFlight, or(l.MaxInFlight, 64)),
		CallTimeoutMs:  or(l.CallTimeoutMs, 30_000),
		MaxDepth:       max(minDepth, or(l.MaxDepth, 64)),
		MaxOutputBytes: &output,
		GraceMs:        or(l.GraceMs, 2_000),
		RunTimeoutMs:   or(l.RunTimeoutMs, 600_000),
	}
}
