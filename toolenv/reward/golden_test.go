package reward

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// ruleCase is a line of annotation/rules.jsonl.gz.
type ruleCase struct {
	Kind      string          `json:"kind"`
	Content   string          `json:"content"`
	Finish    string          `json:"finish"`
	Threshold float64         `json:"threshold"`
	Result    json.RawMessage `json:"result"`
	Exception string          `json:"exception"`
	LCS       int             `json:"lcs_length"`
	Response  struct {
		Result string `json:"result"`
	} `json:"response"`
}

// The released rules, on everything they were recorded on. Left out: texts with
// lone surrogates, which this reader of the record loses.
func TestRulesGolden(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "*", "annotation", "rules.jsonl.gz"))
	if len(files) == 0 {
		t.Skip("no recorded rules")
	}
	checked := map[string]int{}
	for _, file := range files {
		for _, c := range readCases(t, file) {
			if strings.Contains(c.Content+c.Finish+c.Response.Result, "\ufffd") {
				continue
			}
			checked[c.Kind]++
			var rule *RuleError
			switch c.Kind {
			case "success":
				ok, err := SuccessRule(c.Content)
				if (c.Exception != "") != errors.As(err, &rule) {
					t.Errorf("SuccessRule(%q): error %v, recorded %q", c.Content, err, c.Exception)
				} else if err == nil && ok != (string(c.Result) == "true") {
					t.Errorf("SuccessRule(%q) = %v, recorded %s", c.Content, ok, c.Result)
				}
			case "contribution":
				o, err := ContributionRule(c.Content, c.Finish, .3)
				if (c.Exception != "") != errors.As(err, &rule) {
					t.Errorf("ContributionRule(%q): error %v, recorded %q", c.Content, err, c.Exception)
				} else if err == nil && (o.Response != c.Response.Result || o.LCS != c.LCS || o.Contributes != (string(c.Result) == "1")) {
					t.Errorf("ContributionRule(%q, %q) = %+v, recorded %q %d %s", c.Content, c.Finish, o, c.Response.Result, c.LCS, c.Result)
				}
			case "threshold":
				o, err := ContributionRule(c.Content, c.Finish, c.Threshold)
				if err != nil || o.Contributes != (string(c.Result) == "1") {
					t.Errorf("ContributionRule(%q, %q, %g) = %+v, %v, recorded %s", c.Content, c.Finish, c.Threshold, o, err, c.Result)
				}
			}
		}
	}
	t.Logf("checked %v", checked)
	for _, kind := range []string{"success", "contribution", "threshold"} {
		if checked[kind] == 0 {
			t.Errorf("no case of kind %s", kind)
		}
	}
}

func readCases(t *testing.T, file string) []ruleCase {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var list []ruleCase
	for dec := json.NewDecoder(z); ; {
		var c ruleCase
		if err := dec.Decode(&c); err == io.EOF {
			return list
		} else if err != nil {
			// success_count lines have results of another shape
			var typeErr *json.UnmarshalTypeError
			if !errors.As(err, &typeErr) {
				t.Fatalf("%s: %v", file, err)
			}
			continue
		}
		list = append(list, c)
	}
}
