// Package scripted is a judge for tests: an OpenAI-compatible server on the
// loopback address whose replies stand in the texts that it is shown.
//
// A text says what to reply to a function with [function=reply], for instance
// [check_answer_status=Unsure] in a query. Without one everything is fine: solved,
// solvable, the first of two answers, and for every step success and a
// contribution of 3.
//
//	[function=X]         X is the status or the index
//	[function=nothing]   a text instead of a call
//	[function=once]      a text instead of a call the first time
//	[function=broken]    HTTP 400
package scripted

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Judge is the server. Requests counts what it was asked, by function.
type Judge struct {
	mu       sync.Mutex
	seen     map[string]int // by function and prompt
	Requests map[string]int
}

type request struct {
	Messages []struct{ Content string }
	Tools    []struct{ Function struct{ Name string } }
}

var (
	step  = regexp.MustCompile(`Step \d+: `)
	reply = regexp.MustCompile(`\[(\w+)=([^\]]*)\]`)
)

// ServeHTTP implements http.Handler.
func (j *Judge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q request
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Messages) == 0 || len(q.Tools) == 0 {
		http.Error(w, "not a question to a judge", http.StatusBadRequest)
		return
	}
	name, prompt := q.Tools[0].Function.Name, q.Messages[0].Content
	j.mu.Lock()
	if j.seen == nil {
		j.seen, j.Requests = map[string]int{}, map[string]int{}
	}
	j.seen[name+prompt]++
	j.Requests[name]++
	first := j.seen[name+prompt] == 1
	j.mu.Unlock()
	said := ""
	for _, m := range reply.FindAllStringSubmatch(prompt, -1) {
		if m[1] == name {
			said = m[2]
		}
	}
	message := map[string]any{"role": "assistant", "content": "I would rather talk."}
	switch {
	case said == "broken":
		http.Error(w, `{"error": "broken"}`, http.StatusBadRequest)
		return
	case said == "nothing", said == "once" && first:
	default:
		if said == "once" {
			said = ""
		}
		message["tool_calls"] = []any{map[string]any{"id": "call_0", "type": "function",
			"function": map[string]any{"name": name, "arguments": arguments(name, said, prompt)}}}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": "stop"}}})
}

// arguments are those of the call that says something.
func arguments(name, said, prompt string) string {
	or := func(usual string) string {
		if said == "" {
			return usual
		}
		return said
	}
	switch name {
	case "select_better_answer":
		return fmt.Sprintf(`{"index": %s}`, or("0"))
	case "check_task_solvable":
		return fmt.Sprintf(`{"task_status": %s, "reason": "as the script says"}`, strconv.Quote(or("Solvable")))
	case "evaluate_process_reward":
		steps, _, _ := strings.Cut(prompt, "\n\nFinal Answer:\n")
		n := len(step.FindAllString(steps, -1))
		each := func(v string) string {
			return "[" + strings.TrimSuffix(strings.Repeat(v+", ", n), ", ") + "]"
		}
		return fmt.Sprintf(`{"succeed_tool_calling": %s, "contribution_to_final_answer": %s, "final_answer_status": %s}`,
			each("1"), each("3"), strconv.Quote(or("Solved")))
	}
	return fmt.Sprintf(`{"answer_status": %s}`, strconv.Quote(or("Solved")))
}
