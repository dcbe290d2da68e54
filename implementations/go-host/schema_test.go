package sandpipe

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

type valueVector struct {
	ID, Type, Text string
	Valid          bool
	Value          json.RawMessage
}

func TestEveryFrameVectorIsJudgedAsItSays(t *testing.T) {
	for _, vector := range readVectors[valueVector](t, "frames") {
		text := vector.Value
		if vector.Text != "" {
			text = json.RawMessage(vector.Text)
		}
		var value any
		decodes := json.Unmarshal(text, &value) == nil
		if got := decodes && valid(vector.Type, value); got != vector.Valid {
			t.Errorf("%s: valid is %v, want %v: %s", vector.ID, got, vector.Valid, text)
		}
	}
}

func TestTheEmbeddedSchemasAreThePublishedOnes(t *testing.T) {
	published, err := os.ReadFile("../../schemas/v1/bundle.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(published, publishedSchemas) {
		t.Fatal("schemas.json differs: run `go generate` in this folder")
	}
}
