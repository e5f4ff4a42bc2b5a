package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
)

// Both sides of the protocol understand each other, past what a library prints.
func TestProtocol(t *testing.T) {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	done := make(chan error)
	go func() {
		err := serve("test 1.2", inR, outW, func(name string, millis float64) (float64, string) {
			if name == "unknown" {
				return 0, "no such case"
			}
			_, _ = io.WriteString(outW, "a library says -> something\n\n")
			return millis * 1e6, ""
		})
		outW.Close()
		done <- err
	}()
	var heard []string
	c := conversation{to: inW, from: bufio.NewScanner(outR), hear: func(line string) { heard = append(heard, line) }}
	if v, err := c.ready(); err != nil || v != "test 1.2" {
		t.Fatalf("ready: %q, %v", v, err)
	}
	if a, err := c.ask("Sgemm/NN/sq512", 15); err != nil || a.ns != 15e6 || a.skip != "" {
		t.Errorf("%+v, %v", a, err)
	}
	if a, err := c.ask("unknown", 1); err != nil || a.skip != "no such case" {
		t.Errorf("%+v, %v", a, err)
	}
	if len(heard) != 2 {
		t.Errorf("heard %q", heard)
	}
	inW.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := c.ready(); err == nil {
		t.Error("ready after the end")
	}
}

func TestParseAnswer(t *testing.T) {
	for line, want := range map[string]answer{
		"Softmax/2x3 -> 1.5e+06":    {name: "Softmax/2x3", ns: 1.5e6},
		"x -> skip not here":        {name: "x", skip: "not here"},
		"x -> skip":                 {name: "x", skip: "no reason given"},
		"  spaces/around -> 12  \n": {name: "spaces/around", ns: 12},
	} {
		if got, err := parseAnswer(line); err != nil || got != want {
			t.Errorf("%q: %+v, %v", line, got, err)
		}
	}
	for _, line := range []string{"", "x", " -> 3", "x -> ", "x -> fast", "x -> -1", "x -> NaN", "x -> 0"} {
		if got, err := parseAnswer(line); err == nil {
			t.Errorf("%q: %+v", line, got)
		}
	}
	for _, line := range []string{"", "x", "x 0", "x y", "x NaN"} {
		if _, _, err := parseRequest(line); err == nil {
			t.Errorf("%q is accepted", line)
		}
	}
}

