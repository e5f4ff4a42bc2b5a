package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWorld(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	if code := run([]string{"world", "-out", dir, "-sets", "I1-inst, train", "-n", "3", "-quick"}, &out, &errs); code != 0 {
		t.Fatalf("exit status %d: %s", code, &errs)
	}
	for _, want := range []string{"\n3 queries in " + dir + "/test_instruction/I1-inst.json\n", "3 queries in " + dir + "/test_instruction/train.json\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("output lacks %q:\n%s", want, &out)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "test_query_ids", "I1-inst.json"))
	if want := "{\n    \"I1-inst-0\": 0,\n    \"I1-inst-1\": 0,\n    \"I1-inst-2\": 0\n}\n"; err != nil || string(b) != want {
		t.Errorf("ids: %s, %v", b, err)
	}
	for _, args := range [][]string{
		{"world"}, {"world", "-out", dir, "-sets", "I1-ins"}, {"world", "-out", dir, "-n", "-1"}, {"world", "-out", dir, "-n", "999999"}, {"world", "-out", dir, "file"},
	} {
		errs.Reset()
		if code := run(args, &out, &errs); code != 2 || strings.Count(errs.String(), "\n") != 1 {
			t.Errorf("%q: exit status %d: %s", args, code, &errs)
		}
	}
	if !strings.Contains(help(), "world") {
		t.Error("the list of conversions lacks it")
	}
	os.WriteFile(filepath.Join(dir, "file"), nil, 0o666)
	if code := run([]string{"world", "-out", filepath.Join(dir, "file"), "-n", "1"}, &out, &errs); code != 1 {
		t.Errorf("into a file: exit status %d", code)
	}
}
