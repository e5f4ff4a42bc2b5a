package record

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// recording makes three calls of a task and returns its file.
func recording(t *testing.T, dir string) string {
	t.Helper()
	r := recordedTo(t, dir, counter())
	for i := range 3 {
		if _, err := r.Call(t.Context(), service.Request{Task: "t", Branch: "0", Function: "get", Input: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "t.jsonl")
}

func TestUnfinishedLastLine(t *testing.T) {
	whole, err := os.ReadFile(recording(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for _, tail := range []int{last + 1, last + 20, len(whole) - 2, len(whole) - 1} {
		dir := t.TempDir()
		path := filepath.Join(dir, "t.jsonl")
		os.WriteFile(path, whole[:tail], 0o666)
		kept := tail == len(whole)-1 // only the end of the line is missing
		replay := opened(t, dir)
		for i := range 3 {
			_, err := replay.Call(t.Context(), service.Request{Task: "t", Branch: "0", Function: "get", Input: fmt.Sprint(i)})
			if ok := i < 2 || kept; (err == nil) != ok {
				t.Errorf("%d bytes: call %d: %v", tail, i, err)
			}
		}
		if notes := replay.Notes(); (len(notes) == 0) != kept {
			t.Errorf("%d bytes: notes %q", tail, notes)
		}
		// The run is taken up again: the file is mended, and complete in the end.
		r := recordedTo(t, dir, counter())
		r.Call(t.Context(), service.Request{Task: "t", Branch: "0", Function: "get", Input: "2"})
		if (len(r.Notes()) == 0) != kept {
			t.Errorf("%d bytes: the recorder's notes %q", tail, r.Notes())
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got := files(t, dir); len(got) != 1 || got["t.jsonl"] != string(whole) {
			t.Errorf("%d bytes: mended to\n%s", tail, got["t.jsonl"])
		}
	}
}

func TestDamagedFile(t *testing.T) {
	dir := t.TempDir()
	path := recording(t, dir)
	whole, _ := os.ReadFile(path)
	for name, change := range map[string][2]string{
		"line 2: ":             {`"branch":"0"`, `"branch:"0"`},
		"these are the calls":  {`"task":"t"`, `"task":"u"`},
		"the format is":        {format, "x"},
		"no sha256":            {`"sha256":"`, `"sha256":"0`},
		"occurrence 0":         {`"occurrence":1`, `"occurrence":0`},
		`there is no field "x`: {`"function"`, `"base64":{"x":""},"function"`},
	} {
		os.WriteFile(path, []byte(strings.Replace(string(whole), change[0], change[1], 1)), 0o666)
		_, err := opened(t, dir).Call(t.Context(), service.Request{Task: "t"})
		if service.FaultOf(err) != service.Missing || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "t.jsonl: line") {
			t.Errorf("%s: %v", name, err)
		}
		// Nothing is written to a file that is not understood.
		r := recordedTo(t, dir, counter())
		if _, err := r.Call(t.Context(), service.Request{Task: "t", Function: "get"}); err != nil {
			t.Errorf("%s: the run itself fails: %v", name, err)
		}
		if r.Err() == nil || r.Close() == nil {
			t.Errorf("%s: the recorder says nothing", name)
		}
	}
}

// TestOthersFile finds a file that no recorder wrote: it stays as it is.
func TestOthersFile(t *testing.T) {
	for _, text := range []string{"notes", "notes\n", `{"format":"other","task":"t"}` + "\n", `{"format":"` + format + `","task":"u"}`} {
		dir := t.TempDir()
		path := filepath.Join(dir, "t.jsonl")
		os.WriteFile(path, []byte(text), 0o666)
		r := recordedTo(t, dir, counter())
		if _, err := r.Call(t.Context(), service.Request{Task: "t"}); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
		if now, _ := os.ReadFile(path); string(now) != text {
			t.Errorf("%q became %q", text, now)
		}
	}
}

// TestEmptyFile is what a file system may leave of a file after a power cut.
func TestEmptyFile(t *testing.T) {
	dir := t.TempDir()
	path := recording(t, dir)
	whole, _ := os.ReadFile(path)
	os.WriteFile(path, nil, 0o666)
	recording(t, dir)
	if got, _ := os.ReadFile(path); string(got) != string(whole) {
		t.Errorf("an empty file was continued as\n%s", got)
	}
}

// TestFewFilesInMemory replays with room for one file at a time.
func TestFewFilesInMemory(t *testing.T) {
	defer func(n int) { mostLoaded = n }(mostLoaded)
	mostLoaded = 1
	dir := t.TempDir()
	r := recordedTo(t, dir, counter())
	call := func(s service.Service, i int) string {
		reply, err := s.Call(t.Context(), service.Request{Task: "t" + strconv.Itoa(i%3), Branch: "0", Function: "get", Input: strconv.Itoa(i % 2)})
		if err != nil {
			t.Fatal(err)
		}
		return string(reply.Body)
	}
	var want, got []string
	for i := range 12 {
		want = append(want, call(r, i))
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	p := opened(t, dir)
	for i := range 12 {
		got = append(got, call(p, i))
		if n := len(p.tasks); n != 1 {
			t.Fatalf("%d files in memory", n)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLinkedFile finds a link where a task's file should be.
func TestLinkedFile(t *testing.T) {
	outer := t.TempDir()
	elsewhere := recording(t, filepath.Join(outer, "other"))
	whole, _ := os.ReadFile(elsewhere)
	dir := filepath.Join(outer, "calls")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(elsewhere, filepath.Join(dir, "t.jsonl")); err != nil {
		t.Skip(err)
	}
	q := service.Request{Task: "t", Branch: "0", Function: "get", Input: "0"}
	if _, err := opened(t, dir).Call(t.Context(), q); service.FaultOf(err) != service.Missing || !strings.Contains(err.Error(), "t.jsonl is no regular file") {
		t.Errorf("replay: %v", err)
	}
	r := recordedTo(t, dir, counter())
	if _, err := r.Call(t.Context(), q); err != nil {
		t.Error(err)
	}
	if r.Err() == nil {
		t.Error("the recorder says nothing")
	}
	if now, _ := os.ReadFile(elsewhere); string(now) != string(whole) {
		t.Error("a file outside of the folder was written")
	}
}

func TestHostileTasks(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "a", "calls")
	r := recordedTo(t, dir, counter())
	ids := []string{"", ".", "..", "../x", "../../x", "/etc/passwd", `a\b`, "a/b", "a_b", "nul\x00", "\xff\xfe", "\xff", strings.Repeat("x", 300), strings.Repeat("x", 100), ".hidden", "~a_b", "é", "e", "-rf", "a\nb", ".t.jsonl.new"}
	for _, id := range ids {
		if _, err := r.Call(t.Context(), service.Request{Task: id, Function: "get", Input: id}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(files(t, dir)); n != len(ids) {
		t.Errorf("%d files for %d tasks", n, len(ids))
	}
	for _, d := range []string{outer, filepath.Dir(dir)} {
		if e, _ := os.ReadDir(d); len(e) != 1 {
			t.Errorf("%d entries in %s", len(e), d)
		}
	}
	replay := opened(t, dir)
	for _, id := range ids {
		if reply, err := replay.Call(t.Context(), service.Request{Task: id, Function: "get", Input: id}); err != nil || !strings.Contains(string(reply.Body), id) {
			t.Errorf("%q: %s, %v", id, reply.Body, err)
		}
	}
	// A link in the folder leads nowhere.
	secret := filepath.Join(outer, "secret")
	os.WriteFile(secret, []byte("mine"), 0o666)
	if err := os.Symlink(secret, filepath.Join(dir, "link.jsonl")); err != nil {
		t.Skip(err)
	}
	r = recordedTo(t, dir, counter())
	r.Call(t.Context(), service.Request{Task: "link", Function: "get"})
	if b, _ := os.ReadFile(secret); string(b) != "mine" || r.Close() == nil {
		t.Errorf("the recorder left its folder: %s", b)
	}
}

func TestOpenErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o666)
	if _, err := New(counter(), file); err == nil {
		t.Error("records into a file")
	}
	for _, dir := range []string{file, file + "/none"} {
		if _, err := Open(dir); err == nil {
			t.Errorf("replays %s", dir)
		}
	}
}

func TestOrderOfLines(t *testing.T) {
	list := []string{"", "0", "0.0", "0.2", "0.10", "1", "2", "10", "a", "b"}
	for i, a := range list {
		for j, b := range list {
			got := compareBranches(a, b)
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%q and %q compare as %d", a, b, got)
			}
		}
	}
}

// The test binary is also a run that records until it is killed.
const recordVariable = "STEPGRAIN_RECORD_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(recordVariable); dir != "" {
		r, err := New(counter(), dir)
		for i := 0; err == nil; i++ {
			_, err = r.Call(context.Background(), service.Request{Task: "t", Function: "get", Input: fmt.Sprint(i)})
			fmt.Println(i)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestKilledRunKeepsItsCalls(t *testing.T) {
	dir := t.TempDir()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), recordVariable+"="+dir)
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond)
	c.Process.Kill()
	c.Wait()
	made := strings.Count(out.String(), "\n")
	replay := opened(t, dir)
	for i := range made {
		if _, err := replay.Call(t.Context(), service.Request{Task: "t", Function: "get", Input: fmt.Sprint(i)}); err != nil {
			t.Fatalf("call %d of %d was made and is not kept: %v", i, made, err)
		}
	}
	if made == 0 {
		t.Skip("the child did nothing in its time")
	}
	t.Logf("%d calls kept", made)
}
