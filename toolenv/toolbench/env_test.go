package toolbench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Observations of Finish, as ToolBench words them.
const (
	obsNoReturnType = `{error:"must have "return_type""}`
	obsGaveUp       = `{"response":"chose to give up and restart"}`
	obsFinished     = `{"response":"successfully giving the final answer."}`
)

// offering makes a task with functions {api}_for_t, each with a required number n
// and an optional text s.
func offering(o Options, apis ...string) *Task {
	q := Query{ID: "7", Text: "do it"}
	for _, name := range apis {
		q.APIs = append(q.APIs, Entry{API: toolenv.API{
			Category: "Data", Tool: "t", Name: name, Strict: true,
			Required: []toolenv.Parameter{{Name: "n", Type: "NUMBER"}}, Optional: []toolenv.Parameter{{Name: "s", Type: "STRING"}},
		}})
	}
	return NewTask(&q, nil, o)
}

// answering is a service that always answers the same.
func answering(status int, contentType, body string) service.Service {
	return service.Func(func(context.Context, service.Request) (service.Reply, error) {
		return service.Reply{Status: status, ContentType: contentType, Body: []byte(body)}, nil
	})
}

func TestFindByDefault(t *testing.T) {
	task := offering(Options{}, "search", "research", "list")
	for name, want := range map[string]int{
		"search_for_t": 0, "research_for_t": 1, "list_for_t": 2, "Finish": 3, // exact
		"ist_for_t": 2, "inish": 3, "research_for_": -1, // the only ending, or none
		"earch_for_t": -1, "_for_t": -1, "t": -1, "": -1, "x": -1, "SEARCH_for_t": -1,
	} {
		if got := task.Find(name, false); got != want {
			t.Errorf("Find(%q) = %d, want %d", name, got, want)
		}
	}
	twice := offering(Options{}, "get", "get")
	if got := twice.Find("et_for_t", false); got != 0 {
		t.Errorf("an ending of two functions of one name: %d", got)
	}
	env := NewEnv(task, silent, Options{})
	if r := env.Step(context.Background(), "", "ist_for_t", `{"n": 1}`); r.Name != "list_for_t" || r.SchemaError != `name "ist_for_t" stands for list_for_t` || r.Code != 0 {
		t.Errorf("a unique ending: %+v", r)
	}
	if r := env.Step(context.Background(), "", "inish", `{"return_type": "give_up_and_restart"}`); r.Name != "Finish" || r.Crash != nil || r.Code != toolenv.StatusGaveUp || !r.Done() {
		t.Errorf("an ending of Finish: %+v", r)
	}
	if r := env.Step(context.Background(), "", "", `{}`); r.Code != toolenv.StatusNoSuchFunction || r.Name != "" || r.Observation != `{"error": "No such function name: ", "response": ""}` {
		t.Errorf("the empty name: %+v", r)
	}
}

func TestSchemaErrorsAreRecorded(t *testing.T) {
	for input, want := range map[string]string{
		`{"n": 1}`: "", `{"n": 2.0, "s": "x"}`: "", `{"n": 1, "s": "raw` + "\n" + `line"}`: "",
		`{}`: "missing argument 'n'", ``: "missing argument 'n'",
		`{"n": 1, "x": 2}`: "unexpected argument 'x'", `{"n": "1"}`: "argument 'n' must be integer",
		`[1]`: "arguments are no object", `null`: "arguments are no object",
		`{"n": 1`: "arguments are not JSON: ", `n=1`: "arguments are not JSON: ",
		`{"n": 123456789012345678901234567890}`: "", `{"n": 1e400}`: "invalid arguments", `{"n": NaN}`: "invalid arguments",
		`{"n": [` + strings.Repeat("[", 5000): "arguments are not JSON: ",
	} {
		for _, released := range []bool{false, true} {
			o := Options{Released: released}
			r := NewEnv(offering(o, "x"), silent, o).Step(context.Background(), "", "x_for_t", input)
			if r.Code != toolenv.StatusOK || r.Observation != `{"error": "", "response": ""}` {
				t.Errorf("%.40q: the call was not made: %+v", input, r)
			}
			if want == "" && r.SchemaError != "" || !strings.HasPrefix(r.SchemaError, want) {
				t.Errorf("%.40q: schema error %q, want %q", input, r.SchemaError, want)
			}
		}
	}
}

