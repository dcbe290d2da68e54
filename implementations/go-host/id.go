package sandpipe

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// maxNameLength is the most code points of an id or of a method's name.
const maxNameLength = 128

const maxSafeInteger = 1<<53 - 1

// ID names a call; 1 and "1" are two ids (call:id:types-distinct), so the kind is part of the key.
// The zero ID is null.
type ID struct {
	kind   byte // 0: null, 's': text, 'n': integer
	text   string
	number int64
}

func parseID(value any) (ID, bool) {
	switch v := value.(type) {
	case string:
		if v == "" || utf8.RuneCountInString(v) > maxNameLength {
			return ID{}, false
		}
		return ID{kind: 's', text: v}, true
	case float64:
		if v != math.Trunc(v) || math.Abs(v) > maxSafeInteger {
			return ID{}, false
		}
		return ID{kind: 'n', number: int64(v)}, true
	}
	return ID{}, false
}

// MarshalJSON writes the id with its own type (call:id:echo-type).
func (id ID) MarshalJSON() ([]byte, error) {
	switch id.kind {
	case 's':
		return encode(id.text)
	case 'n':
		return strconv.AppendInt(nil, id.number, 10), nil
	}
	return []byte("null"), nil
}
