package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/judging"
	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/answers"
	"github.com/stepgrain/stepgrain/toolenv/judge"
	"github.com/stepgrain/stepgrain/toolenv/reward"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// annotate annotates every set of answers.
func annotate(ctx context.Context, o options, stdout, stderr io.Writer) error {
	sets, err := judging.Sets(o.answers)
	if err != nil {
		return err
	}
	a, err := o.annotator()
	if err != nil {
		return err
	}
	single := strings.HasSuffix(o.out, ".json")
	if single && len(sets) > 1 {
		return usage.Errorf("-out %s is one file, -answers has %d: give a folder", o.out, len(sets))
	}
	dir := o.out
	if single {
		dir = filepath.Dir(o.out)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	failed, total := 0, 0
	answered := map[string]bool{}
	var rewards []string
	for _, s := range sets {
		out := o.out
		if !single {
			out = filepath.Join(o.out, s.Name+".json")
		}
		if o.taskNum > 0 {
			out = fmt.Sprintf("%s_%d.json", strings.TrimSuffix(out, ".json"), o.taskNum)
		}
		r, err := o.set(ctx, a, s, out, stdout, stderr)
		if err != nil {
			return err
		}
		failed, total = failed+len(r.Failures), total+len(r.Failures)
		for _, f := range r.Failures {
			answered[f.ID] = true
		}
		for i := range r.Annotations {
			answered[r.Annotations[i].ID] = true
			total += len(r.Annotations[i].Repeats)
			if x := &r.Annotations[i]; x.Validate() == nil { // the release does not check
				rewards = append(rewards, rewardLine(s.Name, x))
			}
		}
	}
	if o.rewards != "" {
		if err := outfile.WriteText(o.rewards, strings.Join(rewards, "")); err != nil {
			return err
		}
	}
	if m, ok := a.(judge.Imported); ok {
		for _, id := range slices.Sorted(maps.Keys(m.Opinions)) {
			if !answered[id] {
				fmt.Fprintf(stderr, "annotate: %s: nobody answered query %s: its opinions are left out\n", o.opinions, id)
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d judgements failed: the files *.failures.jsonl say why; the same command tries them again", failed, total)
	}
	return nil
}

// set annotates one set and returns what came out.
func (o *options) set(ctx context.Context, a judge.Annotator, s judging.Set, out string, stdout, stderr io.Writer) (*judge.AnnotateResult, error) {
	list, err := answers.Load(s.Path)
	if err != nil {
		return nil, err
	}
	if o.taskNum > 0 {
		list = list[:min(o.taskNum, len(list))]
	}
	ao := judge.AnnotateOptions{Repeats: o.repeats, Threads: o.Threads}
	if ao.Existing, err = o.existing(out, a.Name(), list); err != nil {
		return nil, err
	}
	save := func(list []steptool.Annotation) error { return steptool.SaveAnnotations(out, list) }
	progress := judging.Progress(stderr, "annotate", s.Name, "judgements", len(list)*max(1, ao.Repeats))
	ao.Save = judging.NowAndThen(func(sofar func() []steptool.Annotation) error {
		list, done := sofar(), 0
		for _, a := range list {
			done += len(a.Repeats)
		}
		progress(done)
		return save(list)
	})
	r, err := judge.Annotate(ctx, a, list, ao)
	if err2 := save(r.Annotations); err == nil {
		err = err2
	}
	if err2 := saveFailures(strings.TrimSuffix(out, ".json")+".failures.jsonl", r.Failures); err == nil {
		err = err2
	}
	if err == nil {
		_, err = fmt.Fprint(stdout, summary(s.Name, out, a.Name(), r))
	}
	return r, err
}

// existing are the annotations to go on from. What costs nothing is made anew,
// since rules and opinions may be others now; but nothing of another annotator is
// replaced unasked.
func (o *options) existing(path, label string, now []answers.Converted) ([]steptool.Annotation, error) {
	if o.overwrite {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := judge.ParseExisting(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w (-overwrite begins anew)", path, err)
	}
	if o.Released() {
		return list, nil
	}
	old := make([]judging.Made, len(list))
	for i := range list {
		old[i] = judging.Made{ID: list[i].ID, Label: judge.Label(&list[i])}
	}
	if o.by == "rules" || o.by == "import" {
		return nil, judging.GoOn(path, old, label, nil)
	}
	tasks := map[string]bool{}
	for i := range now {
		tasks[now[i].ID] = true
	}
	return list, judging.GoOn(path, old, label, tasks)
}

func (o *options) annotator() (judge.Annotator, error) {
	switch o.by {
	case "rules":
		right, err := judging.Answers(o.queries)
		return judge.RuleAnnotator{Rules: judge.Rules{Answers: right}, Steps: reward.Rules{Released: o.Released()}}, err
	case "import":
		said, err := judge.LoadOpinions(o.opinions)
		return judge.Imported{Opinions: said, Label: o.label}, err
	}
	j, err := o.Judge()
	if err != nil || o.by == "judge" {
		return judge.LLM{Judge: j}, err
	}
	api, err := parameters(o.queries)
	return judge.Hybrid{LLM: judge.LLM{Judge: j}, API: api}, err
}

// parameters finds the functions of tasks in query files; nil without any.
func parameters(path string) (func(id, function string) (toolenv.API, bool), error) {
	if path == "" {
		return nil, nil
	}
	queries, err := toolbench.LoadQueries(path)
	if err != nil {
		return nil, err
	}
	type place struct{ id, function string }
	apis := map[place]toolenv.API{}
	for i := range queries {
		t := toolbench.NewTask(&queries[i], nil, toolbench.Options{})
		for k := range t.APIs {
			apis[place{queries[i].ID, t.Names[k]}] = t.APIs[k]
		}
	}
	return func(id, function string) (toolenv.API, bool) {
		a, ok := apis[place{id, function}]
		return a, ok
	}, nil
}

// saveFailures writes what failed, one judgement a line, or removes the file when
// nothing did.
func saveFailures(path string, list []*judge.Error) error {
	if len(list) == 0 {
		err := os.Remove(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	var b strings.Builder
	for _, e := range list {
		line, err := json.Marshal(struct {
			ID     string `json:"id"`
			Repeat int    `json:"repeat"`
			Reason string `json:"reason"`
		}{e.ID, e.Repeat, e.Err.Error()})
		if err != nil {
			return err
		}
		b.Write(append(line, '\n'))
	}
	return outfile.WriteText(path, b.String())
}