func TestFinishByDefault(t *testing.T) {
	env := NewEnv(offering(Options{}, "x"), silent, Options{})
	for input, want := range map[string]Result{
		`{"return_type": "give_answer", "final_answer": "42"}`:     {Code: 3, Final: "42", Observation: obsFinished},
		`{"return_type": "give_answer", "final_answer": [4, 2.0]}`: {Code: 3, Final: "[4, 2.0]", Observation: obsFinished},
		`{"return_type": "give_answer", "final_answer": "cut of`:   {Code: 3, Final: "cut of", Observation: obsFinished},
		`{"return_type": "give_answer", "final_answer": "a "b" c`:  {Code: 3, Final: `a "b" c`, Observation: obsFinished, SchemaError: "arguments are not JSON"},
		`{"return_type": "give_up_and_restart"}`:                   {Code: 4, Observation: obsGaveUp},
		`["give_answer"]`:                                          {Code: 2, Observation: obsNoReturnType, SchemaError: "arguments are no object"},
		`null`:                                                     {Code: 2, Observation: obsNoReturnType, SchemaError: "arguments are no object"},
		``:                                                         {Code: 2, Observation: obsNoReturnType, SchemaError: "arguments are not JSON"},
	} {
		r := env.Step(context.Background(), "", "Finish", input)
		if r.Code != want.Code || r.Final != want.Final || r.Observation != want.Observation || r.Crash != nil || !strings.HasPrefix(r.SchemaError, want.SchemaError) || want.SchemaError == "" && r.SchemaError != "" {
			t.Errorf("%s: %+v, want %+v", input, r, want)
		}
	}
}

func TestRepliesThatAreNoAnswers(t *testing.T) {
	const shape = `{"error": "request invalid, data error: the tool's answer is no object", "response": `
	for body, want := range map[string]string{
		`{"response": "x"}`: `{"error": "request invalid, data error: the tool's answer has no \"error\"", "response": {"response": "x"}}`,
		`[1, null]`:         shape + `[1, null]}`,
		`null`:              shape + `null}`,
		`"text"`:            shape + `"text"}`,
		`garbage <html>`:    `{"error": "request invalid, data error", "response": ""}`,
		``:                  `{"error": "request invalid, data error", "response": ""}`,
		`{"error": "", "response": ` + strings.Repeat("[", 1<<20):                                      `{"error": "request invalid, data error", "response": ""}`,
		`{"error": "", "response": ` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001): `{"error": "request invalid, data error", "response": ""}`,
		"{\"error\": \"\", \"response\": \"\xff\xe2\x82 \xed\xa0\x80\"}":                               `{"error": "", "response": "\ufffd\ufffd \ufffd\ufffd\ufffd"}`,
	} {
		r := NewEnv(offering(Options{}, "x"), answering(200, "application/json", body), Options{}).Step(context.Background(), "", "x_for_t", `{"n": 1}`)
		if r.Observation != want || r.Crash != nil || r.Fault != "" {
			t.Errorf("%.60q: %q, crash %v, want %q", body, r.Observation, r.Crash, want)
		}
		if wantCode := toolenv.StatusInvalidRequest; !strings.HasPrefix(want, `{"error": "", `) && r.Code != wantCode {
			t.Errorf("%.60q: code %d", body, r.Code)
		}
	}
}

func TestFaults(t *testing.T) {
	failing := func(err error) service.Service {
		return service.Func(func(context.Context, service.Request) (service.Reply, error) { return service.Reply{}, err })
	}
	for fault, want := range map[service.Fault]string{
		service.Timeout: `{"error": "Timeout error...", "response": ""}`,
		service.Refused: `{"error": "request invalid, data error. fault=refused", "response": ""}`,
		service.Missing: `{"error": "request invalid, data error. fault=missing", "response": ""}`,
	} {
		for _, released := range []bool{false, true} {
			o := Options{Released: released}
			r := NewEnv(offering(o, "x"), failing(&service.Error{Fault: fault, Err: errors.New("why")}), o).Step(context.Background(), "", "x_for_t", `{}`)
			if r.Fault != fault || r.Observation != want || r.Err == nil {
				t.Errorf("%s: %+v", fault, r)
			}
			if crashes := released && fault != service.Timeout; (r.Crash != nil) != crashes {
				t.Errorf("%s, released %v: crash %v", fault, released, r.Crash)
			}
		}
	}
	hanging := service.Func(func(ctx context.Context, _ service.Request) (service.Reply, error) {
		<-ctx.Done()
		return service.Reply{}, ctx.Err()
	})
	o := Options{Timeout: 5 * time.Millisecond}
	if r := NewEnv(offering(o, "x"), hanging, o).Step(context.Background(), "", "x_for_t", `{}`); r.Code != toolenv.StatusTimeout || r.Fault != service.Timeout {
		t.Errorf("a tool that hangs: %+v", r)
	}
	huge := answering(200, "application/json", `{"error": "", "response": "`+strings.Repeat("x", 10<<20)+`"}`)
	if r := NewEnv(offering(Options{}, "x"), huge, Options{}).Step(context.Background(), "", "x_for_t", `{}`); r.Fault != service.TooLarge || r.Code != toolenv.StatusInvalidRequest {
		t.Errorf("10 MiB: %s, %d", r.Fault, r.Code)
	}
	o = Options{Released: true}
	if r := NewEnv(offering(o, "x"), huge, o).Step(context.Background(), "", "x_for_t", `{}`); r.Fault != "" || len(r.Observation) != 1024+3 {
		t.Errorf("10 MiB, released: %s, %d characters", r.Fault, len(r.Observation))
	}
}

