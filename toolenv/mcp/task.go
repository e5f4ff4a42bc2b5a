package mcp

import (
	"context"

	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// Group is the servers of a run: their tools together are on offer, and it hands
// every call to the server that has the tool.
type Group []*Server

// ConnectAll connects to several servers, or to none when one fails. Names that
// occur twice get a number at the end.
func ConnectAll(ctx context.Context, list []Options) (Group, error) {
	var g Group
	taken := map[string]bool{}
	for _, o := range list {
		s, err := connect(ctx, o, taken)
		if err != nil {
			g.Close()
			return nil, err
		}
		g = append(g, s)
	}
	return g, nil
}

// Task is a query (its id and text; a query of the user's own needs no more) with
// the tools of the servers on offer instead of its own. Arguments are checked by
// the servers, against the schemas they gave: for the environment every object
// will do.
func (g Group) Task(q *toolbench.Query) *toolbench.Task {
	own := *q
	own.APIs = nil
	t := toolbench.NewTask(&own, nil, toolbench.Options{})
	finish, name := t.Functions[len(t.Functions)-1], t.Names[len(t.Names)-1]
	t.Functions, t.Names = nil, nil
	var lines []chat.ToolLine
	for _, s := range g {
		lines = append(lines, chat.ToolLine{Name: s.name, Description: s.title})
		for _, tool := range s.tools {
			t.Functions = append(t.Functions, tool.Function)
			t.Names = append(t.Names, tool.API+"_for_"+s.name)
			t.ToolNames = append(t.ToolNames, s.name)
			t.APINames = append(t.APINames, tool.API)
			t.Categories = append(t.Categories, s.opt.Category)
			t.APIs = append(t.APIs, toolenv.API{Category: s.opt.Category, Tool: s.name, Name: tool.API})
		}
	}
	t.Functions = append(t.Functions, finish)
	t.Names = append(t.Names, name)
	t.System = chat.ToolBenchSystem(lines)
	return t
}

// Call implements service.Service.
func (g Group) Call(ctx context.Context, r service.Request) (service.Reply, error) {
	for _, s := range g {
		if s.name == r.Tool {
			return s.Call(ctx, r)
		}
	}
	return answer("no such server: "+r.Tool, ""), nil
}

// Close closes all servers.
func (g Group) Close() error {
	for _, s := range g {
		s.Close()
	}
	return nil
}
