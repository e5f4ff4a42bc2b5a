package endpoint_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// A judge is asked for a call. The first attempt meets a server that is busy; no
// time passes here, because Sleep is replaced.
func ExampleClient_Chat() {
	busy := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if busy {
			busy = false
			w.Header().Set("Retry-After", "3")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		io.WriteString(w, `{"choices": [{"message": {"content": null, "tool_calls": [
			{"id": "1", "function": {"name": "grade", "arguments": "{\"solved\": true}"}}]}}],
			"usage": {"prompt_tokens": 21, "completion_tokens": 6}}`)
	}))
	defer server.Close()
	client, err := endpoint.New(endpoint.Options{
		BaseURL: server.URL, Key: "from the environment", Model: "judge",
	})
	fmt.Println(err)

	client, err = endpoint.New(endpoint.Options{
		BaseURL: server.URL, Key: "sk-1", Model: "judge",
		Sleep: func(_ context.Context, _ time.Duration) error { return nil },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	grade := pyliteral.Dict{{Key: "name", Value: "grade"}}
	answer, err := client.Chat(context.Background(), endpoint.ChatRequest{
		Messages:    pyliteral.List{endpoint.Text("user", "Is it solved?")},
		Tools:       pyliteral.List{endpoint.Function(grade)},
		ToolChoice:  endpoint.Choose("grade"),
		Temperature: endpoint.Temperature(0),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	call := answer.Choices[0].Calls[0]
	fmt.Println(call.Name, call.Arguments, "in", answer.Attempts, "requests,", answer.Usage.PromptTokens, "tokens read")
	// Output:
	// endpoint: key 0 is empty or has characters that a header cannot hold
	// grade {"solved": true} in 2 requests, 21 tokens read
}