func TestPauses(t *testing.T) {
	limited := answering(200, "application/json", `{"error": "Rate limit per minute error...", "response": ""}`)
	for _, c := range []struct {
		released bool
		s        service.Service
		want     []time.Duration
	}{
		{false, silent, nil}, {false, limited, []time.Duration{10 * time.Second}},
		{true, silent, []time.Duration{2 * time.Second}}, {true, limited, []time.Duration{2 * time.Second, 10 * time.Second}},
	} {
		var slept []time.Duration
		o := Options{Released: c.released, Sleep: func(_ context.Context, d time.Duration) error { slept = append(slept, d); return nil }}
		env := NewEnv(offering(o, "x"), c.s, o)
		env.Step(context.Background(), "", "x_for_t", `{"n": 1}`)
		env.Step(context.Background(), "", "Finish", `{}`)
		env.Step(context.Background(), "", "none", `{}`)
		if !slices.Equal(slept, c.want) {
			t.Errorf("released %v: slept %v, want %v", c.released, slept, c.want)
		}
	}
	o := Options{Released: true, Sleep: func(context.Context, time.Duration) error { return context.Canceled }}
	if r := NewEnv(offering(o, "x"), silent, o).Step(context.Background(), "", "x_for_t", `{}`); !errors.Is(r.Err, context.Canceled) {
		t.Errorf("a pause that is broken off: %+v", r)
	}
}

// Requests carry what the server and a recorder need, and branches do not disturb
// each other.
func TestRequestsOfManyBranches(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]service.Request{}
	s := service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.Branch] = r
		return service.Reply{Status: 200, Body: []byte(`{"error": "", "response": "` + r.Branch + `"}`)}, nil
	})
	o := Options{Key: "k", Strip: "filter"}
	env := NewEnv(offering(o, "class", "Other API"), s, o)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			branch := fmt.Sprintf("0.%d", i)
			if r := env.Step(context.Background(), branch, "is_class_for_t", `{"n":1}`); !strings.Contains(r.Observation, branch) {
				t.Errorf("branch %s: %s", branch, r.Observation)
			}
		})
	}
	wg.Wait()
	want := service.Request{Task: "7", Branch: "0.3", Function: "is_class_for_t", Category: "Data", Tool: "t", API: "is_class", Input: `{"n":1}`, Strip: "filter", Key: "k"}
	if len(seen) != 8 || seen["0.3"] != want {
		t.Errorf("%d requests, %+v", len(seen), seen["0.3"])
	}
}

func TestTruncation(t *testing.T) {
	long := answering(200, "application/json", `{"error": "", "response": "`+strings.Repeat("é", 2000)+`"}`)
	for limit, want := range map[int]int{0: 1027, 10: 13, -1: len(`{"error": "", "response": ""}`) + 6*2000} {
		o := Options{MaxObservation: limit}
		if r := NewEnv(offering(o, "x"), long, o).Step(context.Background(), "", "x_for_t", `{}`); len(r.Observation) != want {
			t.Errorf("limit %d: %d characters, want %d", limit, len(r.Observation), want)
		}
	}
}

