//go:build unix

package main

import (
	"bufio"
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
)

// TestNobodyReads: a log that nobody reads any more does not end the server.
func TestNobodyReads(t *testing.T) {
	exe := filepath.Join(t.TempDir(), "toolserver")
	if err := os.Symlink(os.Args[0], exe); err != nil {
		t.Skip(err)
	}
	server := exec.Command(exe, "-addr", "127.0.0.1:0", "-cache", t.TempDir(), "-upstream")
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Signal(syscall.SIGTERM)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	out.Close()
	for range 3 {
		resp, err := http.Post(strings.TrimSpace(strings.TrimPrefix(line, "listening on ")), "application/json", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

// TestStop: SIGTERM lets a request that is being worked on be answered, and what
// was answered is kept.
func TestStop(t *testing.T) {
	asked := make(chan bool, 1)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		io.Copy(io.Discard, q.Body)
		asked <- true
		time.Sleep(200 * time.Millisecond)
		io.WriteString(w, `{"error": "", "response": "slow"}`)
	}))
	defer backend.Close()
	o, err := parseFlags([]string{"-addr", "127.0.0.1:0", "-cache", filepath.Join(t.TempDir(), "cache"), "-real", backend.URL})
	if err != nil {
		t.Fatal(err)
	}
	out, stdout := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- serve(o, stdout, io.Discard)
		stdout.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	url := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Post(url, "application/json", strings.NewReader(`{"category": "c", "tool_name": "t", "api_name": "a", "tool_input": "", "strip": "", "toolbench_key": ""}`))
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answer <- fmt.Sprintf("%d %s", resp.StatusCode, b)
	}()
	<-asked
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if got := <-answer; got != `200 {"error":"","response":"slow"}` {
		t.Error(got)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(o.cache, "c", "t_for_c", "a.json")); err != nil || !strings.Contains(string(text), "slow") {
		t.Errorf("%s %v", text, err)
	}
}
