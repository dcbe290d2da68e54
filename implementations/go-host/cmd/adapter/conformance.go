package main

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"time"

	sandpipe "sandpipe.example/go-host"
)

var badParams = sandpipe.Fail(sandpipe.CodeInvalidParams, "bad params")

// methods are the contract's and those that the kit asks of every adapter.
func methods() map[string]sandpipe.Method {
	all := maps.Clone(sandpipe.Contract)
	all["conformance.echo"] = sandpipe.Method{Idempotent: true, Handle: echo}
	all["conformance.hidden"] = sandpipe.Method{Idempotent: true, Handle: echo}
	all["conformance.delay"] = sandpipe.Method{Idempotent: true, Handle: delay}
	all["conformance.fail"] = sandpipe.Method{Idempotent: true, Handle: fail}
	all["conformance.throw"] = sandpipe.Method{Idempotent: true, Handle: throw}
	all["conformance.count"] = sandpipe.Method{Handle: count}
	all["conformance.bytes"] = sandpipe.Method{Idempotent: true, Handle: bytes}
	return all
}

func echo(_ context.Context, _ sandpipe.Call, params map[string]any) (any, error) {
	return params, nil
}

func delay(ctx context.Context, _ sandpipe.Call, params map[string]any) (any, error) {
	ms, ok := params["ms"].(float64)
	if !ok {
		return nil, badParams
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Duration(ms * float64(time.Millisecond))):
		return params["value"], nil
	}
}

func fail(_ context.Context, _ sandpipe.Call, params map[string]any) (any, error) {
	code, okCode := params["code"].(float64)
	message, okMessage := params["message"].(string)
	if !okCode || !okMessage {
		return nil, badParams
	}
	data, given := params["data"]
	if given && data == nil {
		data = json.RawMessage("null")
	}
	return nil, &sandpipe.Error{Code: int(code), Message: message, Data: data}
}

func throw(context.Context, sandpipe.Call, map[string]any) (any, error) {
	panic(errors.New("SELECT secret FROM /srv/host/store.db failed"))
}

func count(_ context.Context, call sandpipe.Call, params map[string]any) (any, error) {
	key, ok := params["key"].(string)
	if !ok {
		return nil, badParams
	}
	return call.Memory.Count(key), nil
}

func bytes(_ context.Context, call sandpipe.Call, params map[string]any) (any, error) {
	size, ok := params["size"].(float64)
	if !ok || size < 0 {
		return nil, badParams
	}
	// Beyond the limit one byte is as much too large as all of them.
	return strings.Repeat("x", int(min(size, float64(call.Limits.MaxFrameBytes)))), nil
}
