package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/cmd/internal/bench"
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
			`^(Peak/.*|Mem/Read/24K|Linear/fwd/f32/T8/96x96|AttnDecode/B1H3.*|EmbeddingBwd.*|GradNorm/0.5M|Parallel/.*/1us` + more + `)$`}
		if code := run(args, &out, &errs); code != 0 {
			t.Fatalf("exit %d: %s", code, &errs)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) < 8 {
			t.Fatalf("%d lines:\n%s", len(lines), &out)
		}
		for _, line := range lines {
			var r bench.Result
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if r.Skipped != "" {
				continue
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
		{[]string{"-variant", "w9"}, "v0"},
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

// A case that cannot run says why, in the table and in JSON.
func TestSkipped(t *testing.T) {
	for _, args := range [][]string{{"-match", "^MicroKernel/f32_6x16"}, {"-json", "-match", "^MicroKernel/f32_6x16"}} {
		var out, errs bytes.Buffer
		if code := run(append(args, "-impl", "generic"), &out, &errs); code != 0 || !strings.Contains(out.String(), "-impl avx2") {
			t.Errorf("exit %d: %s%s", code, &out, &errs)
		}
	}
}

// -variant takes single versions, lists and ranges.
func TestVersions(t *testing.T) {
	steps, plain := bench.Case{Variants: 5}, bench.Case{}
	for _, c := range []struct{ text, steps, plain string }{
		{"", "v1 v2 v3 v4 v5", "v1"},
		{"v0", "", "v0"},
		{"v1", "v1", "v1"},
		{"v2…v4", "v2 v3 v4", ""},
		{"v1..v9", "v1 v2 v3 v4 v5", "v1"},
		{"v5,v1", "v1 v5", "v1"},
		{"all", "v1 v2 v3 v4 v5", "v1"},
	} {
		v, err := parseVersions(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(v.of(steps), " "); got != c.steps {
			t.Errorf("%q of steps: %q, want %q", c.text, got, c.steps)
		}
		if got := strings.Join(v.of(plain), " "); got != c.plain {
			t.Errorf("%q of a plain case: %q, want %q", c.text, got, c.plain)
		}
	}
	for _, text := range []string{"1", "v", "v3…v1", "v1,", "v-1", "v1000"} {
		if _, err := parseVersions(text); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}
