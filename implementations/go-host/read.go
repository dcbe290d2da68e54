package sandpipe

import (
	"context"
	"encoding/base64"
	"unicode/utf8"
)

func readFile(_ context.Context, call Call, params map[string]any) (any, error) {
	file, err := call.file(params)
	if err != nil {
		return nil, err
	}
	size := len(file.Content)
	offset := size
	asked, _ := params["offset"].(float64)
	if asked < float64(size) {
		offset = int(asked)
	}
	rest := file.Content[offset:]
	length, given := params["length"].(float64)
	if given && length < float64(len(rest)) {
		rest = rest[:int(length)]
	}
	room := call.Limits.MaxFrameBytes - envelopeBytes
	if params["encoding"] == "base64" {
		if !given {
			rest = rest[:min(len(rest), room/4*3)]
		}
		return readResult(base64.StdEncoding.EncodeToString(rest), "base64", asked, len(rest), size), nil
	}
	if offset < size && !utf8.RuneStart(file.Content[offset]) {
		return nil, Fail(CodeInvalidParams, "the offset is inside a character")
	}
	if !given {
		rest = rest[:fitting(rest, room)]
	}
	rest = wholeCharacters(rest, file.Content[offset:])
	if !utf8.Valid(rest) {
		return nil, Fail(CodeInvalidParams, "the file is not UTF-8: read it as base64")
	}
	return readResult(string(rest), "utf8", asked, len(rest), size), nil
}

func readResult(content, encoding string, offset float64, length, size int) map[string]any {
	return map[string]any{
		"content": content, "encoding": encoding, "offset": offset, "length": length, "size": size,
		"eof": offset+float64(length) >= float64(size),
	}
}

// wholeCharacters cuts a part at the end of a character, or takes the first one whole
// (data:read:whole-characters).
func wholeCharacters(part, rest []byte) []byte {
	if len(part) == 0 || len(part) == len(rest) {
		return part
	}
	end := len(part)
	for back := 1; back <= min(utf8.UTFMax, end); back++ {
		if utf8.RuneStart(part[end-back]) {
			if !utf8.FullRune(part[end-back:]) {
				end -= back
			}
			break
		}
	}
	if end == 0 {
		_, end = utf8.DecodeRune(rest)
	}
	return rest[:end]
}

// fitting tells how many bytes of a text fit into room as a JSON string (data:read:fits-frame).
func fitting(text []byte, room int) int {
	taken := 0
	for taken < len(text) {
		r, size := utf8.DecodeRune(text[taken:])
		room -= encodedSize(r, size)
		if room < 0 {
			break
		}
		taken += size
	}
	return taken
}

func encodedSize(r rune, size int) int {
	switch {
	case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t' || r == '\b' || r == '\f':
		return 2
	case r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == utf8.RuneError:
		return 6
	}
	return size
}
