package main

import (
	"encoding/base64"
	"maps"
	"slices"

	sandpipe "sandpipe.example/go-host"
)

type fixture struct {
	Projects      []sandpipe.Project
	Conversations []sandpipe.Conversation
	Files         []struct {
		sandpipe.File
		Content, Encoding string
	}
}

func (f fixture) store() *sandpipe.Store {
	store := &sandpipe.Store{Projects: f.Projects, Conversations: f.Conversations}
	for _, entry := range f.Files {
		file := entry.File
		file.Content = []byte(entry.Content)
		if entry.Encoding == "base64" {
			file.Content, _ = base64.StdEncoding.DecodeString(entry.Content)
		}
		file.Size = len(file.Content)
		store.Files = append(store.Files, file)
	}
	return store
}

// start makes a run of what the kit asks for; of methods it whitelists those that exist.
func (m message) start() sandpipe.Run {
	whitelist := methods()
	maps.DeleteFunc(whitelist, func(name string, _ sandpipe.Method) bool { return !slices.Contains(m.Methods, name) })
	return sandpipe.Run{
		Command: m.Command, Env: m.Env, Transport: m.Transport,
		Scope:   sandpipe.Scope{ProjectID: m.Session.ProjectID, ConversationID: m.Session.ConversationID},
		Methods: whitelist, Limits: m.Limits, Store: m.Fixture.store(),
	}
}
