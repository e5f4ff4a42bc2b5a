package virtual

import (
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// readSimulation reads a reply of the simulator. ok is false for a reply that is
// worth another attempt.
func (s *Server) readSimulation(m endpoint.Choice) (answer any, ok bool, e *Error) {
	if s.o.Released {
		return readReleased(m)
	}
	text := m.Content
	if from, to := strings.Index(text, "{"), strings.LastIndex(text, "}"); from >= 0 && to > from {
		text = text[from : to+1] // whatever stands around the object: a fence, a greeting
	}
	v, err := decode([]byte(text))
	d, isDict := v.(pyliteral.Dict)
	if err != nil || !isDict || !finite(d) {
		return nil, false, nil
	}
	if _, ok := d.Get("response"); !ok {
		return nil, false, nil
	}
	if e, _ := d.Get("error"); e == nil {
		d = with(d, "error", "")
	}
	return without(d, "is_fake"), true, nil
}

// readReleased reads it as the released server does: fences are seen only with
// their language; numbers, booleans, null and no text at all make it fail.
func readReleased(m endpoint.Choice) (answer any, ok bool, e *Error) {
	const shape = simulatorCode + Code(endpoint.Shape)
	if m.Null {
		return nil, false, fail(shape, "the simulator's message has no content")
	}
	text := m.Content
	if strings.Contains(text, "```json") {
		text = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "```json", ""), "```", ""))
	}
	v, err := pyliteral.FromJSON(text)
	if err != nil {
		return nil, false, nil
	}
	switch v.(type) {
	case pyliteral.Dict, pyliteral.List, string:
		return v, true, nil
	}
	return nil, false, fail(shape, "the simulator's answer is %.100s: want an object", pyliteral.Repr(v))
}
