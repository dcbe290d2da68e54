package sandpipe

import (
	"encoding/base64"
)

var notices = map[string]string{
	"session.output":   "SessionOutputParams",
	"session.progress": "SessionProgressParams",
	"session.emit":     "SessionEmitParams",
	"session.cancel":   "SessionCancelParams",
}

// notice takes a notification; it never executes a method and is never answered.
func (s *session) notice(name string, params map[string]any) {
	schema, known := notices[name]
	switch {
	case !known:
		s.violate("session:notification:unknown-dropped", "an unknown notification")
	case !s.opened && name != "session.output":
		s.violate("session:notification:before-open", name+" before the open")
	case !valid(schema, params):
		s.violate("session:notification:unknown-dropped", name+" against the schema "+schema)
	case name == "session.output":
		s.print(params)
	case name == "session.emit":
		s.emit(params)
	case name == "session.cancel":
		id, _ := parseID(params["id"])
		if call := s.inFlight[id]; call != nil {
			s.abort(call, Fail(CodeCancelled, "the call was cancelled"))
		}
	}
}

func (s *session) print(params map[string]any) {
	bytes := []byte(nil)
	if text, ok := params["text"].(string); ok {
		bytes = []byte(text)
	} else if coded, ok := params["base64"].(string); ok {
		var err error
		if bytes, err = base64.StdEncoding.DecodeString(coded); err != nil {
			s.violate("output:captured:bytes", "session.output with a bad base64")
			return
		}
	}
	if params["stream"] == "stderr" {
		s.stderr.add(bytes)
	} else {
		s.output.add(bytes)
	}
}

// emit keeps something to look at; the same id replaces it in its place (session:emit:same-id-replaces).
func (s *session) emit(params map[string]any) {
	body, err := encode(params)
	if err != nil {
		return
	}
	id, hasID := params["id"].(string)
	place, again := s.emitted[id]
	again = again && hasID
	size := len(body)
	if again {
		size -= s.emitSizes[place]
	}
	if s.emitBytes+size+len(s.output.bytes) > *s.limits.MaxOutputBytes {
		s.emitDropped = true // session:emit:drop-reported
		s.violate("session:emit:limited", "an emit is over maxOutputBytes: dropped")
		return
	}
	s.emitBytes += size
	s.output.limit -= size
	if again {
		s.emits[place], s.emitSizes[place] = params, len(body)
		return
	}
	if hasID {
		s.emitted[id] = len(s.emits)
	}
	s.emits = append(s.emits, params)
	s.emitSizes = append(s.emitSizes, len(body))
}
