package search

import (
	"slices"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// conversations are the messages that led to a leaf: for every turn on the way
// the conversation up to and with the turn ("train_messages").
func (s *searcher) conversations(leaf *node) [][]answers.RawMessage {
	out := [][]answers.RawMessage{}
	for _, n := range leaf.path() {
		var list []Message
		switch {
		case n.kind == answers.InputNode && (s.released || n.last):
			list = cutAfterAssistant(n.messages)
		case n.kind == answers.ThoughtNode && (s.released || n.last):
			list = cutUsers(n.messages)
		}
		if len(list) == 0 || list[len(list)-1].Role != "assistant" {
			continue
		}
		if s.released {
			list = siftReleased(list)
		} else {
			list = sift(list)
		}
		out = append(out, rawMessages(list))
	}
	return out
}

// cutAfterAssistant drops what follows the last assistant's message.
func cutAfterAssistant(m []Message) []Message {
	for len(m) > 0 && m[len(m)-1].Role != "assistant" {
		m = m[:len(m)-1]
	}
	return m
}

// cutUsers drops the user's messages at the end.
func cutUsers(m []Message) []Message {
	for len(m) > 0 && m[len(m)-1].Role == "user" {
		m = m[:len(m)-1]
	}
	return m
}

// sift drops the prompts to be different that the turn at the end did not see:
// all but the one right before it.
func sift(m []Message) []Message {
	var out []Message
	for i := range m {
		if !m[i].Invalid || i == len(m)-2 {
			out = append(out, m[i])
		}
	}
	return out
}

// siftReleased drops all such prompts but the last, wherever it stands.
func siftReleased(m []Message) []Message {
	kept := false
	var out []Message
	for _, msg := range slices.Backward(m) {
		if msg.Invalid && kept {
			continue
		}
		kept = kept || msg.Invalid
		out = append(out, msg)
	}
	slices.Reverse(out)
	return out
}

func rawMessages(m []Message) []answers.RawMessage {
	out := make([]answers.RawMessage, len(m))
	for i := range m {
		out[i] = answers.RawMessage{Role: m[i].Role, Content: m[i].Content, Name: m[i].Name, CallID: m[i].CallID, Invalid: m[i].Invalid}
		for _, c := range m[i].Calls {
			out[i].Calls = append(out[i].Calls, answers.RawCall(c))
		}
	}
	return out
}
