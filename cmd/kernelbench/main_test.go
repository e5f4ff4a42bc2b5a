package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// Names are unique, and -list prints them all.
func TestList(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-list"}, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	seen := map[string]bool{}
	for _, name := range strings.Fields(out.String()) {
		if seen[name] {
			t.Errorf("%s is listed twice", name)
		}
		seen[name] = true
	}
	for _, want := range []string{"Mem/Read/24K", "Sgemm/NT/sq512", "Linear/dw/f32/T2048/256x688", "AttnFwd/causal/B8H8kv8S256D32", "Parallel/ForkJoin0/10us"} {
		if !seen[want] {
			t.Errorf("%s is not listed", want)
		}
	}
}

// Every kind of case gives sane figures.
func TestJSON(t *testing.T) {
	for variant, more := range map[string]string{"v0": "", "v1": `|Sgemm/../sq256|AttnFwdBwd/causal/B1H9.*|AdamW/0.5M`} {
		var out, errs bytes.Buffer
		args := []string{"-json", "-samples", "1", "-sample-ms", "0.1", "-variant", variant, "-match",
			`^(Peak/.*|Mem/Read/24K|Linear/fwd/f32/T1/96x96|AttnDecode/B1H3.*|EmbeddingBwd.*|GradNorm/0.5M|Parallel/.*/1us` + more + `)$`}
		if code := run(args, &out, &errs); code != 0 {
			t.Fatalf("exit %d: %s", code, &errs)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) < 8 {
			t.Fatalf("%d lines:\n%s", len(lines), &out)
		}
		for _, line := range lines {
			var r result
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if !(r.NS > 0) || !(r.Value > 0) || r.Variant != variant || r.CPU == "" && r.Impl == "" {
				t.Errorf("%s", line)
			}
			if r.Unit == "GFLOP/s" && !(r.GFLOPS > 0) || r.Unit == "GB/s" && !(r.GBPS > 0) {
				t.Errorf("no rate: %s", line)
			}
		}
	}
}

func TestTable(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-samples", "1", "-sample-ms", "0.1", "-match", "^Linear/fwd/f32/T2048/96x96$|^Parallel/Call$"}, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	for _, want := range []string{"Linear/fwd/f32/T2048/96x96", "GFLOP/s", "of limit", "of 1 targets reached"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, &out)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-match", "("}, "-match"},
		{[]string{"-match", "nothing such"}, "-list"},
		{[]string{"-variant", "v9"}, "v0"},
		{[]string{"-threads", "0"}, "-threads"},
		{[]string{"-impl", "sse9"}, "generic"},
		{[]string{"more"}, "unexpected"},
		{[]string{"-sample-ms", "NaN"}, "-sample-ms NaN"},
		{[]string{"-nonsense"}, "not defined: -nonsense"},
	} {
		var out, errs bytes.Buffer
		if code := run(c.args, &out, &errs); code != 2 || !strings.Contains(errs.String(), c.want) || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%v: exit %d: %s", c.args, code, &errs)
		}
	}
}

// Help is not a mistake, and shows an example.
func TestHelp(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"-h"}, &out, &errs); code != 0 || errs.Len() > 0 || !strings.Contains(out.String(), "\nexample: ") {
		t.Errorf("exit %d, stderr %q, stdout:\n%s", code, &errs, &out)
	}
}

// What cannot be done is status 1.
func TestNoSuchInstructions(t *testing.T) {
	t.Setenv("STEPGRAIN_IMPL", "mmx")
	var out, errs bytes.Buffer
	if code := run([]string{"-match", "^Parallel/Call$"}, &out, &errs); code != 1 || !strings.Contains(errs.String(), `"mmx"`) {
		t.Errorf("exit %d: %s", code, &errs)
	}
}
