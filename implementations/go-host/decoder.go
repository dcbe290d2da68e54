package sandpipe

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

const (
	rs = 0x1e
	lf = '\n'
	cr = '\r'
	// parserDepth is where encoding/json gives up, so that no fault behind it can be seen.
	parserDepth = 10000
)

// Violation is something on stdout that is against the framing.
type Violation struct {
	Name        string
	Requirement string
	// Answer is what the record deserves, nil for none.
	Answer *Error
	// Skipped counts the bytes of a record that was too large to keep.
	Skipped int64
}

// Sink takes what a Decoder finds, in the order of the bytes.
type Sink interface {
	// Frame takes a JSON object with a jsonrpc member.
	Frame(value map[string]any)
	// Output takes bytes that belong to no frame; they are valid during the call only.
	Output(bytes []byte)
	Violation(Violation)
}

// Decoder divides a sandbox's stdout into frames, output and violations, the same for every way in
// which the bytes are cut into reads (frame:split:any-boundary).
type Decoder struct {
	maxFrameBytes, maxDepth int
	sink                    Sink
	inRecord                bool
	size                    int64
	record                  []byte
}

// NewDecoder makes a decoder with the session's limits.
func NewDecoder(maxFrameBytes, maxDepth int, sink Sink) *Decoder {
	return &Decoder{maxFrameBytes: maxFrameBytes, maxDepth: maxDepth, sink: sink}
}

// Push takes the bytes of one read.
func (d *Decoder) Push(chunk []byte) {
	for len(chunk) > 0 {
		if !d.inRecord {
			start := bytes.IndexByte(chunk, rs)
			if start < 0 {
				d.sink.Output(chunk)
				return
			}
			if start > 0 {
				d.sink.Output(chunk[:start])
			}
			chunk = chunk[start+1:]
			d.begin()
			continue
		}
		end := bytes.IndexAny(chunk, "\x1e\n")
		if end < 0 {
			d.add(chunk)
			return
		}
		d.add(chunk[:end])
		if chunk[end] == lf {
			d.finish()
		} else {
			d.cut(Fail(CodeParse, "a record was cut by another RS"), "restart", "frame:violation:restart")
			d.begin()
		}
		chunk = chunk[end+1:]
	}
}

// End takes the end of the stream.
func (d *Decoder) End() {
	if d.inRecord {
		d.cut(nil, "cut-end", "frame:violation:cut-end")
	}
}

func (d *Decoder) begin() {
	d.inRecord = true
	d.size = 0
	d.record = d.record[:0]
}

func (d *Decoder) tooLarge() bool { return d.size > int64(d.maxFrameBytes) }

func (d *Decoder) add(part []byte) {
	d.size += int64(len(part))
	if d.tooLarge() {
		d.record = nil
		return
	}
	d.record = append(d.record, part...)
}

// cut ends a record that has no LF.
func (d *Decoder) cut(answer *Error, name, requirement string) {
	d.inRecord = false
	if d.tooLarge() {
		if answer != nil {
			answer = Fail(CodeLimitExceeded, "the frame is larger than maxFrameBytes")
		}
		d.sink.Violation(Violation{"too-large", "limit:frame:in-boundary", answer, d.size})
		return
	}
	d.sink.Violation(Violation{name, requirement, answer, 0})
	d.keep(false)
}

// keep hands the record on as output.
func (d *Decoder) keep(closed bool) {
	out := append(make([]byte, 0, len(d.record)+2), rs)
	out = append(out, d.record...)
	if closed {
		out = append(out, lf)
	}
	d.sink.Output(out)
}

func (d *Decoder) finish() {
	d.inRecord = false
	if d.tooLarge() {
		d.sink.Violation(Violation{"too-large", "limit:frame:in-boundary",
			Fail(CodeLimitExceeded, "the frame is larger than maxFrameBytes"), d.size})
		return
	}
	value, violation := d.judge(bytes.TrimSuffix(d.record, []byte{cr}))
	if violation != nil {
		d.sink.Violation(*violation)
		d.keep(true)
		return
	}
	d.sink.Frame(value)
}

// judge decodes a record once; what is checked is what is executed (frame:json:read-once).
func (d *Decoder) judge(text []byte) (map[string]any, *Violation) {
	notJSON := &Violation{"not-json", "frame:violation:not-json", Fail(CodeParse, "no JSON object between RS and LF"), 0}
	if !utf8.Valid(text) {
		return nil, notJSON
	}
	if depth := depthOf(text); depth > d.maxDepth {
		if depth < parserDepth && !json.Valid(text) {
			return nil, notJSON
		}
		return nil, &Violation{"too-deep", "limit:depth:boundary", Fail(CodeLimitExceeded, "the frame is deeper than maxDepth"), 0}
	}
	var value map[string]any
	if err := json.Unmarshal(text, &value); err != nil || value == nil {
		return nil, notJSON
	}
	if _, ok := value["jsonrpc"]; !ok {
		return nil, &Violation{"no-jsonrpc", "frame:violation:no-jsonrpc", nil, 0}
	}
	return value, nil
}
