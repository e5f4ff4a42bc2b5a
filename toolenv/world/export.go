package world

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/renameio/v2"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
)

// ExportOptions choose what Export writes.
type ExportOptions struct {
	// Sets of queries, of Sets or "train"; nil means Sets.
	Sets []string
	// Train is how many tasks of the training stream "train" has; 0 means as many as
	// an evaluation set.
	Train int
}

// Exported counts what Export wrote.
type Exported struct {
	Categories, Tools, APIs int
	Queries                 map[string]int // by set
}

// The folders of an export, as StableToolBench calls them.
const (
	toolFolder  = "tools"
	queryFolder = "test_instruction"
	idFolder    = "test_query_ids"
)

// Export writes the world in the files of ToolBench:
//
//	tools/<Category>/<tool>.json     what a tool offers, for all tools of the world
//	test_instruction/<set>.json      queries with their APIs; "answer" is ours
//	test_query_ids/<set>.json        their ids
//
// An id is that of the task, such as I1-inst-3. Training tasks may call tools by
// invented names; these are in the tool folder too, so that every query finds its
// tools. Files that are there are replaced.
func (w *World) Export(dir string, o ExportOptions) (Exported, error) {
	if o.Sets == nil {
		o.Sets = Sets
	}
	if o.Train == 0 {
		o.Train = w.opt.Tasks
	}
	x := Exported{Queries: map[string]int{}}
	tools := w.catalogueTools()
	for _, set := range o.Sets {
		envs := w.Set(set)
		if set == w.train.name {
			for i := range o.Train {
				envs = append(envs, w.TrainTask(i))
			}
		}
		if envs == nil {
			return x, fmt.Errorf("there is no set %q; the sets are %v and %s", set, Sets, w.train.name)
		}
		queries, ids := pyliteral.List{}, pyliteral.Dict{}
		for _, e := range envs {
			queries = append(queries, e.query())
			ids = append(ids, pyliteral.Item{Key: e.Task().ID, Value: int64(0)})
			tools.take(e)
		}
		x.Queries[set] = len(queries)
		if err := writeJSON(queries, dir, queryFolder, set+".json"); err != nil {
			return x, err
		}
		if err := writeJSON(ids, dir, idFolder, set+".json"); err != nil {
			return x, err
		}
	}
	categories := map[string]bool{}
	for _, key := range slices.SortedFunc(maps.Keys(tools), toolKey.compare) {
		t := tools[key]
		categories[key.category] = true
		x.Tools++
		x.APIs += len(t.apis)
		if err := writeJSON(t.file(), dir, toolFolder, key.category, toolenv.Standardize(t.name)+".json"); err != nil {
			return x, err
		}
	}
	x.Categories = len(categories)
	return x, nil
}

// query is a task as an entry of a query file.
func (e *Env) query() pyliteral.Dict {
	t := e.Task()
	apis, relevant := pyliteral.List{}, pyliteral.List{}
	byName := map[string]toolenv.API{}
	for _, a := range t.APIs {
		byName[toolenv.FunctionName(a)] = a
		apis = append(apis, pyliteral.Dict{
			{Key: "category_name", Value: a.Category},
			{Key: "tool_name", Value: a.Tool},
			{Key: "api_name", Value: a.Name},
			{Key: "api_description", Value: a.Description},
			{Key: "required_parameters", Value: parameters(a.Required)},
			{Key: "optional_parameters", Value: parameters(a.Optional)},
			{Key: "method", Value: "GET"},
		})
	}
	for _, name := range t.Relevant {
		a := byName[name]
		relevant = append(relevant, pyliteral.List{a.Tool, a.Name})
	}
	return pyliteral.Dict{
		{Key: "api_list", Value: apis},
		{Key: "query", Value: t.Query},
		{Key: "relevant APIs", Value: relevant},
		{Key: "query_id", Value: t.ID},
		{Key: "answer", Value: t.Answer},
	}
}

func parameters(list []toolenv.Parameter) pyliteral.List {
	out := pyliteral.List{}
	for _, p := range list {
		out = append(out, pyliteral.Dict{
			{Key: "name", Value: p.Name}, {Key: "type", Value: p.Type}, {Key: "description", Value: p.Description}, {Key: "default", Value: p.Default},
		})
	}
	return out
}

// writeJSON writes a value as the released files are: four spaces, ASCII.
func writeJSON(v any, path ...string) error {
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	text := pyliteral.Dumps(v, pyliteral.JSONStyle{ASCII: true, Indent: "    "}) + "\n"
	return renameio.WriteFile(name, []byte(text), 0o666)
}
