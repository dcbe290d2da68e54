package sandpipe

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func readingCall(content string) Call {
	return Call{
		Scope:  Scope{ProjectID: "p"},
		Limits: Limits{}.granted(),
		Store:  &Store{Files: []File{{ID: "f", ProjectID: "p", Content: []byte(content)}}},
	}
}

// readAll reads a file part by part as the specification says: add length to offset, stop at eof.
func readAll(t *testing.T, call Call, encoding string, length any) string {
	t.Helper()
	var all strings.Builder
	for offset := 0; ; {
		params := map[string]any{"fileId": "f", "offset": float64(offset), "encoding": encoding}
		if length != nil {
			params["length"] = length
		}
		value, err := readFile(t.Context(), call, params)
		if err != nil {
			t.Fatal(err)
		}
		result := value.(map[string]any)
		if frame := encodeResult(ID{kind: 's', text: strings.Repeat("\x01", maxNameLength)}, value, call.Limits.MaxFrameBytes); strings.Contains(string(frame), `"error"`) {
			t.Fatalf("at %d: the answer doesn't fit its frame", offset)
		}
		content := []byte(result["content"].(string))
		if encoding == "base64" {
			content, _ = base64.StdEncoding.DecodeString(string(content))
		}
		if len(content) != result["length"] {
			t.Fatalf("at %d: length %v, content has %d bytes", offset, result["length"], len(content))
		}
		all.Write(content)
		offset += len(content)
		if result["eof"] == true {
			return all.String()
		}
		if len(content) == 0 {
			t.Fatalf("at %d: nothing read, and no eof", offset)
		}
	}
}

func TestPartsJoinToTheFileWhateverTheirLength(t *testing.T) {
	text := strings.Repeat("a", 1023) + "あ😀\n\"\\\u2028é"
	for _, encoding := range []string{"utf8", "base64"} {
		for length := 1; length <= 9; length++ {
			t.Run(fmt.Sprint(encoding, " ", length), func(t *testing.T) {
				if got := readAll(t, readingCall(text), encoding, float64(length)); got != text {
					t.Fatalf("got %q", got)
				}
			})
		}
	}
}

func TestAReadWithoutLengthFitsOneFrameWhateverTheTextCostsAsJSON(t *testing.T) {
	for _, unit := range []string{"a", "\"", "\n", "\x01", "\x7f", "é", "あ", "😀", "\u2028", "<&>", "\ufffd"} {
		text := strings.Repeat(unit, 400_000)
		for _, encoding := range []string{"utf8", "base64"} {
			if got := readAll(t, readingCall(text), encoding, nil); got != text {
				t.Fatalf("%q by %s: %d bytes of %d came back", unit, encoding, len(got), len(text))
			}
		}
	}
}

func TestBytesThatAreNoTextAreRefusedAsUTF8AndReadableAsBase64(t *testing.T) {
	call := readingCall("a\xff\xfeb")
	if _, err := readFile(t.Context(), call, map[string]any{"fileId": "f", "encoding": "utf8"}); err == nil {
		t.Fatal("broken text was read as utf8")
	}
	if got := readAll(t, call, "base64", nil); got != "a\xff\xfeb" {
		t.Fatalf("got %q", got)
	}
}
