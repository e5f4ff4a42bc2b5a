package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/transcript"
	"github.com/stepgrain/stepgrain/toolenv/answers"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"convert": main})
}

// The transcripts find raw outputs of two samples on two tasks: s1 solves both, s2
// gives up on task 7 and solves task 8.
func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(dir string) error {
		for _, sample := range []string{"s1", "s2"} {
			if err := os.Mkdir(filepath.Join(dir, sample), 0o755); err != nil {
				return err
			}
			for _, id := range []string{"7", "8"} {
				if err := output(id, sample).Write(filepath.Join(dir, sample, id+"_CoT@1.json")); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// output is the raw output of a sample on a task.
func output(id, sample string) *answers.Raw {
	solved := sample == "s1" || id == "8"
	calls := []answers.RawCall{
		{Name: "find_for_shop", Arguments: `{"q": "tea"}`},
		{Name: "Finish", Arguments: `{"return_type": "give_answer", "final_answer": "tea in task ` + id + `"}`},
	}
	if !solved {
		calls = []answers.RawCall{
			{Name: "list_for_shop", Arguments: "{}"},
			{Name: "Finish", Arguments: `{"return_type": "give_up_and_restart"}`},
		}
	}
	observations := []string{`{"error": "", "response": "3 kinds of tea"}`, `{"response":"chose to give up and restart"}`}
	messages := []answers.RawMessage{{Role: "system", Content: "You are AutoGPT."}, {Role: "user", Content: "\nWhat tea is there?\nBegin!\n"}}
	r := &answers.Raw{Args: answers.Args{}, Answer: answers.Generation{Query: "What tea is there?", Valid: solved}}
	var chain answers.Chain
	for k, c := range calls {
		thought := fmt.Sprintf("step %d of %s", k+1, sample)
		messages = append(messages, answers.RawMessage{Role: "assistant", Content: thought, Calls: []answers.RawCall{c}})
		if solved {
			r.Answer.Messages = append(r.Answer.Messages, messages[:len(messages):len(messages)])
		}
		messages = append(messages, answers.RawMessage{Role: "tool", Name: c.Name, Content: observations[k]})
		code := 0
		chain = append(chain,
			&answers.RawNode{Type: answers.ThoughtNode, Description: thought, Depth: 3*k + 1},
			&answers.RawNode{Type: answers.ActionNode, Description: c.Name, Depth: 3*k + 2},
			&answers.RawNode{Type: answers.InputNode, Description: c.Arguments, Depth: 3*k + 3, Observation: observations[k], Code: &code})
	}
	if solved {
		r.Answer.FinalAnswer = calls[1].Arguments
	}
	r.Win = solved
	r.Trys = []answers.Try{{Chain: chain}}
	for _, name := range []string{"find_for_shop", "list_for_shop", "Finish"} {
		r.Answer.Functions = append(r.Answer.Functions, pyliteral.Dict{{Key: "type", Value: "function"}, {Key: "function", Value: pyliteral.Dict{{Key: "name", Value: name}}}})
	}
	return r
}
