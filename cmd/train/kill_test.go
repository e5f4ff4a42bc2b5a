package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/steptool"
)

// tiny is a run of a few seconds on a slow machine.
var tiny = []string{"-quick", "-steps", "2", "-set", "tokenizer.episodes=40", "-set", "tokenizer.vocab=420", "-set", "model.dim=32", "-set", "model.layers=2",
	"-set", "model.heads=2", "-set", "model.kv_heads=2", "-set", "model.mlp=48", "-set", "sft.tokens=20000", "-set", "sft.batch=1000", "-set", "sft.copy_steps=2",
	"-set", "sft.copy_tokens=300", "-set", "eval.tasks=2", "-set", "ppo.tasks=2", "-set", "ppo.samples=2", "-set", "ppo.minibatches=2",
	"-set", "env.action_tokens=24", "-set", "save.sft_every=2"}

// command runs this command as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The test binary is the command when it is called by the command's name.
	link := filepath.Join(t.TempDir(), "train")
	if err := os.Symlink(self, link); err != nil {
		t.Skip(err)
	}
	c := exec.Command(link, args...)
	c.Args[0] = "train"
	return c
}

// wait waits until a file of the run exists.
func wait(t *testing.T, pattern string) {
	t.Helper()
	for range 2000 {
		if list, _ := filepath.Glob(pattern); len(list) > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("no %s after ten seconds", pattern)
}

func weights(t *testing.T, dir string) []byte {
	t.Helper()
	var all []byte
	for _, name := range []string{"final/model.safetensors", "final/value_head.safetensors", "trajectories.jsonl", "eval.json"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// SIGKILL, SIGINT and SIGTERM, each at another moment, change nothing in the
// result; the latter two exit with the status that shells expect.
func TestSignalsAndResume(t *testing.T) {
	if testing.Short() {
		t.Skip("several processes")
	}
	root := t.TempDir()
	whole, cut := filepath.Join(root, "whole"), filepath.Join(root, "cut")
	if out, err := command(t, append([]string{"-out", whole}, tiny...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	stop := func(c *exec.Cmd, s syscall.Signal, at string, status int) {
		t.Helper()
		var errs bytes.Buffer
		c.Stderr = &errs
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		wait(t, filepath.Join(cut, at))
		c.Process.Signal(s)
		c.Wait()
		if got := c.ProcessState.ExitCode(); got != status && got != 0 { // 0: it was faster
			t.Errorf("%v: status %d, want %d: %s", s, got, status, errs.String())
		}
		if status > 0 && c.ProcessState.ExitCode() == status && !bytes.Contains(errs.Bytes(), []byte("go on with: train -resume")) {
			t.Errorf("%v: stderr %q", s, errs.String())
		}
	}
	stop(command(t, append([]string{"-out", cut}, tiny...)...), syscall.SIGKILL, "config.json", -1)
	stop(command(t, "-resume", cut), syscall.SIGKILL, "checkpoints/*sft-[4-9]", -1)
	stop(command(t, "-resume", cut), syscall.SIGINT, "checkpoints/*sft-1[0-9]", 130)
	stop(command(t, "-resume", cut, "-workers", "1"), syscall.SIGTERM, "checkpoints/*eval-sft-*", 143)
	if out, err := command(t, "-resume", cut).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Equal(weights(t, whole), weights(t, cut)) {
		t.Error("the run that was stopped four times differs from the whole one")
	}
}

// lines counts the lines of a run's metrics that hold some text.
func lines(dir, text string) int {
	b, _ := os.ReadFile(filepath.Join(dir, "metrics.jsonl"))
	return bytes.Count(b, []byte(text))
}

// A signal in the middle of reinforcement, on fresh episodes or stored ones, is
// followed by a checkpoint of every complete iteration, however seldom
// checkpoints are due otherwise, and the run that goes on from it ends alike.
func TestASignalKeepsEveryIteration(t *testing.T) {
	if testing.Short() {
		t.Skip("several processes")
	}
	root := t.TempDir()
	played := append([]string{"-set", "save.ppo_every=1000"}, tiny...)
	played[slices.Index(played, "-steps")+1] = "40"
	stored := func(model string) []string {
		return []string{"-model", model, "-data", rows(t), "-template", "toolllama", "-steps", "60", "-set", "data.batch=2", "-set", "save.ppo_every=1000", "-seed", "5"}
	}
	for _, x := range []struct {
		name   string
		args   []string
		signal syscall.Signal
		status int
	}{
		{"rl", played, syscall.SIGINT, 130},
		{"data", stored(filepath.Join(root, "rl-whole", "final")), syscall.SIGTERM, 143},
	} {
		whole, cut := filepath.Join(root, x.name+"-whole"), filepath.Join(root, x.name+"-cut")
		if out, err := command(t, append([]string{"-out", whole}, x.args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", x.name, err, out)
		}
		c := command(t, append([]string{"-out", cut}, x.args...)...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for i := 0; i < 4000 && lines(cut, `"stage":"ppo"`) < 3; i++ {
			time.Sleep(5 * time.Millisecond)
		}
		c.Process.Signal(x.signal)
		c.Wait()
		if got := c.ProcessState.ExitCode(); got != x.status {
			t.Errorf("%s: status %d, want %d", x.name, got, x.status)
		}
		done := lines(cut, `"stage":"ppo"`)
		if list, _ := filepath.Glob(filepath.Join(cut, "checkpoints", fmt.Sprintf("*-%s-%d", x.name, done))); len(list) != 1 || done < 3 {
			all, _ := filepath.Glob(filepath.Join(cut, "checkpoints", "*"))
			t.Errorf("%s: %d iterations are complete, the checkpoints are %v", x.name, done, all)
		}
		if out, err := command(t, "-resume", cut).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", x.name, err, out)
		}
		if !bytes.Equal(weights(t, whole), weights(t, cut)) {
			t.Errorf("%s: the run that was stopped differs from the whole one", x.name)
		}
	}
}

// rows writes stored trajectories.
func rows(t *testing.T) string {
	layout, err := chat.ByName("toolllama")
	if err != nil {
		t.Fatal(err)
	}
	var list []steptool.Row
	for i := range 8 {
		list = append(list, steptool.Row{
			Prompts:   []string{layout.Prompt("tools", fmt.Sprintf("task %d", i)).String()},
			Responses: []string{layout.Action(toolenv.FinishCall("yes")).String()}, Rewards: []float64{float64(i % 2)},
		})
	}
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := steptool.Save(path, list); err != nil {
		t.Fatal(err)
	}
	return path
}

// A second signal does not wait: here for a long training of a tokenizer.
func TestTheSecondSignalStopsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("a process")
	}
	dir := filepath.Join(t.TempDir(), "run")
	c := command(t, "-quick", "-out", dir, "-set", "tokenizer.episodes=200000")
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait(t, filepath.Join(dir, "checkpoints", "*-start"))
	time.Sleep(200 * time.Millisecond)
	c.Process.Signal(syscall.SIGINT)
	time.Sleep(200 * time.Millisecond)
	begun := time.Now()
	c.Process.Signal(syscall.SIGTERM)
	c.Wait()
	if got := c.ProcessState.ExitCode(); got != 143 || time.Since(begun) > 3*time.Second {
		t.Errorf("status %d after %v: %s", got, time.Since(begun), errs.String())
	}
	if !bytes.Contains(errs.Bytes(), []byte("train: stopped at once")) {
		t.Errorf("stderr %q", errs.String())
	}
}
