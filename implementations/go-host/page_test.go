package sandpipe

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func pages(t *testing.T, files []File, limit any) []string {
	t.Helper()
	ids := []string{}
	params := map[string]any{}
	if limit != nil {
		params["limit"] = limit
	}
	for {
		some, next, err := page(files, func(file File, _ int) string { return file.ID }, params, Limits{}.granted())
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range some {
			ids = append(ids, file.ID)
		}
		if next == "" {
			return ids
		}
		params["cursor"] = next
	}
}

func TestPagesHoldEveryEntryOnceAndNoneIsTooLargeForAFrame(t *testing.T) {
	files, want := []File{}, []string{}
	for i := range 50 {
		files = append(files, File{ID: fmt.Sprint("f", i), Name: strings.Repeat("n", 100_000)})
		want = append(want, files[i].ID)
	}
	for _, limit := range []any{nil, 1.0, 3.0, 50.0, 51.0, 1e15} {
		if got := pages(t, files, limit); !slices.Equal(got, want) {
			t.Errorf("limit %v: got %v", limit, got)
		}
	}
}
