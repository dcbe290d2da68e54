package sandpipe

import "strconv"

// envelopeBytes is room for everything of a response but its payload: the longest id is 768 bytes.
const envelopeBytes = 4096

// placeOf names an entry of a list that only ever grows at its end.
func placeOf[T any](_ T, place int) string { return strconv.Itoa(place) }

// page cuts a list by cursor, limit and what fits one frame. A cursor is the name of the last entry of
// the page before, so that entries added meanwhile shift nothing (data:list:pages).
func page[T any](all []T, name func(T, int) string, params map[string]any, limits Limits) (some []T, next string, err error) {
	start := 0
	if cursor, ok := params["cursor"].(string); ok {
		start = -1
		for i, entry := range all {
			if name(entry, i) == cursor {
				start = i + 1
			}
		}
		if start < 0 {
			return nil, "", Fail(CodeInvalidParams, "the cursor is of no page")
		}
	}
	limit := len(all)
	if asked, ok := params["limit"].(float64); ok && asked < float64(limit) {
		limit = int(asked)
	}
	some = []T{}
	room := limits.MaxFrameBytes - envelopeBytes
	for i := start; i < len(all); i++ {
		entry, err := encode(all[i])
		if err != nil {
			return nil, "", err
		}
		room -= len(entry) + 1
		if len(some) == limit || room < 0 && len(some) > 0 {
			return some, name(all[i-1], i-1), nil
		}
		some = append(some, all[i])
	}
	return some, "", nil
}

func withCursor(result map[string]any, next string) map[string]any {
	if next != "" {
		result["nextCursor"] = next
	}
	return result
}
