// Plugs a host into Sandpipe's conformance kit: the kit's messages come as JSON lines on stdin, replies go out as JSON
// lines on stdout, stderr is free text. The adapter ends when `exit` or the end of stdin comes.
//
//	go build -o adapter .
//	npx sandpipe smoke host -- ./adapter    is it wired up? It is, as it stands.
//	npx sandpipe test host -- ./adapter     is the host right? The one below isn't: put your own in its place.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

type object = map[string]any

// ---- Your host. All from here to the next line is what your own library does, better. ----

type runMessage struct {
	Run     string            `json:"run"`
	Command []string          `json:"command"`
	Env     map[string]string `json:"env"`
	Session object            `json:"session"`
	Methods []string          `json:"methods"`
	Limits  object            `json:"limits"`
}

type frame struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

// runSession runs one session and returns the report of how it ended. It calls started with what cancels it.
func runSession(message runMessage, started func(cancel func())) object {
	child := exec.Command(message.Command[0], message.Command[1:]...)
	child.Env = []string{"PATH=" + os.Getenv("PATH"), "SANDPIPE_PROTOCOL=1", "SANDPIPE_TRANSPORT=stdio"}
	for name, value := range message.Env {
		child.Env = append(child.Env, name+"="+value)
	}
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, _ := child.StdinPipe()
	stdout, _ := child.StdoutPipe()
	if err := child.Start(); err != nil {
		ended := report("failed", object{}, nil, 0)
		ended["error"] = object{"name": "spawn_failed", "message": err.Error()}
		return ended
	}
	started(func() { _ = child.Process.Kill() })
	var output bytes.Buffer
	var result json.RawMessage
	calls := 0
	answer := func(id json.RawMessage, name string, body any) {
		text, _ := json.Marshal(object{"jsonrpc": "2.0", "id": id, name: body})
		_, _ = fmt.Fprintf(stdin, "\x1e%s\n", text)
	}
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadBytes('\n')
		var call frame
		if len(line) == 0 || line[0] != 0x1e || json.Unmarshal(line[1:], &call) != nil {
			output.Write(line)
		} else {
			switch call.Method {
			case "session.open":
				told := []object{}
				for _, name := range message.Methods {
					told = append(told, object{"name": name, "idempotent": false})
				}
				session := object{"id": "s1"}
				for name, value := range message.Session {
					session[name] = value
				}
				answer(call.ID, "result", object{"protocol": 1, "session": session, "methods": told,
					"limits": message.Limits, "datasources": []any{}, "script": object{}, "features": []any{}})
			case "session.result":
				var params struct {
					Value json.RawMessage `json:"value"`
				}
				_ = json.Unmarshal(call.Params, &params)
				result = params.Value
				answer(call.ID, "result", object{})
			case "conformance.echo":
				calls++
				answer(call.ID, "result", call.Params)
			default:
				answer(call.ID, "error", object{"code": -32601, "message": "unknown method"})
			}
		}
		if err != nil {
			break
		}
	}
	_ = child.Wait()
	status := child.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		name := "SIG" + fmt.Sprint(int(status.Signal()))
		if status.Signal() == syscall.SIGKILL {
			name = "SIGKILL"
		}
		return report("killed", object{"signal": name}, output.Bytes(), calls)
	}
	outcome := "failed"
	if status.ExitStatus() == 0 && result != nil {
		outcome = "ok"
	}
	ended := report(outcome, object{"code": status.ExitStatus()}, output.Bytes(), calls)
	if result != nil {
		ended["result"] = result
	}
	return ended
}

func report(outcome string, exit object, output []byte, calls int) object {
	return object{"outcome": outcome, "exit": exit, "output": base64.StdEncoding.EncodeToString(output),
		"stderr": "", "emits": []any{}, "violations": []any{}, "calls": calls}
}

// ---- The adapter: nothing below need be changed, but what description says. ----

var description = object{
	"op": "describe", "control": 1,
	"name": "my-host", "version": "0.0.0", "language": "go",
	"protocols": []int{1}, "transports": []string{"stdio"},
	// Declare what your host has: fixture, emit, upload, materialize, adopt, files.write, progress, isolation…
	"features": []string{}, "maxRuns": 4,
}

var (
	mutex   sync.Mutex
	cancels = map[string]func(){}
)

func say(message object) {
	text, _ := json.Marshal(message)
	mutex.Lock()
	defer mutex.Unlock()
	_, _ = os.Stdout.Write(append(text, '\n'))
}

func cancelOf(name string) func() {
	mutex.Lock()
	defer mutex.Unlock()
	return cancels[name]
}

func run(message runMessage) {
	ended := runSession(message, func(cancel func()) {
		mutex.Lock()
		cancels[message.Run] = cancel
		mutex.Unlock()
	})
	mutex.Lock()
	delete(cancels, message.Run)
	mutex.Unlock()
	say(object{"op": "ended", "run": message.Run, "report": ended})
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var head struct {
			Op  string `json:"op"`
			Run string `json:"run"`
		}
		_ = json.Unmarshal(line, &head)
		switch head.Op {
		case "describe":
			say(description)
			continue
		case "run":
			var message runMessage
			_ = json.Unmarshal(line, &message)
			go run(message)
			continue
		case "cancel":
			if cancel := cancelOf(head.Run); cancel != nil {
				cancel()
				continue
			}
		}
		if head.Op == "exit" {
			break
		}
		refusal := object{"op": "error", "message": "unsupported: " + head.Op}
		if head.Run != "" {
			refusal["run"] = head.Run
		}
		say(refusal)
	}
	mutex.Lock()
	defer mutex.Unlock()
	for _, cancel := range cancels {
		cancel()
	}
}
