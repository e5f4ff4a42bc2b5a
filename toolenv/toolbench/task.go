package toolbench

import (
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/llama/chat"
	"github.com/stepgrain/stepgrain/toolenv"
)

// Task is a query as a model meets it. Nothing changes it after NewTask.
type Task struct {
	Query *Query
	// Functions on offer, Finish last: the inner objects of OpenAI's tool lists.
	Functions []pyliteral.Dict
	Names     []string // of Functions, Finish last
	// Of every function but Finish: its tool and its API by their standardised
	// names, its category, and how the files describe it.
	ToolNames, APINames, Categories []string
	APIs                            []toolenv.API

	System, User string
	Relevant     []string // function names that solve the task, duplicates kept
	// Missing says what the tool folder lacks of the query's APIs, which are not on
	// offer, and what could not be read of it.
	Missing []string
}

// NewTask makes a task of a query. With a folder, APIs are described as its files
// describe them, and those it lacks are not on offer; without one (nil), as the
// query does, and the tools have the description "None". It never fails: what
// could not be read is in Task.Missing ([PlanBatch] leaves out queries that need
// a tool the folder lacks).
func NewTask(q *Query, f *Folder, o Options) *Task {
	t := &Task{Query: q, Relevant: q.RelevantFunctions(), User: "\n" + q.Text + "\nBegin!\n"}
	b := builder{task: t, folder: f, tools: map[string]*Tool{}}
	if f != nil && o.Released {
		var err error
		if b.listed, err = f.released(q); err != nil {
			t.Missing = append(t.Missing, err.Error())
		}
	}
	for i := range q.APIs {
		b.add(i, &q.APIs[i], o.Released)
	}
	t.Functions = append(t.Functions, object(toolenv.FinishFunction()))
	t.Names = append(t.Names, toolenv.FinishName)
	t.System = chat.ToolBenchSystem(b.lines)
	return t
}

// Tools are the functions wrapped as OpenAI's chat API and the files of converted
// answers have them: {"type": "function", "function": …}.
func (t *Task) Tools() pyliteral.List {
	l := make(pyliteral.List, len(t.Functions))
	for i, f := range t.Functions {
		l[i] = wrap(f)
	}
	return l
}

// FunctionText is Python's text of the list of functions, which prompts for
// models that complete text contain.
func (t *Task) FunctionText() string {
	l := make(pyliteral.List, len(t.Functions))
	for i, f := range t.Functions {
		l[i] = f
	}
	return pyliteral.Repr(l)
}

type builder struct {
	task   *Task
	folder *Folder
	tools  map[string]*Tool // files already read, nil for those that could not be
	listed []Listed         // the released white list's view of the query's APIs
	lines  []chat.ToolLine
}

// add puts API i of the query on offer.
func (b *builder) add(i int, e *Entry, released bool) {
	t := b.task
	api, stem := e.API, toolenv.Standardize(e.Tool)
	standard := apiName(e.Name)
	description := ""
	if b.folder != nil {
		tool := b.tool(e.Category, stem)
		if tool != nil {
			description = tool.Description
		}
		if b.listed != nil {
			description = asText(b.listed[i].Description)
		}
		var ok bool
		if tool != nil {
			if api, ok = tool.API(standard); !ok {
				t.Missing = append(t.Missing, fmt.Sprintf("%s/%s.json: no API %s", e.Category, stem, standard))
			}
		}
		if !ok {
			return // a tool all of whose APIs are missing is not listed either
		}
	}
	name := stem
	if b.listed != nil {
		name = b.listed[i].Stem
	}
	f := toolenv.SchemaFor(api, name, released)
	t.Functions = append(t.Functions, object(f))
	t.Names = append(t.Names, f.Name)
	t.ToolNames = append(t.ToolNames, name)
	t.APINames = append(t.APINames, apiName(api.Name))
	t.Categories = append(t.Categories, e.Category)
	t.APIs = append(t.APIs, api)
	b.line(i, stem, description)
}

// line lists a tool once in the system text.
func (b *builder) line(i int, stem, description string) {
	if b.listed != nil {
		stem = b.listed[i].Stem
	}
	for _, l := range b.lines {
		if l.Name == stem {
			return
		}
	}
	b.lines = append(b.lines, chat.ToolLine{Name: stem, Description: description})
}

func (b *builder) tool(category, stem string) *Tool {
	key := category + "/" + stem
	if t, ok := b.tools[key]; ok {
		return t
	}
	t, err := b.folder.Tool(category, stem)
	if err != nil {
		b.task.Missing = append(b.task.Missing, strings.TrimPrefix(err.Error(), "tool folder: "))
		t = nil
	}
	b.tools[key] = t
	return t
}
