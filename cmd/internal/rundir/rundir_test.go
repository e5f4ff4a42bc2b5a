package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func create(t *testing.T) *Dir {
	t.Helper()
	d, err := Create(filepath.Join(t.TempDir(), "run"), []byte("{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func commit(t *testing.T, d *Dir, label, content string) {
	t.Helper()
	err := d.Commit(label, func(dir string) error {
		return os.WriteFile(filepath.Join(dir, "state"), []byte(content), 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLogsAreCutBackToTheCheckpoint(t *testing.T) {
	d := create(t)
	l, err := d.Log("metrics.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	l.Write([]byte("one\n"))
	commit(t, d, "sft-1", "A")
	l.Write([]byte("two\ntorn li"))
	late, err := d.Log("late.jsonl") // begun after the checkpoint
	if err != nil {
		t.Fatal(err)
	}
	late.Write([]byte("x\n"))
	d.Close() // as a kill would: the lock ends

	d, path, err := Open(d.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if state, _ := os.ReadFile(filepath.Join(path, "state")); string(state) != "A" {
		t.Errorf("state %q", state)
	}
	l, err = d.Log("metrics.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if l.Offset() != 4 {
		t.Errorf("offset %d", l.Offset())
	}
	l.Write([]byte("two\n"))
	if _, err := d.Log("late.jsonl"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"metrics.jsonl": "one\ntwo\n", "late.jsonl": ""} {
		if got, _ := os.ReadFile(d.File(name)); string(got) != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestAFileShorterThanItsCheckpointIsDamage(t *testing.T) {
	d := create(t)
	l, _ := d.Log("metrics.jsonl")
	l.Write([]byte("one\n"))
	commit(t, d, "a", "")
	d.Close()
	os.Truncate(d.File("metrics.jsonl"), 1)
	d, _, err := Open(d.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.Log("metrics.jsonl"); err == nil || !strings.Contains(err.Error(), "has 1 bytes, the checkpoint knows 4") {
		t.Errorf("got %v", err)
	}
}

func TestTheTwoLatestCheckpointsStay(t *testing.T) {
	d := create(t)
	for _, label := range []string{"a", "b", "c", "d"} {
		commit(t, d, label, label)
	}
	names, _ := d.numbered()
	if strings.Join(names, " ") != "000003-c 000004-d" {
		t.Errorf("%v", names)
	}
	d.Close()
	d, path, err := Open(d.Path)
	if err != nil || filepath.Base(path) != "000004-d" {
		t.Fatalf("%s %v", path, err)
	}
	defer d.Close()
	commit(t, d, "e", "")
	if names, _ := d.numbered(); strings.Join(names, " ") != "000004-d 000005-e" {
		t.Errorf("%v", names)
	}
}

func TestAFailedCommitLeavesNothing(t *testing.T) {
	d := create(t)
	commit(t, d, "a", "")
	boom := errors.New("boom")
	if err := d.Commit("b", func(dir string) error {
		os.WriteFile(filepath.Join(dir, "half"), nil, 0o666)
		return boom
	}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	list, _ := os.ReadDir(d.File(checkpoints))
	if len(list) != 1 || list[0].Name() != "000001-a" {
		t.Errorf("left: %v", list)
	}
	if err := d.Replace("final", func(string) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(d.File("final")); err == nil {
		t.Error("final exists")
	}
}

func TestOpenRemovesWhatWasBeingWritten(t *testing.T) {
	d := create(t)
	commit(t, d, "a", "")
	os.MkdirAll(d.File(checkpoints, unfinished+"000002-b", "x"), 0o777)
	os.MkdirAll(d.File(unfinished+"final"), 0o777)
	os.WriteFile(d.File(".summary.json123"), nil, 0o666)
	d.Close()
	d, _, err := Open(d.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = filepath.WalkDir(d.Path, func(path string, _ os.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), ".") {
			t.Errorf("left: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestForeignDirectoriesAreRefused(t *testing.T) {
	root := t.TempDir()
	full := filepath.Join(root, "full")
	os.Mkdir(full, 0o777)
	os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o666)
	if _, err := Create(full, nil); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("Create: %v", err)
	}
	for name, want := range map[string]string{"nowhere": "no such file or directory", "full": "is not a run directory"} {
		if _, _, err := Open(filepath.Join(root, name)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open %s: %v", name, err)
		}
	}
	d := create(t)
	if _, _, err := Open(d.Path); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second owner: %v", err)
	}
}

// A process that is killed before the first checkpoint leaves a directory that
// either is resumed from the beginning or counts as empty.
func TestKilledBeforeTheFirstCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	os.Mkdir(path, 0o777)
	os.WriteFile(filepath.Join(path, "."+ConfigFile+"1234"), []byte("{"), 0o666) // killed while writing the configuration
	if _, _, err := Open(path); err == nil || !strings.Contains(err.Error(), "it has no config.json") {
		t.Errorf("resumed without a configuration: %v", err)
	}
	d, err := Create(path, []byte("{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	d.Close() // killed behind it
	os.MkdirAll(filepath.Join(path, checkpoints, unfinished+"000001-start"), 0o777)
	os.WriteFile(filepath.Join(path, ".gitignore"), nil, 0o666) // not ours

	d, checkpoint, err := Open(path)
	if err != nil || checkpoint != "" {
		t.Fatalf("checkpoint %q, %v", checkpoint, err)
	}
	defer d.Close()
	commit(t, d, "start", "A")
	list, _ := os.ReadDir(path)
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != ".gitignore checkpoints config.json" {
		t.Errorf("the directory holds %s", got)
	}
}

func TestReplace(t *testing.T) {
	d := create(t)
	for _, content := range []string{"old", "new"} {
		err := d.Replace("checkpoints/sft", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "w"), []byte(content), 0o666)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(d.File("checkpoints/sft", "w")); string(got) != content {
			t.Errorf("got %q", got)
		}
	}
	if list, _ := os.ReadDir(d.Path); len(list) != 2 { // config.json and checkpoints
		t.Errorf("left: %v", list)
	}
}
