package sandpipe

import "context"

// Contract holds the methods of the protocol that this host has.
var Contract = map[string]Method{
	"files.list":        {Params: "FilesListParams", Idempotent: true, Handle: listFiles},
	"files.get":         {Params: "FilesGetParams", Idempotent: true, Handle: getFile},
	"files.read":        {Params: "FilesReadParams", Idempotent: true, Handle: readFile},
	"projects.get":      {Params: "ProjectsGetParams", Idempotent: true, Handle: getProject},
	"conversations.get": {Params: "ConversationsGetParams", Idempotent: true, Handle: getConversation},
}

func listFiles(_ context.Context, call Call, params map[string]any) (any, error) {
	if err := call.Scope.checks(params); err != nil {
		return nil, err
	}
	conversation, only := params["conversationId"].(string)
	files := []File{}
	for _, file := range call.Store.Files {
		if call.Scope.sees(file) && (!only || file.ConversationID == conversation) {
			files = append(files, file)
		}
	}
	some, next, err := page(files, func(file File, _ int) string { return file.ID }, params, call.Limits)
	if err != nil {
		return nil, err
	}
	return withCursor(map[string]any{"files": some}, next), nil
}

func (c Call) file(params map[string]any) (File, error) {
	for _, file := range c.Store.Files {
		if file.ID == params["fileId"] && c.Scope.sees(file) {
			return file, nil
		}
	}
	return File{}, Fail(CodeNotFound, "no such file") // scope:file:foreign-not-found
}

func getFile(_ context.Context, call Call, params map[string]any) (any, error) {
	return call.file(params)
}

func getProject(_ context.Context, call Call, params map[string]any) (any, error) {
	if err := call.Scope.checks(params); err != nil {
		return nil, err
	}
	for _, project := range call.Store.Projects {
		if project["id"] == call.Scope.ProjectID {
			return project, nil
		}
	}
	return nil, Fail(CodeNotFound, "no such project")
}

func getConversation(_ context.Context, call Call, params map[string]any) (any, error) {
	if err := call.Scope.checks(params); err != nil {
		return nil, err
	}
	for _, c := range call.Store.Conversations {
		if c.ID == call.Scope.ConversationID && c.ProjectID == call.Scope.ProjectID {
			some, next, err := page(c.Messages, placeOf[Message], params, call.Limits)
			if err != nil {
				return nil, err
			}
			result := map[string]any{"id": c.ID, "projectId": c.ProjectID, "messages": some}
			if c.Title != "" {
				result["title"] = c.Title
			}
			return withCursor(result, next), nil
		}
	}
	return nil, Fail(CodeNotFound, "no such conversation") // data:conversation:none
}
