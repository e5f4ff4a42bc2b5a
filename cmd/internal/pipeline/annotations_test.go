package pipeline

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/progress"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

// judged writes annotations of trajectories in StepTool's JSON: every answered
// call succeeded and contributed 5, the others 0.
func judged(t *testing.T, list ...*toolenv.Trajectory) string {
	t.Helper()
	type repeat struct {
		Succeeded     []float64 `json:"succeed_tool_calling"`
		Contributions []float64 `json:"contributions"`
	}
	out := map[string]any{}
	for _, tr := range list {
		steps, final := []string{}, ""
		r := repeat{[]float64{}, []float64{}}
		for _, turn := range tr.Turns {
			if turn.Call == nil {
				continue
			}
			d := pyliteral.Dict{{Key: "name", Value: turn.Call.Name}, {Key: "arguments", Value: string(turn.Call.Args)}}
			if turn.Call.Name == toolenv.FinishName {
				final = "Final step: " + pyliteral.Repr(append(d, pyliteral.Item{Key: "response", Value: ""}))
				continue
			}
			steps = append(steps, fmt.Sprintf("Step %d: %s", len(steps)+1, pyliteral.Repr(append(d, pyliteral.Item{Key: "response", Value: turn.Observation}))))
			good := 1.0
			if turn.Failed {
				good = 0
			}
			r.Succeeded, r.Contributions = append(r.Succeeded, good), append(r.Contributions, 5*good)
		}
		status := "AnswerStatus.Unsolved"
		if tr.Solved {
			status = "AnswerStatus.Solved"
		}
		out[tr.Task.ID] = map[string]any{"query": tr.Task.Query, "tool_names": tr.Task.Names(), "answer_steps": steps,
			"process_reward": map[string]repeat{"0": r}, "final_step": final, "is_solved": map[string]string{"0": status}}
	}
	data, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "annotations.json")
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// With the shaper file a run says what is annotated, refuses annotations that
// could pay nothing, and counts the actions that nobody judged.
func TestAnnotations(t *testing.T) {
	w := world.New(1, world.Options{Quick: true})
	var demos, tasks []*toolenv.Trajectory
	for i := range 60 {
		demos = append(demos, w.Demo(i).Trajectory)
	}
	few := demos[:8]
	for i := range 6 {
		played, err := toolenv.Rollout(context.Background(), world.Oracle([]*world.Env{w.TrainTask(i)}), []toolenv.Env{w.TrainTask(i)})
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, played...)
	}
	run := func(out *strings.Builder, file string, more ...string) (string, error) {
		dir := filepath.Join(t.TempDir(), "run")
		c := microConfig(t, append([]string{"reward.shaper=file", "reward.file=" + file, "ppo.iterations=1", "sft.tokens=1000"}, more...)...)
		return dir, Start(context.Background(), c, dir, progress.Plain(out))
	}
	var out strings.Builder
	for _, c := range []struct{ file, farmable, want string }{
		{judged(t, tasks...), "false", "cannot be judged: reward.file "},
		{judged(t, solvedOf(demos)...), "false", "solved and 0 unsolved demonstrations: without both kinds"},
		{judged(t, demos...), "false", "can be farmed: on demonstrations the return grows with the number of calls"}, // this judge likes busy episodes
		{judged(t, few...), "true", "annotates none of the 2 tasks that this run plays"},
	} {
		if _, err := run(&out, c.file, "reward.allow_farmable="+c.farmable); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	if _, err := run(&out, judged(t, append(tasks, few...)...), "seed=2"); err == nil {
		t.Error("annotations of another seed's tasks are accepted")
	}
	out.Reset()
	dir, err := run(&out, judged(t, append(tasks, few...)...), "reward.allow_farmable=true")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"on the 8 of 500 that are annotated", "unsolved demonstrations are few", "an episode of 2 of the 2 tasks"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, out.String())
		}
	}
	f, err := os.Open(filepath.Join(dir, metricsFile))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen := false
	for s := bufio.NewScanner(f); s.Scan(); {
		var line struct {
			Stage          string
			Episodes       int  `json:"episodes"`
			AnnotatedTasks *int `json:"annotated_tasks"`
			Annotated      *int `json:"annotated_actions"`
			Unannotated    *int `json:"unannotated_actions"`
		}
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		if line.Stage != "ppo" {
			continue
		}
		seen = true
		// A model that has learned nothing does none of what was judged.
		if line.AnnotatedTasks == nil || *line.AnnotatedTasks != line.Episodes || *line.Annotated != 0 || *line.Unannotated < line.Episodes {
			t.Errorf("metrics: %s", s.Text())
		}
	}
	if !seen {
		t.Error("no line of stage ppo")
	}
}

func TestAnAnnotationThatCannotBeRead(t *testing.T) {
	w := world.New(1, world.Options{Quick: true})
	good, err := os.ReadFile(judged(t, w.Demo(0).Trajectory))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"'name'", "'nom'", "has no name"},
		{"{'name': 'Finish'", "{'name': 'Done'", "the final step calls Done"},
	} {
		path := filepath.Join(t.TempDir(), "a.json")
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(good), c.old, c.new)), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := annotations(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "demo-0") {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func solvedOf(list []*toolenv.Trajectory) (out []*toolenv.Trajectory) {
	for _, t := range list {
		if t.Solved {
			out = append(out, t)
		}
	}
	return out
}
