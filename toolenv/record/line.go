package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

const format = "stepgrain tool calls 1"

// header is the first line of a file.
type header struct {
	Format string            `json:"format"`
	Task   string            `json:"task"`
	Base64 map[string][]byte `json:"base64,omitempty"`
}

// line is one call with its answer or its fault.
type line struct {
	Branch     string `json:"branch"`
	Occurrence int    `json:"occurrence"` // 1 for the first
	Function   string `json:"function"`
	Category   string `json:"category"`
	Tool       string `json:"tool"`
	API        string `json:"api"`
	Input      string `json:"input"`
	Hash       string `json:"sha256"`

	Status      int    `json:"status,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	Body        string `json:"body,omitempty"`

	Fault service.Fault `json:"fault,omitempty"`
	Error string        `json:"error,omitempty"`

	// Base64 holds the fields that are not valid UTF-8, by their names above.
	Base64 map[string][]byte `json:"base64,omitempty"`
}

// key is what a line is looked up by, within a task.
type key struct {
	branch     string
	hash       string
	occurrence int
}

func (l *line) key() key { return key{l.Branch, l.Hash, l.Occurrence} }

// texts are the fields that may hold any bytes.
func (l *line) texts() map[string]*string {
	return map[string]*string{"branch": &l.Branch, "function": &l.Function, "category": &l.Category, "tool": &l.Tool, "api": &l.API,
		"input": &l.Input, "content_type": &l.ContentType, "body": &l.Body, "error": &l.Error}
}

func (h *header) texts() map[string]*string { return map[string]*string{"task": &h.Task} }

// pack moves what JSON cannot hold out of the texts.
func pack(texts map[string]*string) map[string][]byte {
	var other map[string][]byte
	for name, s := range texts {
		if utf8.ValidString(*s) {
			continue
		}
		if other == nil {
			other = map[string][]byte{}
		}
		other[name], *s = []byte(*s), ""
	}
	return other
}

// unpack moves it back.
func unpack(texts map[string]*string, other map[string][]byte) error {
	for name, b := range other {
		s := texts[name]
		if s == nil {
			return fmt.Errorf("base64: there is no field %q", name)
		}
		*s = string(b)
	}
	return nil
}

// marshal writes a line, with its end.
func (l line) marshal() []byte {
	l.Base64 = pack(l.texts())
	return encode(l)
}

func (h header) marshal() []byte {
	h.Base64 = pack(h.texts())
	return encode(h)
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // bodies are often HTML: readable is better
	if err := e.Encode(v); err != nil {
		panic("record: " + err.Error()) // strings and numbers always encode
	}
	return b.Bytes()
}

func parseHeader(b []byte) (h header, err error) {
	if err = json.Unmarshal(b, &h); err != nil {
		return h, err
	}
	if h.Format != format {
		return h, fmt.Errorf("the format is %q, want %q", h.Format, format)
	}
	return h, unpack(h.texts(), h.Base64)
}

func parseLine(b []byte) (l line, err error) {
	if err = json.Unmarshal(b, &l); err != nil {
		return l, err
	}
	switch {
	case len(l.Hash) != 64:
		return l, errors.New("no sha256 of the call")
	case l.Occurrence < 1:
		return l, fmt.Errorf("occurrence %d, want 1 or more", l.Occurrence)
	}
	return l, unpack(l.texts(), l.Base64)
}
