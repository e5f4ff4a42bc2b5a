package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/stepgrain/stepgrain/cmd/internal/episode"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// writeRows writes StepTool's CSV, with log-probabilities when the first
// trajectory has them. Those without a turn have no row.
func writeRows(w io.Writer, l chat.Layout, list stories) (n int, err error) {
	var out *steptool.Writer
	stored := false
	for s, err := range list {
		if err != nil {
			return n, err
		}
		if len(s.Turns) == 0 {
			continue
		}
		if !slices.ContainsFunc(s.Turns, func(t episode.Turn) bool { return len(t.Rewards) > 0 }) {
			return n, fmt.Errorf("task %s: no rewards, which a CSV needs: convert ppo -annotations FILE adds them to converted answers", s.Task)
		}
		if out == nil {
			stored = s.logProbs != nil
			out = steptool.NewWriter(w, stored)
		}
		row := steptool.Row{Rewards: s.StepRewards()}
		row.Prompts, row.Responses = l.Format(s.Conversation())
		if stored {
			row.LogProbs = s.logProbs
		}
		if err := out.Write(row); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func writeEpisodes(w io.Writer, _ chat.Layout, list stories) (n int, err error) {
	e := json.NewEncoder(w)
	for s, err := range list {
		if err != nil {
			return n, err
		}
		for k := range s.logProbs {
			for _, x := range s.logProbs[k] {
				s.Turns[k].LogProbs = append(s.Turns[k].LogProbs, float32(x))
			}
		}
		if err := e.Encode(s.Episode); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// writeAnswers writes converted answers. A task that was played several times has
// one answer under its id, and others under id#2, id#3 …
func writeAnswers(w io.Writer, _ chat.Layout, list stories) (n int, err error) {
	out := answers.NewWriter(w)
	played := map[string]int{}
	for s, err := range list {
		if err != nil {
			return n, err
		}
		c := converted(s)
		if played[c.ID]++; played[c.ID] > 1 {
			c.ID = fmt.Sprintf("%s#%d", c.ID, played[c.ID])
		}
		if err := out.Write(c); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Close()
}

// converted makes a converted answer of an episode. Functions are known by name
// only; an action that is no call is a message of the assistant.
func converted(s *story) *answers.Converted {
	c := &answers.Converted{ID: s.Task, Query: s.Query}
	for _, name := range append(s.APIs[:len(s.APIs):len(s.APIs)], toolenv.FinishName) {
		c.Tools = append(c.Tools, pyliteral.Dict{{Key: "name", Value: name}})
	}
	root := &answers.Node{Role: "system", Message: ""}
	last := &answers.Node{Role: "user", Message: ""}
	root.Next = []*answers.Node{last}
	c.Answer = answers.Answer{Method: "CoT@1", TotalSteps: 2, Details: []*answers.Node{root}}
	add := func(role string, message any) {
		n := &answers.Node{Role: role, Message: message}
		last.Next = []*answers.Node{n}
		last = n
		c.Answer.TotalSteps++
	}
	for i := range s.Turns {
		t := &s.Turns[i]
		call, thought, err := toolenv.ParseReAct(t.Action) // the arguments as they were written; t.Call has them compacted
		if err != nil {
			add("assistant", t.Action)
			continue
		}
		m := answers.ToolMessage{Name: call.Name, Arguments: string(call.Args), Response: t.Observation}
		if ended := t.Status != nil && *t.Status == int(toolenv.StatusFinalAnswer); ended {
			c.Answer.FinalAnswer, m.Response = m.Arguments, ""
		}
		if thought != "" {
			add("assistant", thought)
		}
		add("tool", m)
	}
	return c
}
