package answers

import "github.com/stepgrain/stepgrain/toolenv"

// valid takes the conversation that led to the answer, the last of the list.
func (k *converter) valid(r *Raw) ([]*Node, error) {
	if len(r.Answer.Messages) == 0 {
		return nil, k.fail("IndexError", "there is an answer, but train_messages is empty")
	}
	conversation := r.Answer.Messages[len(r.Answer.Messages)-1]
	var path []*Node
	for i := 2; i < len(conversation); i++ {
		m := &conversation[i]
		switch m.Role {
		case "system", "user", "function", "tool":
			continue
		case "assistant":
		default:
			return nil, k.fail("NotImplementedError", "message %d has role %q", i, m.Role)
		}
		rest := conversation[i+1:]
		switch {
		case len(m.Calls) == 0:
			path = append(path, &Node{Role: "assistant", Message: m.Content})
		case m.Legacy && k.options.Released:
			call := m.Calls[0]
			response := ""
			if call.Name != toolenv.FinishName {
				if len(rest) == 0 {
					return nil, k.fail("IndexError", "no message answers the call of %s in message %d", call.Name, i)
				}
				response = rest[0].Content
			}
			path = append(path, tool(call.Name, call.Arguments, response))
			i++ // the release skips the answer, whatever its role
		default:
			var err error
			if path, err = k.calls(path, m, rest, i); err != nil {
				return nil, err
			}
		}
	}
	return k.line(path), nil
}

// calls appends the calls of one turn with what answered them.
func (k *converter) calls(path []*Node, m *RawMessage, rest []RawMessage, i int) ([]*Node, error) {
	for n, call := range m.Calls {
		finish := call.Name == toolenv.FinishName
		var response string
		var found bool
		if k.options.Released {
			response, found = answerByID(call.ID, rest)
		} else {
			response, found = answer(m, n, rest)
		}
		if finish && k.options.Released {
			response = ""
		}
		if finish && (k.options.Released || !found) { // it ended the path: what is called behind it was not run
			return append(path, tool(call.Name, call.Arguments, response)), nil
		}
		switch {
		case found || !k.options.Released:
			path = append(path, tool(call.Name, call.Arguments, response))
		case len(path) == 0:
			return nil, k.fail("UnboundLocalError", "no message answers the call of %s in message %d", call.Name, i)
		}
	}
	return path, nil
}

// answerByID is the first tool message with an id, however far behind the call.
func answerByID(id string, rest []RawMessage) (string, bool) {
	for _, a := range rest {
		if a.Role == "tool" && a.CallID == id {
			return a.Content, true
		}
	}
	return "", false
}

// answer finds what answered call n of a turn: by its id when no other call of
// the turn has the same, and by its place among the answers when the ids say
// nothing. A call that nothing answered has an empty response.
func answer(m *RawMessage, n int, rest []RawMessage) (string, bool) {
	id := m.Calls[n].ID
	unique := true
	for i, c := range m.Calls {
		unique = unique && (i == n || c.ID != id)
	}
	place, atPlace := 0, -1
	for i, a := range rest {
		if a.Role == "assistant" {
			break // the next turn
		}
		if a.Role != "tool" && a.Role != "function" {
			continue
		}
		if unique && a.CallID == id {
			return a.Content, true
		}
		if place == n && (!unique || a.CallID == "") {
			atPlace = i
		}
		place++
	}
	if atPlace < 0 {
		return "", false
	}
	return rest[atPlace].Content, true
}
