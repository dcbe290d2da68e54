package sandpipe

// Store holds what a session may ask for; read-only while a run uses it.
type Store struct {
	Projects      []Project
	Conversations []Conversation
	Files         []File
}

// Project has an id, a name and whatever metadata else.
type Project map[string]any

// Conversation belongs to a project.
type Conversation struct {
	ID        string    `json:"id"`
	ProjectID string    `json:"projectId"`
	Title     string    `json:"title,omitempty"`
	Messages  []Message `json:"messages"`
}

// Message is one turn of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
	At      string `json:"at"`
}

// File is one stored file.
type File struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Size           int    `json:"size"`
	ProjectID      string `json:"projectId"`
	ConversationID string `json:"conversationId,omitempty"`
	Mime           string `json:"mime,omitempty"`
	SHA256         string `json:"sha256,omitempty"`
	ModifiedAt     string `json:"modifiedAt,omitempty"`
	Content        []byte `json:"-"`
}

// sees tells whether a file is in scope: the project's, and no other conversation's.
func (s Scope) sees(file File) bool {
	return file.ProjectID == s.ProjectID && (file.ConversationID == "" || file.ConversationID == s.ConversationID)
}

// checks that the ids that params name are the session's own, whether others exist or not
// (scope:name:out-of-scope).
func (s Scope) checks(params map[string]any) error {
	for name, own := range map[string]string{"projectId": s.ProjectID, "conversationId": s.ConversationID} {
		if named, ok := params[name].(string); ok && (named != own || own == "") {
			return Fail(CodeOutOfScope, "the "+name+" is not the session's")
		}
	}
	return nil
}
