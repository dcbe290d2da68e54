package sandpipe

// capture keeps a stream up to a limit and counts the rest (output:limit:counted).
type capture struct {
	limit int
	bytes []byte
	total int64
}

func (c *capture) add(bytes []byte) {
	whole := !c.truncated()
	c.total += int64(len(bytes))
	if !whole { // what is kept has no gap, though an emit may give room back
		return
	}
	room := max(0, c.limit-len(c.bytes))
	c.bytes = append(c.bytes, bytes[:min(room, len(bytes))]...)
}

func (c *capture) truncated() bool { return c.total > int64(len(c.bytes)) }
