package virtual

import (
	"encoding/json"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// note is the line of the log about a request. It never holds a key.
type note struct {
	Time         string  `json:"time"` // when the request came, RFC 3339
	Milliseconds float64 `json:"ms"`
	Status       int     `json:"status"` // of HTTP
	Category     string  `json:"category,omitempty"`
	Tool         string  `json:"tool,omitempty"`
	API          string  `json:"api,omitempty"`
	Key          string  `json:"key,omitempty"`    // the arguments as they are stored, cut
	Source       string  `json:"source,omitempty"` // stored, real, simulator, fixed
	Code         Code    `json:"code,omitempty"`
	Error        string  `json:"error,omitempty"`
	Real         Code    `json:"real,omitempty"` // what went wrong with the real backend
	Full         bool    `json:"full,omitempty"` // not stored: the API has too many stored answers
	Stack        string  `json:"stack,omitempty"`
}

// mostKey is how many characters of the arguments a line shows.
const mostKey = 1000

func (f *front) log(start time.Time, n *note) {
	if f.l.Log == nil {
		return
	}
	n.Time = start.UTC().Format(time.RFC3339Nano)
	n.Milliseconds = float64(f.l.Now().Sub(start).Microseconds()) / 1000
	n.Key = pyliteral.First(n.Key, mostKey)
	line, err := json.Marshal(n)
	if err != nil {
		return // no field of a note can fail
	}
	f.logMu.Lock()
	defer f.logMu.Unlock()
	f.l.Log.Write(append(line, '\n'))
}
