package reward

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The released rules, on everything they were recorded on: values, and an error
// where the release raises one.
func TestRulesGolden(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "*", "annotation", "rules.jsonl.gz"))
	if len(files) == 0 {
		t.Skip("no recorded rules")
	}
	released := Rules{Threshold: .3, Released: true}
	for _, file := range files {
		checked := map[string]int{}
		runs := conversations{folder: filepath.Join(filepath.Dir(file), "..", "inference")}
		for c := range lines(t, file) {
			content, finish := text(c, "content"), text(c, "finish")
			want, _ := c.Get("result")
			_, raised := c.Get("exception")
			kind := text(c, "kind")
			checked[kind]++
			var err error
			var got any
			switch kind {
			case "success":
				got, err = released.Succeeded(content)
			case "contribution", "threshold":
				r := released
				if v, ok := c.Get("threshold"); ok {
					r.Threshold = number(v)
				}
				o, e := r.Contributes(content, finish)
				err = e
				got = int64(0)
				if o.Contributes {
					got = int64(1)
				}
				if v, ok := c.Get("lcs_length"); ok && v != int64(o.LCS) {
					t.Errorf("%.80q and %.80q: %d characters in common, recorded %v", content, finish, o.LCS, v)
				}
				if v, ok := dict(c, "response").Get("result"); ok && v != o.Response {
					t.Errorf("response of %.80q is %.80q, recorded %.80q", content, o.Response, v)
				}
			case "success_count":
				tally, e := released.Count(runs.last(t, text(c, "file"), text(c, "client"), text(c, "method")))
				err = e
				got = pyliteral.Repr(pyliteral.List{int64(tally.Calls), int64(tally.Succeeded)})
				want = pyliteral.Repr(want)
				for _, it := range dict(c, "model_calls") {
					if names := namesOf(it.Value); !slices.Equal(names, tally.Names) {
						t.Errorf("%s %s %s calls %q, recorded %q", text(c, "file"), text(c, "client"), text(c, "method"), tally.Names, names)
					}
				}
			default:
				t.Errorf("a record of an unknown kind %q", kind)
			}
			var rule *RuleError
			if raised != errors.As(err, &rule) || err == nil && got != want {
				t.Errorf("%s of %.100q (%.60q): %v, %v; recorded %v (exception: %v)", kind, content, finish, got, err, want, raised)
			}
		}
		t.Logf("checked %v", checked)
		for _, kind := range []string{"success", "contribution", "threshold", "success_count"} {
			if checked[kind] == 0 {
				t.Errorf("%s: no case of kind %s", file, kind)
			}
		}
	}
}

// conversations are the last message lists of recorded runs, one file of them at
// a time.
type conversations struct {
	folder, file string
	runs         map[[2]string]pyliteral.List // by client and method
}

func (c *conversations) last(t *testing.T, file, client, method string) pyliteral.List {
	t.Helper()
	if c.file != file {
		c.file, c.runs = file, map[[2]string]pyliteral.List{}
		for run := range lines(t, filepath.Join(c.folder, file)) {
			if text(run, "kind") != "run" || text(run, "tag") != "" {
				continue
			}
			v, _ := dict(dict(run, "output"), "answer_generation").Get("train_messages")
			if list, ok := v.(pyliteral.List); ok && len(list) > 0 {
				c.runs[[2]string{text(run, "client"), text(run, "method")}], _ = list[len(list)-1].(pyliteral.List)
			}
		}
	}
	messages, ok := c.runs[[2]string{client, method}]
	if !ok {
		t.Fatalf("%s: no run of %s with %s", file, client, method)
	}
	return messages
}

// lines yields the objects of a .jsonl.gz file. The reader keeps halves of
// surrogate pairs, which encoding/json loses.
func lines(t *testing.T, file string) func(yield func(pyliteral.Dict) bool) {
	return func(yield func(pyliteral.Dict) bool) {
		t.Helper()
		for _, line := range golden.Lines(t, file) {
			v, err := pyliteral.FromJSON(line)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if !yield(v.(pyliteral.Dict)) {
				return
			}
		}
	}
}

func text(d pyliteral.Dict, key string) string {
	v, _ := d.Get(key)
	s, _ := v.(string)
	return s
}

func dict(d pyliteral.Dict, key string) pyliteral.Dict {
	v, _ := d.Get(key)
	m, _ := v.(pyliteral.Dict)
	return m
}

func number(v any) float64 {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	f, _ := v.(float64)
	return f
}

func namesOf(v any) (out []string) {
	list, _ := v.(pyliteral.List)
	for _, x := range list {
		s, _ := x.(string)
		out = append(out, s)
	}
	return out
}
