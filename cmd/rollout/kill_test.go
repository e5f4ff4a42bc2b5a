package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// command runs this command as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The test binary is the command when it is called by the command's name.
	link := filepath.Join(t.TempDir(), "rollout")
	if err := os.Symlink(self, link); err != nil {
		t.Skip(err)
	}
	c := exec.Command(link, args...)
	c.Args[0] = "rollout"
	return c
}

// Runs that are stopped at some moment, politely or not, leave whole files, and
// the same command ends with what an undisturbed one leaves.
func TestSignalsAndResume(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	tools := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(3 * time.Millisecond)
		io.WriteString(w, `{"error": "", "response": "rain"}`)
	}))
	defer tools.Close()
	const n = 24
	dir := t.TempDir()
	write(t, filepath.Join(dir, "q.json"), tasks(n))
	var script strings.Builder
	for i := range n {
		look := fmt.Sprintf("Action: forecast_for_weather\nAction Input: {\"city\": \"%d\"}", i)
		line, _ := json.Marshal(map[string]any{"task": fmt.Sprint(i), "turns": []string{look, look, look,
			"Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"x\"}"}})
		script.Write(append(line, '\n'))
	}
	write(t, filepath.Join(dir, "turns.jsonl"), script.String())
	args := func(out string) []string {
		return []string{"-queries", filepath.Join(dir, "q.json"), "-policy", "script:" + filepath.Join(dir, "turns.jsonl"), "-tools", tools.URL + "/virtual",
			"-record", filepath.Join(dir, out+"-tape"), "-threads", "2", "-out", filepath.Join(dir, out)}
	}
	if out, err := command(t, args("want")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for k, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL, syscall.SIGTERM} {
		c := command(t, args("got")...)
		var stderr bytes.Buffer
		c.Stderr = &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if list, _ := filepath.Glob(filepath.Join(dir, "got", "*_CoT@1.json")); len(list) >= 5*(k+1) {
				break
			}
		}
		if err := c.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		err := c.Wait()
		if status := c.ProcessState.ExitCode(); signal == syscall.SIGINT && status != 130 || signal == syscall.SIGTERM && status != 143 || err == nil {
			t.Errorf("%v: status %d, %v, %s", signal, status, err, stderr.String())
		}
		if signal != syscall.SIGKILL && !strings.Contains(stderr.String(), "the same command goes on from here") {
			t.Errorf("%v: it says %s", signal, stderr.String())
		}
		list, _ := filepath.Glob(filepath.Join(dir, "got", "*_CoT@1.json"))
		for _, path := range list {
			if _, err := answers.ReadRaw(path); err != nil {
				t.Errorf("after %v: %v", signal, err)
			}
		}
		t.Logf("%v: %d outputs of %d", signal, len(list), n)
	}
	if out, err := command(t, args("got")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	// The recording, too, is that of a whole run, though calls may stand in it twice.
	replay := []string{"-queries", filepath.Join(dir, "q.json"), "-policy", "script:" + filepath.Join(dir, "turns.jsonl"),
		"-replay", filepath.Join(dir, "got-tape"), "-out", filepath.Join(dir, "again")}
	if out, err := command(t, replay...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "want"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		want, err := os.ReadFile(filepath.Join(dir, "want", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range []string{"got", "again"} {
			got, err := os.ReadFile(filepath.Join(dir, folder, e.Name()))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s/%s differs: %v", folder, e.Name(), err)
			}
		}
	}
}