// Names of products are read back as kernelbench means them.
func TestParseProduct(t *testing.T) {
	for name, want := range map[string]product{
		"Sgemm/TN/sq512":                       {"TN", "f32", 512, 512, 512},
		"Linear/fwd/f32/T8/896x4864/prepacked": {"NT", "f32", 8, 896, 4864},
		"Linear/fwd/bf16/T64/256x688":          {"NT", "bf16", 64, 256, 688},
		"Linear/dx/f32/T64/256x688":            {"NN", "f32", 64, 256, 688},
		"Linear/dw/f32/T2048/4864x896":         {"TN", "f32", 2048, 4864, 896},
	} {
		if got, ok := parseProduct(name); !ok || got != want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for _, name := range []string{"Sgemm/XX/sq512", "Linear/up/f32/T8/2x3", "Softmax/2x3", ""} {
		if p, ok := parseProduct(name); ok {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// Every case of the table is one of kernelbench, and so are its limits and what
// it is compared with.
func TestTargets(t *testing.T) {
	known := map[string]bool{}
	for _, c := range bench.Cases() {
		known[c.Name] = true
	}
	ids := map[string]bool{}
	for _, x := range targets {
		if ids[x.ID] {
			t.Errorf("%s stands twice", x.ID)
		}
		ids[x.ID] = true
		if len(x.Cases) == 0 || len(x.Threads) == 0 || !x.Report && x.Goal == 0 {
			t.Errorf("%s: %+v", x.ID, x)
		}
		if (len(x.Peers) > 0) == (x.Limit != "" || x.Own != nil) {
			t.Errorf("%s is compared with nothing, or twice", x.ID)
		}
		for _, name := range x.Cases {
			if !known[name] {
				t.Errorf("%s: no case %s", x.ID, name)
			}
			if x.Own != nil && (!known[x.Own(name)] || x.Own(name) == name) {
				t.Errorf("%s: no case %s", x.ID, x.Own(name))
			}
		}
		if x.Limit != "" && !known[x.Limit] {
			t.Errorf("%s: no limit %s", x.ID, x.Limit)
		}
	}
}

// A worker answers for a case of ours, and declines what it does not know.
func TestWorker(t *testing.T) {
	var out, errs bytes.Buffer
	in := strings.NewReader("Parallel/Call 0.1\nSoftmax/2048x256 0.1\npeer:Sgemm/NN/sq256 1\nNothing 1\nPeak/FMAgeneric 1\n")
	if code := run([]string{"-worker", "-threads", "1"}, in, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 || !strings.HasPrefix(lines[0], "ready ") {
		t.Fatalf("%q", lines)
	}
	for i, skipped := range []bool{false, false, true, true, false} {
		a, err := parseAnswer(lines[i+1])
		if err != nil || (a.skip != "") != skipped {
			t.Errorf("%q: %v", lines[i+1], err)
		}
	}
}

// Of the peers of a shape the best counts, and of the shapes the median.
func TestTable(t *testing.T) {
	var lines bytes.Buffer
	for _, p := range []pair{
		{Target: "sgemm", Case: "Sgemm/NN/sq512", Peer: "mkl", Threads: 1, Ratio: 0.5, OursNS: 2e6, PeerNS: 1e6},
		{Target: "sgemm", Case: "Sgemm/NN/sq512", Peer: "mkl", Threads: 1, Ratio: 1.2, OursNS: 1e6, PeerNS: 1.2e6},
		{Target: "sgemm", Case: "Sgemm/NN/sq512", Peer: "onednn", Threads: 1, Ratio: 0.9, OursNS: 1e6, PeerNS: 9e5},
		{Target: "sgemm", Case: "Sgemm/NT/sq512", Peer: "mkl", Threads: 1, Ratio: 1.1, OursNS: 1e6, PeerNS: 1.1e6, Flagged: true},
		{Target: "sgemm", Case: "Sgemm/TN/sq512", Peer: "mkl", Threads: 1, Ratio: 2, OursNS: 1e6, PeerNS: 2e6},
		{Target: "sgemm", Case: "Sgemm/TN/sq512", Peer: "openblas", Threads: 1, Skipped: "openblas did not start"},
		{Target: "ppo", Case: "PPOIteration/10M/rows16", Peer: "trl", Threads: 2, Skipped: "trl is not installed"},
	} {
		line, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	pairs, err := readPairs(&lines)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := writeTable(&out, pairs, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| sgemm, M, N, K ≥ 512 | 1 | ≥ 0.95 | **1.10** | 0.90 to 2.00 over 3 shapes; onednn, mkl; without openblas in 1 of 9 | reached (busy) |",
		"`Sgemm/NN/sq512` | 1 | | 0.90 | onednn, 1 ms against 900 µs |",
		"| one PPO iteration against TRL | 2 | ≥ 4 | – | trl is not installed | not run |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
	if _, err := readPairs(strings.NewReader("{}\nnot JSON\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("damaged results: %v", err)
	}
}

// The goal of a bf16 product depends on the processor.
func TestGoal(t *testing.T) {
	for _, x := range targets {
		r := row{target: x}
		if x.ID == "bf16-own" && (r.goal(true) != 1.6 || r.goal(false) != 0.95) ||
			x.ID == "qwen2-prompt-bf16" && (r.goal(true) != 2.2 || r.goal(false) != 2) || x.ID == "sgemm" && r.goal(true) != 0.95 {
			t.Errorf("%s: %v, %v", x.ID, r.goal(true), r.goal(false))
		}
	}
}

func TestLoad(t *testing.T) {
	if ticks, err := busy("cpu  100 5 20 9000 7 1 2 0 0 0\ncpu0 1 2 3\n"); err != nil || ticks != 128 {
		t.Errorf("busy %v, %v", ticks, err)
	}
	if _, err := busy("intr 5"); err == nil {
		t.Error("a line that is not cpu's is accepted")
	}
	if got := ownTicks("42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 30 12 0 0 20"); got != 42 {
		t.Errorf("own %v", got)
	}
	// A library lives in the process of ours, which must not count twice.
	if one, two := readLoad(1), readLoad(1, 1); two.ours > 1.5*one.ours+100 {
		t.Errorf("own %v once, %v given twice", one.ours, two.ours)
	}
	if got := settings("openblas", 2); !slices.Contains(got, "OPENBLAS_CORETYPE=SkylakeX") || slices.ContainsFunc(got, func(v string) bool { return strings.Contains(v, "DIR=") }) {
		t.Errorf("settings %q", got)
	}
	if got := foreign(load{}, load{}); got != 0 {
		t.Errorf("foreign %v without time", got)
	}
}

// Without any peer, everything is named and nothing fails.
func TestNothingInstalled(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-peers", t.TempDir(), "-match", "^swiglu$", "-threads", "1", "-json"}, nil, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	if n := strings.Count(out.String(), `"skipped":"`); n != 2+2 { // memory before and after, too
		t.Errorf("%d cases skipped:\n%s", n, &out)
	}
}

// What a peer said before it died stands in the results, and nothing keeps running.
func TestCrash(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "new", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho ready fake 1\nread -r name ms\necho the tiles are crooked >&2\nexit 3\n"
	if err := os.WriteFile(filepath.Join(bin, "python"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	o := options{peers: dir, threads: 1, samples: 2, millis: 0.1}
	ours, err := start("torch", &o, io.Discard)
	if err != nil {
		t.Skip("no shell here:", err)
	}
	peer, err := start("torch", &o, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	c := newComparer(o, io.Discard)
	c.running = map[string]*process{"ours": ours, "torch": peer}
	r := c.against(target{ID: "x"}, "Parallel/Call", "torch", "ours", "Parallel/Call", "torch")
	if !strings.Contains(r.Skipped, "the tiles are crooked") || len(c.running) != 0 {
		t.Errorf("%q, %d still run", r.Skipped, len(c.running))
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-match", "("}, "-match"},
		{[]string{"-match", "nothing such"}, "-list"},
		{[]string{"-peer", "gpu"}, "openblas"},
		{[]string{"-threads", "-1"}, "-threads"},
		{[]string{"-samples", "0"}, "-samples"},
		{[]string{"-sample-ms", "NaN"}, "-sample-ms"},
		{[]string{"more"}, "unexpected"},
		{[]string{"-peers", "no such folder"}, "install.sh"},
	} {
		var out, errs bytes.Buffer
		if code := run(c.args, nil, &out, &errs); code != 2 || !strings.Contains(errs.String(), c.want) || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%v: exit %d: %s", c.args, code, &errs)
		}
	}
}

func TestListAndHelp(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-list"}, nil, &out, &errs); code != 0 || !strings.Contains(out.String(), "linear-8 Linear/fwd/f32/T8/896x4864/prepacked\n") {
		t.Errorf("exit %d: %s\n%s", code, &errs, &out)
	}
	out.Reset()
	if code := run([]string{"-h"}, nil, &out, &errs); code != 0 || errs.Len() > 0 || !strings.Contains(out.String(), "\nexample: ") {
		t.Errorf("exit %d, stderr %q, stdout:\n%s", code, &errs, &out)
	}
}

// A table takes the place of the one between the marks, and of nothing else.
func TestFill(t *testing.T) {
	got, err := fill([]byte("a\n"+beginTable+"old\n"+endTable+"\nb\n"), []byte("new\n"))
	if want := "a\n" + beginTable + "new\n" + endTable + "\nb\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := fill([]byte("no marks"), nil); err == nil {
		t.Error("a document without marks is filled")
	}
}
