package sandpipe

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"
)

// process is a sandbox's process with the host's ends of its pipes.
type process struct {
	cmd                   *exec.Cmd
	stdin, stdout, stderr *os.File
	// exited is closed when the process has exited and is not reaped yet: its group id is still its own.
	exited chan struct{}
	reap   chan struct{}
	reaped chan struct{}
}

// spawn starts a command in a process group of its own (life:group:own). The parent-death signal
// follows the thread that spawned (golang/go#27505): that thread lives until the child is reaped.
func spawn(command, environment []string) (*process, error) {
	theirs, ours, err := pipes()
	if err != nil {
		return nil, err
	}
	p := &process{stdin: ours[0], stdout: ours[1], stderr: ours[2]}
	p.exited, p.reap, p.reaped = make(chan struct{}), make(chan struct{}), make(chan struct{})
	p.cmd = exec.Command(command[0], command[1:]...)
	p.cmd.Env = environment
	// Files, no writers: Wait must wait for the process alone, never for its pipes.
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = theirs[0], theirs[1], theirs[2]
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.watch()
		}
	}()
	err = <-started
	closeAll(theirs[:])
	if err != nil {
		closeAll(ours[:])
		return nil, err
	}
	return p, nil
}

func (p *process) watch() {
	waitForExit(p.cmd.Process.Pid)
	close(p.exited)
	<-p.reap
	_ = p.cmd.Wait() // the status is read from ProcessState
	close(p.reaped)
}

// signal goes to the whole group (life:end:group-signalled); never after the process was reaped, when
// the id may be somebody else's.
func (p *process) signal(signal syscall.Signal) {
	_ = syscall.Kill(-p.cmd.Process.Pid, signal) // a group that is gone needs none
}

// end reaps the process after its group was killed.
func (p *process) end() ExitStatus {
	close(p.reap)
	<-p.reaped
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return ExitStatus{Signal: signalName(status.Signal())}
	}
	code := p.cmd.ProcessState.ExitCode()
	return ExitStatus{Code: &code}
}

// waitForExit waits without reaping.
func waitForExit(pid int) {
	const (
		pPid    = 1
		wExited = 4
		wNoWait = 0x01000000
	)
	var info [128]byte // siginfo_t
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, pPid, uintptr(pid), uintptr(unsafe.Pointer(&info)), wExited|wNoWait, 0, 0)
		if errno != syscall.EINTR {
			return
		}
	}
}

// pipes makes three of them, in the order of the descriptors.
func pipes() (theirs, ours [3]*os.File, err error) {
	for i := range theirs {
		reader, writer, err := os.Pipe()
		if err != nil {
			closeAll(theirs[:i])
			closeAll(ours[:i])
			return theirs, ours, err
		}
		theirs[i], ours[i] = writer, reader
		if i == 0 {
			theirs[i], ours[i] = reader, writer
		}
	}
	return theirs, ours, nil
}

func closeAll(files []*os.File) {
	for _, file := range files {
		file.Close()
	}
}

var signalNames = map[syscall.Signal]string{
	syscall.SIGHUP: "SIGHUP", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT", syscall.SIGILL: "SIGILL",
	syscall.SIGTRAP: "SIGTRAP", syscall.SIGABRT: "SIGABRT", syscall.SIGBUS: "SIGBUS", syscall.SIGFPE: "SIGFPE",
	syscall.SIGKILL: "SIGKILL", syscall.SIGUSR1: "SIGUSR1", syscall.SIGSEGV: "SIGSEGV", syscall.SIGUSR2: "SIGUSR2",
	syscall.SIGPIPE: "SIGPIPE", syscall.SIGALRM: "SIGALRM", syscall.SIGTERM: "SIGTERM", syscall.SIGSYS: "SIGSYS",
	syscall.SIGXCPU: "SIGXCPU", syscall.SIGXFSZ: "SIGXFSZ",
}

func signalName(signal syscall.Signal) string {
	if name, ok := signalNames[signal]; ok {
		return name
	}
	return signal.String()
}
