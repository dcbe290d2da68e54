package sandpipe

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	maxListedViolations = 100
	maxListedEffects    = 10_000
)

// session is the state machine of one run: it takes what the decoder finds and sends what is due.
// Everything below lock is guarded by it.
type session struct {
	methods     map[string]Method // the whitelist
	call        Call
	limits      Limits
	features    []string
	ctx         context.Context // ends with the run
	id          string
	lock        sync.Mutex
	pipe        *pipe
	opened      bool
	resulted    bool
	lingers     chan struct{} // closed graceMs after the result
	ok          bool
	value       any
	failure     map[string]any
	inFlight    map[ID]*pending
	slots       int        // of them, calls: session.open and session.result take none
	accepted    []*pending // not started yet: too many responses wait
	output      capture
	stderr      capture
	emits       []any
	emitted     map[string]int // where an emit with an id stands
	emitSizes   []int
	emitBytes   int
	emitDropped bool
	report      tally
}

// tally is what a session counts for its report.
type tally struct {
	calls      int
	violations []ViolationEntry
	violated   int64
	skipped    int64
	effects    []*Effect
	affected   int
}

func newSession(ctx context.Context, methods map[string]Method, call Call, features []string) *session {
	s := &session{methods: methods, call: call, limits: call.Limits, features: features, ctx: ctx, id: "s-" + rand.Text()}
	s.inFlight = map[ID]*pending{}
	s.emitted = map[string]int{}
	s.lingers = make(chan struct{})
	s.output.limit = *s.limits.MaxOutputBytes
	s.stderr.limit = *s.limits.MaxOutputBytes
	return s
}

// Output takes bytes of stdout that are no frame.
func (s *session) Output(bytes []byte) {
	s.output.add(bytes)
}

// Violation takes a record that is no frame; it never ends the session (frame:violation:session-survives).
func (s *session) Violation(v Violation) {
	s.violate(v.Requirement, v.Name)
	s.report.skipped += v.Skipped
	if v.Answer != nil && s.report.violated <= maxListedViolations {
		s.refuse(ID{}, v.Answer)
	}
}

func (s *session) violate(requirement, detail string) {
	s.report.violated++
	if len(s.report.violations) < maxListedViolations {
		s.report.violations = append(s.report.violations, ViolationEntry{requirement, detail})
	}
}

// Frame takes a JSON object with a jsonrpc member.
func (s *session) Frame(value map[string]any) {
	method, hasMethod := value["method"]
	if !hasMethod {
		s.violate("call:answer:never-answered", "a frame without a method") // call:envelope:counted
		return
	}
	name, _ := method.(string)
	rawID, isRequest := value["id"]
	id, goodID := parseID(rawID)
	params, goodParams := value["params"].(map[string]any)
	if _, present := value["params"]; !present {
		params, goodParams = map[string]any{}, true // call:params:absent
	}
	_, isText := method.(string)
	if value["jsonrpc"] != "2.0" || !isText || utf8.RuneCountInString(name) > maxNameLength || isRequest && !goodID || !goodParams {
		s.violate("call:envelope:invalid-request", "no valid request or notification")
		s.refuse(id, Fail(CodeInvalidRequest, "no valid request or notification"))
		return
	}
	delete(params, "_meta") // call:params:meta-taken-out
	if isRequest {
		s.request(id, name, params)
	} else {
		s.notice(name, params)
	}
}

// request answers the first of several faults (error:order:first-fault).
func (s *session) request(id ID, name string, params map[string]any) {
	if s.inFlight[id] != nil {
		s.refuse(id, Fail(CodeDuplicateID, "the id is in flight"))
		return
	}
	switch {
	case name == "session.open":
		s.open(id, params)
		return
	case name == "session.result" && s.opened:
		s.result(id, params)
		return
	case !s.opened || s.resulted:
		s.refuse(id, Fail(CodeSessionNotOpen, "the session is not open"))
		return
	}
	method, listed := s.methods[name]
	switch {
	case !listed:
		s.refuse(id, Fail(CodeUnknownMethod, "no such method")) // method:whitelist:hidden-is-unknown
	case s.slots >= s.limits.MaxInFlight:
		s.refuse(id, Fail(CodeBusy, "more than maxInFlight calls"))
	case method.Params != "" && !valid(method.Params, params):
		s.refuse(id, Fail(CodeInvalidParams, "the params are against the schema "+method.Params))
	default:
		s.accept(id, name, method, params)
	}
}

// refuse answers with an error; under an id in flight the answer has id null and names it
// (call:duplicate:any-refusal).
func (s *session) refuse(id ID, e *Error) {
	if s.inFlight[id] != nil {
		e, id = e.with("id", id), ID{}
	}
	s.pipe.send(outgoing{bytes: encodeError(id, e, s.limits.MaxFrameBytes), refusal: true})
}

// acknowledge answers a request of the session's own; its id is in flight until the answer is handed
// over (call:duplicate:session-takes-part).
func (s *session) acknowledge(id ID, result any) {
	s.inFlight[id] = &pending{id: id, answered: true}
	s.pipe.send(outgoing{
		bytes:  encodeResult(id, result, s.limits.MaxFrameBytes),
		handed: func() { delete(s.inFlight, id) },
	})
}

func (s *session) open(id ID, params map[string]any) {
	version, isNumber := params["protocol"].(float64)
	switch {
	case s.opened:
		s.refuse(id, Fail(CodeInvalidRequest, "the session was opened before"))
	case isNumber && version == float64(int64(version)) && version != 1:
		// Before the schema: another version's open may have other members.
		s.refuse(id, Fail(CodeUnsupportedProtocol, "this host speaks protocol 1").with("supported", []int{1}))
	case !valid("SessionOpenParams", params):
		s.refuse(id, Fail(CodeInvalidParams, "the params are against the schema SessionOpenParams"))
	default:
		s.opened = true
		s.acknowledge(id, s.openResult())
	}
}

func (s *session) openResult() map[string]any {
	scope := map[string]any{"id": s.id, "projectId": s.call.Scope.ProjectID}
	if s.call.Scope.ConversationID != "" {
		scope["conversationId"] = s.call.Scope.ConversationID
	}
	methods := []any{}
	for name, method := range s.methods {
		methods = append(methods, map[string]any{"name": name, "idempotent": method.Idempotent})
	}
	return map[string]any{
		"protocol": 1, "session": scope, "methods": methods, "limits": s.limits,
		"datasources": []any{}, "script": map[string]any{}, "features": slices.Clone(s.features),
	}
}

func (s *session) result(id ID, params map[string]any) {
	switch {
	case s.resulted:
		s.refuse(id, Fail(CodeInvalidRequest, "the session has its result"))
	case !valid("SessionResultParams", params):
		s.refuse(id, Fail(CodeInvalidParams, "the params are against the schema SessionResultParams"))
	default:
		s.resulted = true
		time.AfterFunc(time.Duration(s.limits.GraceMs)*time.Millisecond, func() { close(s.lingers) })
		s.ok = params["ok"] == true
		s.value = params["value"]
		s.failure, _ = params["error"].(map[string]any)
		for _, call := range s.inFlight {
			s.abort(call, Fail(CodeCancelled, "the session's result came first"))
		}
		s.acknowledge(id, map[string]any{})
	}
}
