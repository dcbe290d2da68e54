package sandpipe

import (
	"context"
	"fmt"
	"time"
)

// pending is a call whose response wasn't handed to the pipe yet.
type pending struct {
	id       ID
	method   Method
	params   map[string]any
	cancel   context.CancelFunc
	timer    *time.Timer
	answered bool
	effect   *Effect
}

func (s *session) accept(id ID, name string, method Method, params map[string]any) {
	call := &pending{id: id, method: method, params: params}
	s.inFlight[id] = call
	s.slots++
	s.report.calls++
	if !method.Idempotent {
		s.report.affected++
		if len(s.report.effects) < maxListedEffects {
			call.effect = &Effect{ID: id, Method: name, State: "unknown"}
			s.report.effects = append(s.report.effects, call.effect)
		}
	}
	s.accepted = append(s.accepted, call)
	s.startAccepted()
}

// startAccepted starts calls while few enough bytes of responses wait (flow:responses:bounded).
func (s *session) startAccepted() {
	for len(s.accepted) > 0 && !s.resulted && s.pipe.waiting <= s.limits.MaxFrameBytes+mebibyte {
		call := s.accepted[0]
		s.accepted = s.accepted[1:]
		if !call.answered {
			s.start(call)
		}
	}
}

func (s *session) start(call *pending) {
	ctx, cancel := context.WithCancel(s.ctx)
	call.cancel = cancel
	call.timer = time.AfterFunc(time.Duration(s.limits.CallTimeoutMs)*time.Millisecond, func() {
		s.lock.Lock()
		defer s.lock.Unlock()
		s.abort(call, Fail(CodeDeadlineExceeded, "the call ran longer than callTimeoutMs"))
	})
	go func() {
		value, err := handle(ctx, s.call, call)
		bytes := s.encode(call.id, value, err)
		s.lock.Lock()
		defer s.lock.Unlock()
		if call.effect != nil {
			call.effect.State = "done"
			if err != nil {
				call.effect.State = "failed"
			}
		}
		s.answer(call, bytes)
	}()
}

// handle runs a method; a panic fails this call alone (error:internal:session-survives).
func handle(ctx context.Context, call Call, p *pending) (value any, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("panic: %v", thrown)
		}
	}()
	return p.method.Handle(ctx, call, p.params)
}

// encode makes the response of a call that has run.
func (s *session) encode(id ID, value any, err error) []byte {
	if err != nil {
		return encodeError(id, published(err), s.limits.MaxFrameBytes)
	}
	return encodeResult(id, value, s.limits.MaxFrameBytes)
}

// abort answers a call without waiting for its handler (cancel:call:prompt).
func (s *session) abort(call *pending, reason *Error) {
	if !call.answered {
		s.answer(call, encodeError(call.id, reason, s.limits.MaxFrameBytes))
	}
}

// answer sends a call's one response; whoever comes second is too late (call:response:exactly-one).
func (s *session) answer(call *pending, bytes []byte) {
	if call.answered {
		return
	}
	call.answered = true
	if call.cancel != nil {
		call.cancel()
		call.timer.Stop()
	}
	s.pipe.send(outgoing{bytes: bytes, handed: func() {
		delete(s.inFlight, call.id)
		s.slots--
		s.startAccepted()
	}})
}
