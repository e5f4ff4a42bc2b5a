package world

import (
	"cmp"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// exportTools collects the tool files of an export.
type exportTools map[toolKey]*exportTool

type toolKey struct {
	category string
	tool     string // standardised
}

func (k toolKey) compare(l toolKey) int {
	return cmp.Or(strings.Compare(k.category, l.category), strings.Compare(k.tool, l.tool))
}

type exportTool struct {
	name, text string
	apis       []toolenv.API
	has        map[string]bool
}

// catalogueTools are the tools under their own names, with all they offer.
func (w *World) catalogueTools() exportTools {
	x := exportTools{}
	for _, c := range w.cats {
		for _, o := range c.Offers() {
			x.add(o.API(c.Word, o.Tool.Name), o.Tool.Text)
		}
	}
	return x
}

// take adds the APIs of a task, which may have invented names.
func (x exportTools) take(e *Env) {
	for i, a := range e.Task().APIs {
		x.add(a, e.backend.list[i].offer.Tool.Text)
	}
}

func (x exportTools) add(a toolenv.API, text string) {
	key := toolKey{a.Category, toolenv.Standardize(a.Tool)}
	t := x[key]
	if t == nil {
		t = &exportTool{name: a.Tool, text: text, has: map[string]bool{}}
		x[key] = t
	}
	if !t.has[a.Name] {
		t.has[a.Name] = true
		t.apis = append(t.apis, a)
	}
}

// file is the tool's file.
func (t *exportTool) file() pyliteral.Dict {
	list := pyliteral.List{}
	for _, a := range t.apis {
		list = append(list, pyliteral.Dict{
			{Key: "name", Value: a.Name},
			{Key: "url", Value: ""},
			{Key: "description", Value: a.Description},
			{Key: "method", Value: "GET"},
			{Key: "required_parameters", Value: parameters(a.Required)},
			{Key: "optional_parameters", Value: parameters(a.Optional)},
		})
	}
	return pyliteral.Dict{
		{Key: "tool_name", Value: t.name},
		{Key: "tool_description", Value: t.text},
		{Key: "title", Value: t.name},
		{Key: "standardized_name", Value: toolenv.Standardize(t.name)},
		{Key: "api_list", Value: list},
	}
}
