package sandpipe

import "os"

var allowed = []string{"PATH", "HOME", "LANG", "TZ", "TMPDIR"}

// environment is built from an allow list (life:environment:allow-list).
func (r Run) environment() []string {
	variables := map[string]string{"SANDPIPE_PROTOCOL": "1", "SANDPIPE_TRANSPORT": r.Transport}
	for _, name := range allowed {
		if value, ok := os.LookupEnv(name); ok {
			variables[name] = value
		}
	}
	for name, value := range r.Env {
		variables[name] = value
	}
	list := []string{}
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	return list
}