func TestCharsets(t *testing.T) {
	text := `{"error": "", "response": "é€"}`
	utf16le, utf32be := "\xff\xfe", "\x00\x00\xfe\xff"
	for _, r := range text {
		utf16le += string([]byte{byte(r), byte(r >> 8)})
		utf32be += string([]byte{0, 0, byte(r >> 8), byte(r)})
	}
	const read = `{"error": "", "response": "\u00e9\u20ac"}`
	for _, c := range []struct{ contentType, body, want, released string }{
		{"text/plain", text, read, `{"error": "", "response": "\u00c3\u00a9\u00e2\u0082\u00ac"}`},
		{"application/json", text, read, read},
		{"", "\ufeff" + text, read, read},
		{"application/json", "\ufeff" + text, read, `{"error": "request invalid, data error", "response": ""}`},
		{"", utf16le, read, read},
		{"application/json; charset=utf-16", utf16le, read, read},
		{"application/json; charset=UTF-32", utf32be, read, read},
		{"application/json; charset=UTF16", utf16le, read, read},
		{"", utf32be[4:], read, read},
		{"text/plain; charset=", text, read, read},
		{`text/html; Charset="windows-1252"`, "{\"error\": \"\", \"response\": \"\xe9\x80\"}", read, read},
		{"text/html; charset=ISO-8859-1", "{\"error\": \"\", \"response\": \"\xe9\x80\"}", `{"error": "", "response": "\u00e9\u0080"}`, `{"error": "", "response": "\u00e9\u0080"}`},
		{"application/json; charset=us-ascii", `{"error": "", "response": "é"}`, `{"error": "", "response": "\ufffd\ufffd"}`, `{"error": "", "response": "\ufffd\ufffd"}`},
		{"application/json; charset=no-such", text, read, read},
		{"image/png", "{\"error\": \"\", \"response\": \"\xe4\xb8\xadx\xe4\xb8\"}", `{"error": "", "response": "\u4e2dx\ufffd"}`, `{"error": "", "response": "\u4e2dx\ufffd"}`},
	} {
		for released, want := range map[bool]string{false: c.want, true: c.released} {
			o := Options{Released: released}
			if r := NewEnv(offering(o, "x"), answering(200, c.contentType, c.body), o).Step(context.Background(), "", "x_for_t", `{}`); r.Observation != want {
				t.Errorf("%q, released %v: %s, want %s", c.contentType, released, r.Observation, want)
			}
		}
	}
}

// Whatever a tool sends, there is an observation, and it is JSON unless it was cut.
func FuzzObserve(f *testing.F) {
	f.Add(200, "application/json", []byte(`{"error": "", "response": {"a": [1, NaN]}}`))
	f.Add(200, "text/plain", []byte("\xff\xfe{\x00}\x00"))
	f.Add(500, "text/html; charset=gbk", []byte("<html>"))
	f.Add(200, "", []byte("\x00\x00\xfe\xff\x00\x00\x00{"))
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		for _, released := range []bool{false, true} {
			o := Options{Released: released, MaxObservation: -1}
			s := answering(status, contentType, string(body))
			r := NewEnv(offering(o, "x"), s, o).Step(context.Background(), "", "x_for_t", `{}`)
			if _, err := pyliteral.FromJSON(r.Observation); err != nil {
				t.Errorf("%q: observation %q: %v", body, r.Observation, err)
			}
			if r.Crash != nil && !released {
				t.Errorf("%q: %v", body, r.Crash)
			}
			if r.Code < toolenv.StatusOK || r.Code > toolenv.StatusInvalidRequest {
				t.Errorf("%q: code %d", body, r.Code)
			}
		}
	})
}

// Whatever a model writes as the arguments of Finish, there is a verdict, and
// proper JSON is judged by its fields.
func FuzzFinish(f *testing.F) {
	for _, s := range []string{`{"return_type": "give_answer", "final_answer": "x"}`, `{'return_type':'give_up_and_restart'}`, `{"return_type": "give_answer", "final_answer": "a "b"`, `[]`, ``} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		r, released := finishCall(input, false), finishCall(input, true)
		if r.Crash != nil || r.Code < toolenv.StatusFinishInvalid || r.Code > toolenv.StatusGaveUp {
			t.Fatalf("%q: %+v", input, r)
		}
		if released.Crash = nil; released != r {
			t.Errorf("%q: %+v, released %+v", input, r, released)
		}
		var v struct {
			Kind   *string `json:"return_type"`
			Answer *string `json:"final_answer"`
		}
		if json.Unmarshal([]byte(input), &v) == nil && v.Kind != nil && v.Answer != nil && strings.Count(input, "return_type")+strings.Count(input, "final_answer") == 2 && !strings.Contains(input, `\`) &&
			strings.Contains(input, `"return_type"`) && strings.Contains(input, `"final_answer"`) {
			if want := *v.Kind == "give_answer"; (r.Code == toolenv.StatusFinalAnswer) != want || want && r.Final != *v.Answer && strings.ToValidUTF8(r.Final, "") == r.Final {
				t.Errorf("%q: %+v", input, r)
			}
		}
	})
}
