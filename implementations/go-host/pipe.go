package sandpipe

import (
	"os"
	"sync"
	"syscall"
)

// writeSize is how much is written at once: a pipe's usual room.
const writeSize = 64 * 1024

type outgoing struct {
	bytes   []byte
	refusal bool
	// handed runs, under the lock, when the last byte is in the pipe.
	handed func()
}

// pipe writes frames to a sandbox's stdin: one writer, whole frames, in order
// (frame:send:never-interleaved). All of its state is guarded by the session's lock.
type pipe struct {
	lock     *sync.Mutex
	changed  *sync.Cond
	file     *os.File
	queue    []outgoing
	head     int // bytes of queue[0] that are in the pipe
	waiting  int // bytes that aren't in the pipe yet
	refusals int // of them, bytes of refusals
	ending   bool
	broken   bool
}

func newPipe(lock *sync.Mutex, file *os.File) *pipe {
	return &pipe{lock: lock, changed: sync.NewCond(lock), file: file}
}

// send queues one frame; the caller holds the lock.
func (p *pipe) send(out outgoing) {
	if p.ending || p.broken {
		if out.handed != nil {
			out.handed()
		}
		return
	}
	p.queue = append(p.queue, out)
	p.waiting += len(out.bytes)
	if out.refusal {
		p.refusals += len(out.bytes)
	}
	p.changed.Broadcast()
}

// end closes the pipe behind what is queued; the caller holds the lock.
func (p *pipe) end() {
	p.ending = true
	p.changed.Broadcast()
}

// abandon closes the pipe at once; the caller holds the lock.
func (p *pipe) abandon() {
	p.broken = true
	p.advance(p.waiting)
	p.file.Close()
	p.changed.Broadcast()
}

// run writes until the pipe ends or breaks.
func (p *pipe) run() {
	conn, err := p.file.SyscallConn()
	if err != nil {
		p.lock.Lock()
		defer p.lock.Unlock()
		p.abandon()
		return
	}
	for {
		batch := p.next()
		if batch == nil {
			return
		}
		if err := p.write(conn, batch); err != nil {
			p.lock.Lock()
			p.abandon() // life:pipe:broken-survived
			p.lock.Unlock()
			return
		}
	}
}

// next waits for bytes to write and joins what is ready (frame:send:coalesced).
func (p *pipe) next() []byte {
	p.lock.Lock()
	defer p.lock.Unlock()
	for len(p.queue) == 0 && !p.ending && !p.broken {
		p.changed.Wait()
	}
	if p.broken {
		return nil
	}
	if len(p.queue) == 0 {
		p.abandon()
		return nil
	}
	batch := append([]byte(nil), p.queue[0].bytes[p.head:]...)
	for _, out := range p.queue[1:] {
		if len(batch)+len(out.bytes) > writeSize {
			break
		}
		batch = append(batch, out.bytes...)
	}
	return batch
}

// write hands a batch to the pipe. The lock is held while the system call runs (it never blocks), so
// that no answer to a frame can be read before that frame counts as handed over
// (limit:in-flight:not-early).
func (p *pipe) write(conn syscall.RawConn, batch []byte) error {
	for len(batch) > 0 {
		var failed error
		err := conn.Write(func(fd uintptr) bool {
			p.lock.Lock()
			defer p.lock.Unlock()
			if p.broken {
				failed = os.ErrClosed
				return true
			}
			n, err := syscall.Write(int(fd), batch[:min(len(batch), writeSize)])
			switch err {
			case nil:
				p.advance(n)
				batch = batch[n:]
			case syscall.EAGAIN:
				return false
			case syscall.EINTR:
			default:
				failed = err
			}
			return true
		})
		if err != nil {
			return err
		}
		if failed != nil {
			return failed
		}
	}
	return nil
}

// advance counts n bytes as being in the pipe.
func (p *pipe) advance(n int) {
	p.waiting -= n
	p.head += n
	for len(p.queue) > 0 && p.head >= len(p.queue[0].bytes) {
		out := p.queue[0]
		p.head -= len(out.bytes)
		p.queue[0] = outgoing{}
		p.queue = p.queue[1:]
		if out.refusal {
			p.refusals -= len(out.bytes)
		}
		if out.handed != nil {
			out.handed()
		}
	}
	p.changed.Broadcast()
}
