package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
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
	stop(command(t, append([]string{"-out", cut}, tiny...)...), syscall.SIGKILL, "checkpoints/*sft-[4-9]", -1)
	stop(command(t, "-resume", cut), syscall.SIGINT, "checkpoints/*sft-1[0-9]", 130)
	stop(command(t, "-resume", cut, "-workers", "1"), syscall.SIGTERM, "checkpoints/*eval-sft-*", 143)
	if out, err := command(t, "-resume", cut).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Equal(weights(t, whole), weights(t, cut)) {
		t.Error("the run that was stopped three times differs from the whole one")
	}
}
