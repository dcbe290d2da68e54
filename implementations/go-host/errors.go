package sandpipe

// Codes of JSON-RPC and of the protocol.
const (
	CodeParse          = -32700
	CodeInvalidRequest = -32600
	CodeUnknownMethod  = -32601
	CodeInvalidParams  = -32602
	CodeInternal       = -32603

	CodeSessionNotOpen      = 1001
	CodeUnsupportedProtocol = 1002
	CodeNotFound            = 1003
	CodeOutOfScope          = 1004
	CodeLimitExceeded       = 1005
	CodeBusy                = 1006
	CodeCancelled           = 1007
	CodeDeadlineExceeded    = 1008
	CodeDuplicateID         = 1009
	CodeUnavailable         = 1010

	// firstMethodCode is where the codes of a host's own methods begin.
	firstMethodCode = 2000
)

var kinds = map[int]string{
	CodeSessionNotOpen:      "session_not_open",
	CodeUnsupportedProtocol: "unsupported_protocol",
	CodeNotFound:            "not_found",
	CodeOutOfScope:          "out_of_scope",
	CodeLimitExceeded:       "limit_exceeded",
	CodeBusy:                "busy",
	CodeCancelled:           "cancelled",
	CodeDeadlineExceeded:    "deadline_exceeded",
	CodeDuplicateID:         "duplicate_id",
	CodeUnavailable:         "unavailable",
}

// Error is what crosses the wire when a call is refused or fails.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func (e *Error) Error() string { return e.Message }

// Fail makes an error; one of the protocol's own codes gets its data.kind (error:kind:present).
func Fail(code int, message string) *Error {
	e := &Error{Code: code, Message: message}
	if kind, ok := kinds[code]; ok {
		e.Data = map[string]any{"kind": kind}
	}
	return e
}

// with adds a member to data.
func (e *Error) with(name string, value any) *Error {
	data := map[string]any{name: value}
	if old, ok := e.Data.(map[string]any); ok {
		for k, v := range old {
			data[k] = v
		}
	}
	return &Error{Code: e.Code, Message: e.Message, Data: data}
}

// published turns a handler's error into what the sandbox may see: what it raised on purpose passes
// untouched (error:method:passes-through), everything else tells nothing (error:internal:no-leak).
func published(err error) *Error {
	if e, ok := err.(*Error); ok {
		if _, known := kinds[e.Code]; known || e.Code >= firstMethodCode || e.Code == CodeInvalidParams {
			return e
		}
	}
	return Fail(CodeInternal, "internal error")
}
