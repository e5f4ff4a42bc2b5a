package toolbench

import (
	"fmt"
	"net/http"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

const dataError = "request invalid, data error"

// codes of the errors by which a tool server refuses a call. A server's own
// "Timeout error..." is none of them: code 5 is the client's.
var codes = map[string]toolenv.Status{
	"API not working error...":       toolenv.StatusNotWorking,
	"Unauthorized error...":          toolenv.StatusUnauthorized,
	"Unsubscribed error...":          toolenv.StatusUnsubscribed,
	"Too many requests error...":     toolenv.StatusTooManyRequests,
	"Rate limit per minute error...": toolenv.StatusRateLimit,
	"Message error...":               toolenv.StatusMessage,
}

// observe turns a server's reply into an observation and its code. The JSON is
// written anew, as Python writes it.
func observe(reply service.Reply, released bool) Result {
	if reply.Status != http.StatusOK {
		return invalid(fmt.Sprintf("%s. status_code=%d", dataError, reply.Status))
	}
	decode := decodeReply
	if released {
		decode = decodeReleased
	}
	v, err := pyliteral.FromJSON(decode(reply.ContentType, reply.Body))
	if err != nil {
		return invalid(dataError)
	}
	d, ok := v.(pyliteral.Dict)
	message, has := d.Get("error")
	if !ok || !has {
		return misshapen(v, ok, released)
	}
	code := toolenv.StatusOK
	if s, ok := message.(string); ok {
		code = codes[s]
	}
	return Result{Observation: dumps(d), Code: code}
}

// misshapen is a reply that is JSON but no object with "error": the model is
// shown what came, under an error of its own.
func misshapen(v any, object, released bool) Result {
	cause := Crash{"TypeError", "the tool's answer is no object"}
	if object {
		cause = Crash{"KeyError", `the tool's answer has no "error"`}
	}
	r := Result{
		Observation: dumps(pyliteral.Dict{{Key: "error", Value: dataError + ": " + cause.Cause}, {Key: "response", Value: v}}),
		Code:        toolenv.StatusInvalidRequest,
	}
	if released {
		r.Crash = &cause
	}
	return r
}

func invalid(message string) Result {
	return Result{Observation: errorText(message), Code: toolenv.StatusInvalidRequest}
}

func dumps(v any) string { return pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true}) }
