package store

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// childEnv makes the test binary a process that stores entries until it is
// killed: KIND PATH NAME.
const childEnv = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if v := os.Getenv(childEnv); v != "" {
		writeForever(strings.Fields(v))
	}
	os.Exit(m.Run())
}

// writeForever prints a line for every entry whose Put has returned.
func writeForever(args []string) {
	var s Store
	var err error
	if args[0] == "dir" {
		s, err = OpenDir(args[1], Options{})
	} else {
		s, err = OpenFile(args[1], Options{})
	}
	for i := 0; err == nil; i++ {
		n := Name{"c", "t", fmt.Sprint(i % 3)}
		key := fmt.Sprintf("%s-%d", args[2], i)
		if err = s.Put(ctx, n, Entry{key, answer(strings.Repeat("x", 1+i*7%2000))}); err == nil {
			fmt.Println(n.API, key)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// acked runs a child, kills it after a while, and returns the lines it printed.
func acked(t *testing.T, args string, life time.Duration) []string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+args)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	r := bufio.NewReader(out)
	for first := true; ; first = false {
		line, err := r.ReadString('\n')
		if err != nil {
			break // a line that was cut was not acknowledged
		}
		if lines = append(lines, strings.TrimSpace(line)); first {
			time.AfterFunc(life, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the child ended by itself: %v", err)
	}
	return lines
}

// TestKilled kills processes while they write, two at once in one folder: every
// entry that was acknowledged is there afterwards, and every file parses.
func TestKilled(t *testing.T) {
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for _, kind := range []string{"dir", "bbolt"} {
		t.Run(kind, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "cache")
			writers := 2
			if kind == "bbolt" {
				writers = 1
			}
			var mu sync.Mutex
			var lines []string
			for round := range rounds {
				var wg sync.WaitGroup
				for w := range writers {
					wg.Go(func() {
						got := acked(t, fmt.Sprintf("%s %s r%dw%d", kind, path, round, w), time.Duration(20+37*round+11*w)*time.Millisecond)
						mu.Lock()
						defer mu.Unlock()
						lines = append(lines, got...)
					})
				}
				wg.Wait()
				check(t, kind, path, lines)
			}
			t.Logf("%d entries acknowledged in %d rounds", len(lines), rounds)
		})
	}
}

func check(t *testing.T, kind, path string, lines []string) {
	t.Helper()
	var s Store
	var err error
	if kind == "dir" {
		s, err = OpenDir(path, Options{})
	} else {
		s, err = OpenFile(path, Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, line := range lines {
		api, key, _ := strings.Cut(line, " ")
		if _, ok, err := s.Get(ctx, Name{"c", "t", api}, key); !ok || err != nil {
			t.Errorf("%s was acknowledged, and is lost: %v", line, err)
		}
	}
	if kind != "dir" {
		return
	}
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if filepath.Ext(p) != ext {
			if d.Name() != writing {
				t.Errorf("left behind: %s", p)
			}
			return nil
		}
		b, err := os.ReadFile(p)
		if err == nil {
			_, err = pyliteral.FromJSON(string(b))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
