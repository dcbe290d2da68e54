package sandpipe

import "sync"

// Memory holds counters by name for one run.
type Memory struct {
	lock   sync.Mutex
	counts map[string]int
}

// Count adds one to the counter of that name and returns it.
func (m *Memory) Count(key string) int {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[key]++
	return m.counts[key]
}
