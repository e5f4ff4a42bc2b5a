package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

// Call makes the call of an API of this server; Request.Tool is not read. It
// fails with a *service.Error, or with the context's error when that was
// cancelled.
func (s *Server) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	tool := s.byAPI[r.API]
	if tool == nil {
		return answer("no such tool: "+r.API, ""), nil
	}
	input, err := arguments(r.Input)
	if err != nil {
		return answer(err.Error(), ""), nil
	}
	fail := func(f service.Fault, err error) (service.Reply, error) {
		return service.Reply{}, &service.Error{Fault: f, Request: r, Err: fmt.Errorf("%s: %w", s.opt.where(), s.opt.hide(err))}
	}
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
	defer cancel()
	c, err := s.connected(ctx)
	var result *sdk.CallToolResult
	if err == nil {
		defer context.AfterFunc(ctx, c.link.wake)()
		result, err = c.session.CallTool(ctx, &sdk.CallToolParams{Name: tool.Name, Arguments: input})
	}
	var wire *jsonrpc.Error
	switch {
	case err == nil:
		s.alive(c)
		return s.reply(r, result)
	case errors.Is(parent.Err(), context.Canceled):
		return service.Reply{}, parent.Err()
	case ctx.Err() != nil:
		return fail(service.Timeout, ctx.Err())
	case c == nil:
		return fail(service.Refused, err)
	case errors.As(err, &wire) && wire.Code != notSent && !errors.Is(err, sdk.ErrConnectionClosed) && !c.link.dead():
		s.alive(c)
		if n := len(wire.Message); n > s.opt.MaxOutput {
			return fail(service.TooLarge, fmt.Errorf("an error of %d bytes, the limit is %d", n, s.opt.MaxOutput))
		}
		return answer(wire.Message, ""), nil // the server understood the call and refused it
	}
	s.lost(c)
	switch {
	case c.link.tooLarge():
		return fail(service.TooLarge, fmt.Errorf("%w: more than %d bytes, or %d messages without an answer", errTooLarge, s.opt.MaxMessage, maxUnasked))
	case c.redirected():
		return fail(service.Redirect, err)
	}
	if text := c.link.last(); text != "" {
		err = fmt.Errorf("%w; it wrote: %s", err, text)
	}
	if p, here := c.link.(*process); here && !p.left() {
		return fail(service.Broken, err) // the protocol's library gave up, the server was there
	}
	if wire != nil || errors.Is(err, sdk.ErrConnectionClosed) || c.link.dead() {
		return fail(service.Refused, err)
	}
	return fail(service.Broken, err) // an answer came, and is none
}

// notSent is the code under which the protocol's library reports that a message
// did not reach the server.
const notSent = -32005

func (c *connection) redirected() bool {
	w, ok := c.link.(*web)
	return ok && w.redirected.Load()
}

// arguments checks an input. It is sent on as the model wrote it, so that no
// number changes.
func arguments(input string) (json.RawMessage, error) {
	if strings.TrimSpace(input) == "" {
		return json.RawMessage("{}"), nil
	}
	if !json.Valid([]byte(input)) {
		return nil, errors.New("the arguments are not JSON")
	}
	if strings.TrimSpace(input)[0] != '{' {
		return nil, errors.New("the arguments are no JSON object")
	}
	return json.RawMessage(input), nil
}

// reply turns a result into what a tool server would have sent.
func (s *Server) reply(r service.Request, result *sdk.CallToolResult) (service.Reply, error) {
	text := contents(result.Content)
	structured := ""
	if len(result.Content) == 0 && result.StructuredContent != nil {
		b, err := json.Marshal(result.StructuredContent)
		if err != nil {
			return service.Reply{}, &service.Error{Fault: service.Broken, Request: r, Err: err}
		}
		structured = string(b)
	}
	if n := len(text) + len(structured); n > s.opt.MaxOutput {
		return service.Reply{}, &service.Error{Fault: service.TooLarge, Request: r, Err: fmt.Errorf("%s: an answer of %d bytes, the limit is %d", s.opt.where(), n, s.opt.MaxOutput)}
	}
	switch {
	case result.IsError && text+structured == "":
		return answer("the tool failed and does not say why", ""), nil
	case result.IsError:
		return answer(text+structured, ""), nil
	case structured != "":
		return service.Reply{Status: 200, ContentType: "application/json", Body: []byte(toolenv.Observation("", structured))}, nil
	}
	return answer("", text), nil
}

// answer is a reply of two texts.
func answer(errorText, response string) service.Reply {
	return service.Reply{Status: 200, ContentType: "application/json", Body: []byte(toolenv.Observation(errorText, toolenv.QuoteJSON(response)))}
}
