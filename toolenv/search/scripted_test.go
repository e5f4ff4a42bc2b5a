package search_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/search"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// smallTask has two functions, get_forecast_for_weather(city) and
// search_for_weather, and Finish.
func smallTask() *toolbench.Task {
	api := func(name string, required ...toolenv.Parameter) toolbench.Entry {
		return toolbench.Entry{API: toolenv.API{Category: "Data", Tool: "weather", Name: name, Required: required}}
	}
	q := &toolbench.Query{ID: "7", Text: "Will it rain in Oslo?", APIs: []toolbench.Entry{
		api("get forecast", toolenv.Parameter{Name: "city", Type: "STRING"}), api("search"),
	}}
	return toolbench.NewTask(q, nil, toolbench.Options{})
}

// echo answers every call with its function and input.
func echo(_ context.Context, r service.Request) (service.Reply, error) {
	return service.Reply{Status: 200, ContentType: "application/json", Body: fmt.Appendf(nil, `{"error": "", "response": "%s %d"}`, r.Function, len(r.Input))}, nil
}

func smallEnv(task *toolbench.Task) *toolbench.Env {
	return toolbench.NewEnv(task, service.Func(echo), toolbench.Options{})
}

// Turns of a model.
func call(name, input string) string {
	return "Thought: try " + name + "\nAction: " + name + "\nAction Input: " + input
}

const (
	forecast = "get_forecast_for_weather"
	answer   = "Thought: done\nAction: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}"
	giveUp   = "Thought: no\nAction: Finish\nAction Input: {\"return_type\": \"give_up_and_restart\"}"
)

// script says its texts in order and keeps what it was asked.
type script struct {
	mu       sync.Mutex
	texts    []string
	released bool
	requests []search.Request
}

func (s *script) Next(_ context.Context, r *search.Request) (*search.Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, *r)
	if len(s.texts) == 0 {
		return nil, errors.New("the script is over")
	}
	text := s.texts[0]
	s.texts = s.texts[1:]
	reply := search.ReadText(text, r, s.released)
	reply.PromptTokens, reply.CompletionTokens = 10, 1
	return reply, nil
}

func (s *script) branches() string {
	var b []string
	for _, r := range s.requests {
		b = append(b, r.Branch)
	}
	return strings.Join(b, " ")
}
