package mcp

import (
	"encoding/json"
	"fmt"
	"slices"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Tool is one thing a server can do: a function on offer.
type Tool struct {
	Name     string         // as the server has it
	API      string         // standardised, with a number where two became equal
	Function pyliteral.Dict // OpenAI's function object
}

// offer takes over the tools of a server.
func (s *Server) offer(list []*sdk.Tool, taken map[string]bool) error {
	for _, name := range s.opt.Tools {
		if !slices.ContainsFunc(list, func(t *sdk.Tool) bool { return t.Name == name }) {
			return fmt.Errorf("it has no tool %q", name)
		}
	}
	for _, t := range list {
		if s.opt.Tools != nil && !slices.Contains(s.opt.Tools, t.Name) {
			continue
		}
		tool, err := s.tool(t, taken)
		if err != nil {
			return fmt.Errorf("tool %q: %w", t.Name, err)
		}
		s.tools = append(s.tools, tool)
	}
	for i := range s.tools {
		s.byAPI[s.tools[i].API] = &s.tools[i]
	}
	if len(s.tools) == 0 {
		return fmt.Errorf("it offers no tools")
	}
	return nil
}

func (s *Server) tool(t *sdk.Tool, taken map[string]bool) (Tool, error) {
	ending := "_for_" + s.name
	api := free(toolenv.ChangeName(toolenv.Standardize(t.Name)), "tool", ending, taken)
	taken[api+ending] = true
	parameters, err := schema(t.InputSchema)
	if err != nil {
		return Tool{}, err
	}
	description := t.Description
	if description == "" {
		description = t.Title
	}
	return Tool{Name: t.Name, API: api, Function: pyliteral.Dict{
		{Key: "name", Value: api + ending},
		{Key: "description", Value: description},
		{Key: "parameters", Value: parameters},
	}}, nil
}

// schema turns a schema into ordered values: what describes an object first, as
// ToolBench has it, then the rest by name. A tool without one takes anything.
func schema(v any) (pyliteral.Dict, error) {
	b, err := json.Marshal(v) // sorts keys
	if err != nil {
		return nil, fmt.Errorf("its input schema: %w", err)
	}
	value, err := pyliteral.FromJSON(string(b))
	if err != nil {
		return nil, fmt.Errorf("its input schema: %w", err)
	}
	d, ok := value.(pyliteral.Dict)
	if !ok {
		d = nil
	}
	return ordered(d), nil
}

func ordered(d pyliteral.Dict) pyliteral.Dict {
	first := []string{"type", "properties", "required"}
	out := pyliteral.Dict{}
	for _, k := range first {
		v, ok := d.Get(k)
		if !ok && k != "required" {
			v, ok = map[string]any{"type": "object", "properties": pyliteral.Dict{}}[k], true
		}
		if ok {
			out = append(out, pyliteral.Item{Key: k, Value: v})
		}
	}
	for _, it := range d {
		if name, _ := it.Key.(string); !slices.Contains(first, name) {
			out = append(out, it)
		}
	}
	return out
}
