package sandpipe

import (
	"bytes"
	"encoding/json"
)

// encode writes compact JSON; HTML escapes would make a text six times as long for nothing.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

type response struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      ID              `json:"id"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

type notification struct {
	JSONRPC string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// frame encloses one message in RS and LF (frame:send:well-formed).
func frame(body []byte) []byte {
	out := make([]byte, 0, len(body)+2)
	out = append(out, rs)
	out = append(out, body...)
	return append(out, lf)
}

// encodeResult makes the frame of a result, or of the error that must stand for it (limit:frame:out).
func encodeResult(id ID, result any, maxFrameBytes int) []byte {
	value, err := encode(result)
	if err != nil {
		return encodeError(id, Fail(CodeInternal, "internal error"), maxFrameBytes)
	}
	body, err := encode(response{JSONRPC: "2.0", ID: id, Result: value})
	if err != nil {
		return encodeError(id, Fail(CodeInternal, "internal error"), maxFrameBytes)
	}
	if len(body) > maxFrameBytes {
		return encodeError(id, Fail(CodeLimitExceeded, "the response is larger than maxFrameBytes"), maxFrameBytes)
	}
	return frame(body)
}

func encodeError(id ID, e *Error, maxFrameBytes int) []byte {
	body, err := encode(response{JSONRPC: "2.0", ID: id, Error: e})
	if err != nil {
		return encodeError(id, Fail(CodeInternal, "internal error"), maxFrameBytes)
	}
	if len(body) > maxFrameBytes {
		return encodeError(id, Fail(CodeLimitExceeded, "the error is larger than maxFrameBytes"), maxFrameBytes)
	}
	return frame(body)
}
