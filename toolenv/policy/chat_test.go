package policy

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

// ask sends one request to a server that gives a fixed answer, and returns the
// body that arrived.
func ask(t *testing.T, m *Chat, r *search.Request, answer string) (body string, reply *search.Reply, err error) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		io.WriteString(w, answer)
	}))
	defer s.Close()
	if m.Client, err = endpoint.New(endpoint.Options{BaseURL: s.URL, MaxAttempts: 1, Model: "m"}); err != nil {
		t.Fatal(err)
	}
	reply, err = m.Next(context.Background(), r)
	return body, reply, err
}

// A conversation as a search keeps it: calls with and without ids, several in a
// turn, a prompt to be different that has done its work.
func conversation() *search.Request {
	f := func(name string) pyliteral.Dict { return pyliteral.Dict{{Key: "name", Value: name}} }
	return &search.Request{Task: "1", Required: true, Functions: []pyliteral.Dict{f("f"), f("Finish")}, Messages: []search.Message{
		{Role: "system", Content: "S"}, {Role: "user", Content: "U"}, {Role: "user", Content: "be different", Invalid: true},
		{Role: "assistant", Content: "t", Calls: []search.Call{{Name: "f", Arguments: "{}"}, {ID: "b", Name: "f", Arguments: "{1}"}}},
		{Role: "tool", Name: "f", Content: "o1<|im_end|>"}, {Role: "tool", Name: "f", CallID: "b", Content: "o2"},
		{Role: "assistant", Content: "no call", Calls: []search.Call{{}}}, {Role: "tool", Content: "parse error"},
	}}
}

func TestChatAsksForCalls(t *testing.T) {
	zero := 0.0
	answer := `{"choices": [{"message": {"content": "th", "tool_calls": [{"id": "x", "function": {"name": "f", "arguments": "{\"a\": 1}"}}, {"id": "y", "function": {"name": "Finish", "arguments": "{}"}}]}}],
		"usage": {"prompt_tokens": 11, "completion_tokens": 4}}`
	body, reply, err := ask(t, &Chat{Temperature: &zero, MaxTokens: 512, Extra: pyliteral.Dict{{Key: "seed", Value: int64(7)}}}, conversation(), answer)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}, ` +
		`{"role": "assistant", "content": "t", "tool_calls": [{"id": "call_3_0", "type": "function", "function": {"name": "f", "arguments": "{}"}}, {"id": "b", "type": "function", "function": {"name": "f", "arguments": "{1}"}}]}, ` +
		`{"role": "tool", "tool_call_id": "call_3_0", "content": "o1<|im_end|>"}, {"role": "tool", "tool_call_id": "b", "content": "o2"}, ` +
		`{"role": "assistant", "content": "no call"}, {"role": "user", "content": "parse error"}], "model": "m", "max_tokens": 512, "temperature": 0, "tool_choice": "required", ` +
		`"tools": [{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "Finish"}}], "seed": 7}`
	if body != want {
		t.Errorf("%s, want\n%s", body, want)
	}
	if len(reply.Calls) != 2 || reply.Calls[0] != (search.Call{ID: "x", Name: "f", Arguments: `{"a": 1}`}) || reply.Calls[1].ID != "y" || reply.Content != "th" ||
		reply.PromptTokens != 11 || reply.CompletionTokens != 4 || reply.Requests != 1 || reply.ParseError != "" {
		t.Errorf("%+v", reply)
	}
}

func TestChatInItsOlderForm(t *testing.T) {
	body, reply, err := ask(t, &Chat{Legacy: true}, conversation(), `{"choices": [{"message": {"content": null, "function_call": {"name": "f", "arguments": "{}"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}, {"role": "assistant", "content": "t", "function_call": {"name": "f", "arguments": "{}"}}, ` +
		`{"role": "function", "name": "f", "content": "o1<|im_end|>"}, {"role": "function", "name": "f", "content": "o2"}, {"role": "assistant", "content": "no call"}, ` +
		`{"role": "user", "content": "parse error"}], "model": "m", "functions": [{"name": "f"}, {"name": "Finish"}]}`
	if body != want {
		t.Errorf("%s, want\n%s", body, want)
	}
	if len(reply.Calls) != 1 || reply.Calls[0].Name != "f" {
		t.Errorf("%+v", reply)
	}
}

func TestChatWithoutACall(t *testing.T) {
	answer := `{"choices": [{"message": {"content": "A"}}]}`
	_, reply, err := ask(t, &Chat{}, conversation(), answer)
	if err != nil || reply.ParseError == "" || reply.Text != "A" {
		t.Errorf("%+v, %v", reply, err)
	}
	// A ranking asks for a word: nothing is offered, nothing forced.
	body, reply, err := ask(t, &Chat{}, &search.Request{Messages: []search.Message{{Role: "user", Content: "A or B?"}}}, answer)
	if err != nil || reply.ParseError != "" || reply.Content != "A" || body != `{"messages": [{"role": "user", "content": "A or B?"}], "model": "m"}` {
		t.Errorf("%s: %+v, %v", body, reply, err)
	}
}

func TestChatThatFails(t *testing.T) {
	_, _, err := ask(t, &Chat{}, conversation(), `{"choices": []}`)
	var m *search.ModelError
	if !errors.As(err, &m) || m.Requests != 1 || endpoint.KindOf(err) != endpoint.Shape {
		t.Errorf("error %v", err)
	}
}
