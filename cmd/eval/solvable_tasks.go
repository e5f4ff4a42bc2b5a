package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func loadSolvable(path string) ([]judge.Solvability, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := judge.ParseSolvable(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}

// goOnSolvable checks whether earlier verdicts can be gone on with.
func goOnSolvable(path string, list []judge.Solvability, tasks []judge.Question) error {
	old, now := make([]judging.Made, len(list)), map[string]bool{}
	for i := range list {
		old[i].ID = list[i].ID
	}
	for i := range tasks {
		now[tasks[i].ID] = true
	}
	return judging.GoOn(path, old, "", now)
}

// questions are the tasks of query files, and the set that each is of.
func questions(queries, tools string) (tasks []judge.Question, sets []string, err error) {
	list, err := toolbench.LoadQueries(queries)
	if err != nil {
		return nil, nil, err
	}
	var folder *toolbench.Folder
	if tools != "" {
		if folder, err = toolbench.OpenFolder(tools); err != nil {
			return nil, nil, err
		}
		defer folder.Close()
	}
	for i := range list {
		t := toolbench.NewTask(&list[i], folder, toolbench.Options{})
		q := judge.Question{ID: list[i].ID, Query: list[i].Text}
		for _, f := range t.Functions[:len(t.Functions)-1] { // without Finish
			q.Functions = append(q.Functions, f)
		}
		tasks, sets = append(tasks, q), append(sets, list[i].Subset)
	}
	return tasks, sets, nil
}

func countSolvable(said []judge.Solvability, sets []string, name string) (lines []solvableLine) {
	for i := range said {
		if len(lines) == 0 || lines[len(lines)-1].Set != sets[i] {
			lines = append(lines, solvableLine{Set: sets[i], Judge: name})
		}
		l := &lines[len(lines)-1]
		l.N++
		l.Failed += len(said[i].Failures)
		switch said[i].Majority() {
		case judge.Solvable:
			l.Solvable++
		case judge.Unsolvable:
			l.Unsolvable++
		case judge.TaskUnsure:
			l.Unsure++
		default:
			l.Unknown++
		}
	}
	return lines
}
