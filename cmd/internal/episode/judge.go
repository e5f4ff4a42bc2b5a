package episode

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// errorStatus are the errors that ToolBench gives a code of their own; every
// other text of an API means that it was reached (code 0).
var errorStatus = map[string]toolenv.Status{
	"Timeout error...":               toolenv.StatusTimeout,
	"API not working error...":       toolenv.StatusNotWorking,
	"Unauthorized error...":          toolenv.StatusUnauthorized,
	"Unsubscribed error...":          toolenv.StatusUnsubscribed,
	"Too many requests error...":     toolenv.StatusTooManyRequests,
	"Rate limit per minute error...": toolenv.StatusRateLimit,
	"Message error...":               toolenv.StatusMessage,
}

// judge fills call and status of a turn whose action and observation are all
// that is known. The status stays unknown where the file has no observation of
// a tool's call: behind the last action.
func (t *Turn) judge(offered []string) {
	set := func(s toolenv.Status, failed bool) { n := int(s); t.Status, t.Failed = &n, failed }
	call, _, err := toolenv.ParseReAct(t.Action)
	if err != nil {
		var p *toolenv.ParseError
		if t.ParseError = err.Error(); errors.As(err, &p) {
			t.ParseError = string(p.Kind)
		}
		set(toolenv.StatusUnparsable, true)
		return
	}
	t.Call = &Call{Name: call.Name, Args: call.Args}
	text, known := errorOf(t.Observation)
	switch {
	case call.Name == toolenv.FinishName:
		s := finished(call.Args)
		set(s, s == toolenv.StatusFinishInvalid)
	case strings.HasPrefix(text, "No such function name") || len(offered) > 0 && !slices.Contains(offered, call.Name):
		set(toolenv.StatusNoSuchFunction, true)
	case strings.HasPrefix(text, "request invalid, data error"):
		set(toolenv.StatusInvalidRequest, true)
	case known:
		set(errorStatus[text], text != "")
	}
}

// errorOf returns the error of an observation {"error": "…", …}, which may have
// been cut off behind it. An observation of another shape has none; known is
// false when there is no observation.
func errorOf(observation string) (text string, known bool) {
	d := json.NewDecoder(strings.NewReader(observation))
	for _, want := range []json.Token{json.Delim('{'), "error"} {
		if got, err := d.Token(); err != nil || got != want {
			return "", observation != ""
		}
	}
	v, _ := d.Token()
	text, _ = v.(string)
	return text, true
}

// finished is the status of a call of Finish.
func finished(raw json.RawMessage) toolenv.Status {
	var args struct {
		Kind   string           `json:"return_type"`
		Answer *json.RawMessage `json:"final_answer"`
	}
	err := json.Unmarshal(raw, &args)
	switch {
	case err == nil && args.Kind == "give_up_and_restart":
		return toolenv.StatusGaveUp
	case err == nil && args.Kind == "give_answer" && args.Answer != nil:
		return toolenv.StatusFinalAnswer
	}
	return toolenv.StatusFinishInvalid
}
