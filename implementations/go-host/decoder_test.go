package sandpipe

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

type part struct {
	Text, Hex string
	Repeat    int
	Of        *part
}

func (p part) bytes(t *testing.T) []byte {
	if p.Of != nil {
		return []byte(strings.Repeat(string(p.Of.bytes(t)), p.Repeat))
	}
	decoded, err := hex.DecodeString(p.Hex)
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(p.Text), decoded...)
}

func join(t *testing.T, parts []part) []byte {
	all := []byte{}
	for _, p := range parts {
		all = append(all, p.bytes(t)...)
	}
	return all
}

type event struct {
	Frame     json.RawMessage
	FrameText []part
	AnyFrame  bool
	Output    []part
	Violation string
	Skipped   int64
	Answer    *struct {
		Code int
		Kind string
	}
	Repeat int
	Events []event
}

type streamVector struct {
	ID           string
	Bytes        []part
	Limits       struct{ MaxFrameBytes, MaxDepth int }
	Events       []event
	Alternatives [][]event
}

// seen holds the three sequences that are compared, each in its own order.
type seen struct {
	content    []any // frames, and output as joined bytes
	violations []string
	answers    []string
}

type anyFrame struct{}

func (s *seen) Frame(value map[string]any) { s.content = append(s.content, value) }

func (s *seen) Output(bytes []byte) {
	if last := len(s.content) - 1; last >= 0 {
		if before, ok := s.content[last].([]byte); ok {
			s.content[last] = append(before, bytes...)
			return
		}
	}
	s.content = append(s.content, append([]byte{}, bytes...))
}

func (s *seen) Violation(v Violation) {
	s.violations = append(s.violations, fmt.Sprint(v.Name, " ", v.Skipped))
	if v.Answer != nil {
		kind := ""
		if data, ok := v.Answer.Data.(map[string]any); ok {
			kind = data["kind"].(string)
		}
		s.answers = append(s.answers, fmt.Sprint(v.Answer.Code, " ", kind))
	}
}

func (s *seen) expect(t *testing.T, events []event) {
	for _, e := range events {
		switch {
		case e.Repeat > 0:
			for range e.Repeat {
				s.expect(t, e.Events)
			}
		case e.AnyFrame:
			s.content = append(s.content, anyFrame{})
		case e.Frame != nil || e.FrameText != nil:
			text := []byte(e.Frame)
			if e.FrameText != nil {
				text = join(t, e.FrameText)
			}
			var value map[string]any
			if err := json.Unmarshal(text, &value); err != nil {
				t.Fatal(err)
			}
			s.content = append(s.content, value)
		case e.Output != nil:
			s.Output(join(t, e.Output))
		case e.Violation != "":
			s.violations = append(s.violations, fmt.Sprint(e.Violation, " ", e.Skipped))
		case e.Answer != nil:
			s.answers = append(s.answers, fmt.Sprint(e.Answer.Code, " ", e.Answer.Kind))
		}
	}
}

func (s *seen) equals(want *seen) bool {
	if len(s.content) != len(want.content) {
		return false
	}
	for i, expected := range want.content {
		if _, free := expected.(anyFrame); free {
			if _, isFrame := s.content[i].(map[string]any); !isFrame {
				return false
			}
		} else if !reflect.DeepEqual(s.content[i], expected) {
			return false
		}
	}
	return reflect.DeepEqual(s.violations, want.violations) && reflect.DeepEqual(s.answers, want.answers)
}

// cuttings are the ways in which a stream is cut into reads.
func cuttings(random *rand.Rand) map[string]func(left int) int {
	return map[string]func(left int) int{
		"whole":       func(left int) int { return left },
		"byte":        func(int) int { return 1 },
		"random":      func(int) int { return 1 + random.IntN(7) },
		"random wide": func(int) int { return 1 + random.IntN(4000) },
	}
}

func TestEveryStreamVectorIsTheSameForEveryCutting(t *testing.T) {
	seed := rand.Uint64()
	if given, err := strconv.ParseUint(os.Getenv("SANDPIPE_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("replay with SANDPIPE_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, vector := range readVectors[streamVector](t, "streams") {
		all := join(t, vector.Bytes)
		for name, next := range cuttings(random) {
			got := &seen{}
			decoder := NewDecoder(vector.Limits.MaxFrameBytes, vector.Limits.MaxDepth, got)
			for rest := all; len(rest) > 0; {
				n := min(next(len(rest)), len(rest))
				decoder.Push(rest[:n])
				rest = rest[n:]
			}
			decoder.End()
			if !matchesAny(t, got, append([][]event{vector.Events}, vector.Alternatives...)) {
				t.Errorf("%s (%s): got %+.600v", vector.ID, name, *got)
			}
		}
	}
}

func matchesAny(t *testing.T, got *seen, readings [][]event) bool {
	for _, events := range readings {
		want := &seen{}
		want.expect(t, events)
		if got.equals(want) {
			return true
		}
	}
	return false
}
