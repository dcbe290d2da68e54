package sandpipe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

const vectorsFolder = "../../conformance/vectors/v1"

// readVectors reads every vector of one kind; none at all is a failure.
func readVectors[T any](t *testing.T, kind string) []T {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(vectorsFolder, kind, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no vectors in %s/%s: %v", vectorsFolder, kind, err)
	}
	all := []T{}
	for _, path := range paths {
		var file struct{ Vectors []T }
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &file)
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, file.Vectors...)
	}
	t.Logf("%d vectors of %s", len(all), kind)
	return all
}
