// Command adapter lets the conformance kit drive the host (spec/control).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"sync"

	sandpipe "sandpipe.example/go-host"
)

type message struct {
	Op        string                                     `json:"op"`
	Run       string                                     `json:"run"`
	Command   []string                                   `json:"command"`
	Env       map[string]string                          `json:"env"`
	Transport string                                     `json:"transport"`
	Session   struct{ ProjectID, ConversationID string } `json:"session"`
	Methods   []string                                   `json:"methods"`
	Limits    sandpipe.Limits                            `json:"limits"`
	Fixture   fixture                                    `json:"fixture"`
}

type object = map[string]any

func main() {
	var writing sync.Mutex
	reply := func(value object) {
		line, _ := json.Marshal(value)
		writing.Lock()
		defer writing.Unlock()
		os.Stdout.Write(append(line, '\n'))
	}
	var runs sync.WaitGroup
	all, endAll := context.WithCancel(context.Background())
	var cancels sync.Map
	input := bufio.NewReader(os.Stdin) // no Scanner: it stops at lines of 64 KB
	for {
		line, err := input.ReadBytes('\n')
		var m message
		if err != nil || json.Unmarshal(line, &m) == nil && m.Op == "exit" {
			break
		}
		switch m.Op {
		case "describe":
			reply(object{"op": "describe", "control": 1, "name": "go-host", "version": "1.0.0", "language": "go",
				"protocols": []int{1}, "transports": []string{"stdio"},
				"features": append([]string{"fixture"}, sandpipe.Features...), "maxRuns": 8})
		case "run":
			ctx, cancel := context.WithCancel(all)
			cancels.Store(m.Run, cancel)
			runs.Go(func() {
				report := m.start().Do(ctx)
				cancels.Delete(m.Run)
				cancel()
				reply(object{"op": "ended", "run": m.Run, "report": report})
			})
		default:
			cancel, open := cancels.Load(m.Run)
			if m.Op == "cancel" && open {
				cancel.(context.CancelFunc)()
				continue
			}
			reply(object{"op": "error", "run": m.Run, "message": "unknown op or run: " + m.Op})
		}
	}
	endAll()
	runs.Wait()
}
