package toolenv

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
)

// recorded reads every recorded units file of a name, one JSON value after the
// other.
func recorded(t *testing.T, name string, each func(raw json.RawMessage)) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(golden.Dir(t), "*", "units", name))
	if len(files) == 0 {
		t.Skip("no recorded " + name)
	}
	for _, file := range files {
		dec := json.NewDecoder(strings.NewReader(strings.Join(golden.Lines(t, file), "")))
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				t.Fatal(err)
			}
			each(raw)
		}
	}
}

func unmarshal(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
}

func TestNamesGolden(t *testing.T) {
	recorded(t, "names.json", func(raw json.RawMessage) {
		var cases []struct {
			In           string `json:"in"`
			Standardize  string `json:"standardize"`
			ChangeName   string `json:"change_name"`
			ChangeNameIn string `json:"change_name_raw"`
		}
		unmarshal(t, raw, &cases)
		for _, c := range cases {
			if strings.Contains(c.In, "\ufffd") {
				continue // a lone surrogate in the recording
			}
			if got := Standardize(c.In); got != c.Standardize {
				t.Errorf("Standardize(%q) = %q, recorded %q", c.In, got, c.Standardize)
			}
			if got := ChangeName(Standardize(c.In)); got != c.ChangeName {
				t.Errorf("ChangeName(Standardize(%q)) = %q, recorded %q", c.In, got, c.ChangeName)
			}
			if got := ChangeName(c.In); got != c.ChangeNameIn {
				t.Errorf("ChangeName(%q) = %q, recorded %q", c.In, got, c.ChangeNameIn)
			}
		}
	})
}

func TestReleasedParserGolden(t *testing.T) {
	recorded(t, "react.json", func(raw json.RawMessage) {
		var cases []struct{ Text, Thought, Action, Input string }
		unmarshal(t, raw, &cases)
		for _, c := range cases {
			if strings.Contains(c.Text, "\ufffd") {
				continue
			}
			thought, action, input := ParseReleased(c.Text)
			if thought != c.Thought || action != c.Action || input != c.Input {
				t.Errorf("ParseReleased(%q) = %q, %q, %q, recorded %q, %q, %q", c.Text, thought, action, input, c.Thought, c.Action, c.Input)
			}
		}
	})
}

// Where the arguments of Finish are a JSON object, ours and the release agree;
// the release's guesses about broken JSON are not repeated.
func TestFinishGolden(t *testing.T) {
	checked := 0
	recorded(t, "finish.json", func(raw json.RawMessage) {
		var cases []struct {
			Input       string
			Observation string
			Code        Status
		}
		unmarshal(t, raw, &cases)
		for _, c := range cases {
			if !json.Valid([]byte(c.Input)) {
				continue
			}
			args, err := DecodeArgs(json.RawMessage(c.Input))
			if err != nil || args == nil {
				continue
			}
			checked++
			if obs, status, _ := finish(args); obs != c.Observation || status != c.Code {
				t.Errorf("Finish %s: %q, %d, recorded %q, %d", c.Input, obs, status, c.Observation, c.Code)
			}
		}
	})
	if checked < 20 {
		t.Errorf("only %d cases checked", checked)
	}
}

// The function lists that the release builds, from the tool files and the
// query, with Finish at the end.
func TestSchemaGolden(t *testing.T) {
	functions := 0
	recorded(t, "schema.jsonl.gz", func(raw json.RawMessage) {
		var c struct {
			QueryID json.RawMessage `json:"query_id"`
			Query   struct {
				APIList []struct {
					Category string `json:"category_name"`
					Tool     string `json:"tool_name"`
					Name     string `json:"api_name"`
				} `json:"api_list"`
			}
			Tools map[string]struct {
				StandardizedName string `json:"standardized_name"`
				APIList          []struct {
					Name        string      `json:"name"`
					Description string      `json:"description"`
					Required    []Parameter `json:"required_parameters"`
					Optional    []Parameter `json:"optional_parameters"`
				} `json:"api_list"`
			}
			Functions []json.RawMessage
		}
		unmarshal(t, raw, &c)
		byName := map[string]Function{}
		for file, tool := range c.Tools {
			stem := strings.TrimSuffix(filepath.Base(file), ".json")
			for _, a := range tool.APIList {
				f := SchemaFor(API{Name: a.Name, Description: a.Description, Required: a.Required, Optional: a.Optional}, stem, true)
				if _, twice := byName[f.Name]; !twice {
					byName[f.Name] = f
				}
			}
		}
		byName[FinishName] = FinishFunction()
		for _, want := range c.Functions {
			var w struct{ Function any }
			unmarshal(t, want, &w)
			name := w.Function.(map[string]any)["name"].(string)
			f, ok := byName[name]
			if !ok {
				t.Errorf("task %s: no API makes function %s", c.QueryID, name)
				continue
			}
			b, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			var got any
			unmarshal(t, b, &got)
			if !reflect.DeepEqual(got, w.Function) {
				t.Errorf("task %s: function %s:\n got      %v\n recorded %v", c.QueryID, name, got, w.Function)
			}
			functions++
		}
	})
	t.Logf("%d functions", functions)
}

func TestQuoteJSONGolden(t *testing.T) {
	recorded(t, "pyrepr.json", func(raw json.RawMessage) {
		var file struct {
			Rows []struct{ JSON, Dumps string }
		}
		unmarshal(t, raw, &file)
		for _, c := range file.Rows {
			var s string
			if !strings.HasPrefix(c.JSON, `"`) || json.Unmarshal([]byte(c.JSON), &s) != nil || strings.Contains(s, "\ufffd") {
				continue
			}
			if got := QuoteJSON(s); got != c.Dumps {
				t.Errorf("QuoteJSON(%q) = %s, recorded %s", s, got, c.Dumps)
			}
		}
	})
}
