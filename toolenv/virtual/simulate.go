package virtual

import (
	"context"
	_ "embed"
	"time"
	"unicode/utf8"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
)

// simulatorPrompt is the system text of StableToolBench's simulator, byte for byte
// (Apache-2.0, THUNLP-MT; see NOTICE).
//
//go:embed prompt.txt
var simulatorPrompt string

const (
	mostExamples     = 5
	mostExamplesText = 2048 // characters
	simulations      = 3    // attempts at a reply that is JSON
	simulationPause  = time.Second
	simulationTokens = 1024
)

// errFailed is what stands in "error" when no attempt gave JSON.
const errFailed = "Failed to generate fake response"

// failedSimulation reports whether an answer says so.
func failedSimulation(answer any) bool {
	d, _ := answer.(pyliteral.Dict)
	e, _ := d.Get("error")
	return e == errFailed
}

// simulate has the model play the API.
func (s *Server) simulate(ctx context.Context, c *call, old stored) (any, *Error) {
	doc, e := s.documentation(c)
	if e != nil {
		return nil, e
	}
	examples, e := s.examples(ctx, c, old)
	if e != nil {
		return nil, e
	}
	messages := pyliteral.List{endpoint.Text("system", simulatorPrompt), endpoint.Text("user", userText(doc, examples, c.args))}
	for attempt := range simulations {
		if attempt > 0 {
			if err := s.o.Sleep(ctx, simulationPause); err != nil {
				return nil, upstream(simulatorCode, &endpoint.Error{Kind: endpoint.Canceled, Err: err})
			}
		}
		reply, err := s.o.Simulator.Chat(ctx, endpoint.ChatRequest{
			Messages: messages, MaxTokens: simulationTokens, Temperature: s.o.Temperature, ResponseFormat: endpoint.JSONObject(),
		})
		if err != nil {
			return nil, upstream(simulatorCode, err)
		}
		answer, ok, e := s.readSimulation(reply.Choices[0])
		switch {
		case e != nil:
			return nil, e
		case ok:
			return s.keepSimulation(ctx, c, answer)
		}
	}
	failed := object(errFailed, "")
	if s.o.Released {
		return s.keepSimulation(ctx, c, failed)
	}
	return failed, nil
}

// keepSimulation stores an answer of the simulator. The released server gives
// lists and texts as they are, and fails at an answer that says itself whether it
// is invented, after it has stored it.
func (s *Server) keepSimulation(ctx context.Context, c *call, answer any) (any, *Error) {
	d, ok := answer.(pyliteral.Dict)
	if !ok {
		return answer, nil
	}
	_, says := d.Get("is_fake")
	if e := s.save(ctx, c, d, true); e != nil {
		return nil, e
	}
	if says && s.o.Released {
		return nil, fail(simulatorCode+Code(endpoint.Shape), `the simulator's answer has a field "is_fake"`)
	}
	return without(d, "is_fake"), nil
}

// userText is the request to the simulator.
func userText(doc pyliteral.Dict, examples pyliteral.List, args any) string {
	return "API Documentation:" + pyliteral.Repr(doc) + "\nAPI Examples:" + pyliteral.First(pyliteral.Repr(examples), mostExamplesText) + "\nAPI Input:" + pyliteral.Str(args) + "\n"
}

// examples are the first stored answers of the API, as many as fit.
func (s *Server) examples(ctx context.Context, c *call, old stored) (pyliteral.List, *Error) {
	list := pyliteral.List{}
	if s.o.Store == nil {
		return list, nil
	}
	entries, err := s.o.Store.First(ctx, c.Name, mostExamples)
	if err != nil {
		if e := s.storeFailed(c, err); e != nil {
			return nil, e
		}
	}
	for _, e := range entries {
		v := e.Value
		if d, ok := v.(pyliteral.Dict); ok && e.Key == c.key && old.found {
			v = without(d, "is_fake") // the released server took it out when it looked the call up
		}
		list = append(list, pyliteral.Tuple{e.Key, v})
	}
	for len(list) > 1 && utf8.RuneCountInString(pyliteral.Repr(list)) > mostExamplesText {
		list = list[:len(list)-1]
	}
	return list, nil
}
