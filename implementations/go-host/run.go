// Package sandpipe is a host of the Sandpipe protocol, version 1, over stdio, for Linux.
package sandpipe

import (
	"context"
	"os"
	"sync"
	"syscall"
	"time"
)

// Run is one run of one script.
type Run struct {
	// Command is what is spawned; Env is added to the environment of the contract.
	Command   []string
	Env       map[string]string
	Transport string
	Scope     Scope
	// Methods is the whitelist.
	Methods map[string]Method
	Limits  Limits
	Store   *Store
}

// Features are the optional parts that this host has.
var Features = []string{"emit", "progress"}

// Do runs a script to its end; when the context ends first, the outcome is killed.
func (r Run) Do(ctx context.Context) Report {
	started := time.Now()
	child, err := spawn(r.Command, r.environment())
	if err != nil {
		return spawnFailed(err, started)
	}
	alive, over := context.WithCancel(context.Background())
	defer over()
	limits := r.Limits.granted()
	s := newSession(alive, r.Methods, Call{r.Scope, limits, r.Store, &Memory{}}, Features)
	s.pipe = newPipe(&s.lock, child.stdin)
	go s.pipe.run()
	streams := s.read(child)
	why := s.await(ctx, child)
	child.signal(syscall.SIGKILL)
	s.lock.Lock()
	s.pipe.abandon()
	s.lock.Unlock()
	streams.drain(time.Duration(limits.GraceMs) * time.Millisecond)
	exit := child.end()
	over() // no handler has an effect after the report
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.reportOf(exit, why, started)
}

// await waits for the exit, and brings it about when the run is cancelled or takes too long.
func (s *session) await(ctx context.Context, child *process) ended {
	timeout := time.NewTimer(time.Duration(s.limits.RunTimeoutMs) * time.Millisecond)
	defer timeout.Stop()
	why := byItself
	select {
	case <-child.exited:
		return byItself
	case <-ctx.Done():
		why = byUser
	case <-timeout.C:
		why = byTimeout
	case <-s.lingers:
		why = byLingering
	}
	s.escalate(child, why)
	return why
}

// escalate ends a run: session.close and the end of stdin, SIGTERM, SIGKILL (life:end:escalates).
func (s *session) escalate(child *process, why ended) {
	body, _ := encode(notification{"2.0", "session.close", map[string]any{"reason": string(why)}})
	s.lock.Lock()
	s.pipe.send(outgoing{bytes: frame(body)})
	s.pipe.end()
	s.lock.Unlock()
	grace := time.Duration(s.limits.GraceMs) * time.Millisecond
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		select {
		case <-child.exited:
			return
		case <-time.After(grace):
			child.signal(signal)
		}
	}
	<-child.exited
}

// streams are the readers of stdout and stderr.
type streams struct {
	files []*os.File
	done  sync.WaitGroup
	// until is the longest that a read waits once the process has exited.
	lock  sync.Mutex
	grace time.Duration
	last  time.Time
}

// read takes both streams from the first moment (flow:prints:always-drain, flow:stderr:drained).
func (s *session) read(child *process) *streams {
	r := &streams{files: []*os.File{child.stdout, child.stderr}}
	decoder := NewDecoder(s.limits.MaxFrameBytes, s.limits.MaxDepth, s)
	r.done.Add(2)
	go r.each(child.stdout, func(chunk []byte) {
		s.lock.Lock()
		defer s.lock.Unlock()
		decoder.Push(chunk)
		// flow:refusals:bounded
		for s.pipe.refusals > mebibyte && !s.pipe.broken {
			s.pipe.changed.Wait()
		}
	}, func() {
		s.lock.Lock()
		defer s.lock.Unlock()
		decoder.End()
	})
	go r.each(child.stderr, func(chunk []byte) {
		s.lock.Lock()
		defer s.lock.Unlock()
		s.stderr.add(chunk)
	}, func() {})
	return r
}

func (r *streams) each(file *os.File, push func([]byte), end func()) {
	defer r.done.Done()
	defer end()
	buffer := make([]byte, writeSize)
	for {
		n, err := file.Read(buffer)
		if n > 0 {
			push(buffer[:n])
			r.extend(file)
		}
		if err != nil {
			return
		}
	}
}

// extend gives a stream that still brings bytes another grace, but never more than two in all: a
// stranger that prints for ever must not hold the report (life:end:exit-not-eof).
func (r *streams) extend(file *os.File) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.grace == 0 {
		return
	}
	deadline := time.Now().Add(r.grace)
	if deadline.After(r.last) {
		deadline = r.last
	}
	_ = file.SetReadDeadline(deadline)
}

// drain reads to the end of both streams, or until grace passes without a byte (output:end:drained).
func (r *streams) drain(grace time.Duration) {
	r.lock.Lock()
	r.grace = grace
	r.last = time.Now().Add(2 * grace)
	r.lock.Unlock()
	for _, file := range r.files {
		r.extend(file)
	}
	r.done.Wait()
	closeAll(r.files)
}
