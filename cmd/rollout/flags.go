package main

import (
	"flag"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/local"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/search"
)

const help = `Rollout runs a policy over the tasks of ToolBench and writes what it did, one file
{id}_{method}.json a task.

usage: rollout -queries PATH -policy POLICY (-tools TOOLS | -mcp SERVER | -replay DIR) -out DIR [flags]

 tasks:
  -queries PATH      a query file of ToolBench, or a folder of them (test_instruction):
                     then every set has a folder of its own in -out
  -ids FILE          only the tasks in it (test_query_ids)
  -tool-root DIR     descriptions of the tools, <Category>/<tool>.json; tasks that need
                     one it lacks are skipped. Without: the queries' own descriptions
  -retrieve N        open domain: on offer are the N APIs that fit a query best, out of
                     all in -tool-root or, without it, in -queries; by words (BM25)
  -embeddings URL    … by vectors of a server with /v1/embeddings instead of words
  -embeddings-model NAME, -embeddings-key-file FILE   of that server
  -embeddings-cache DIR   keeps the vectors of the APIs: later runs ask for none again

 who acts:
  -policy local:MODEL       a checkpoint, a .gguf file or the final/ directory of a run
          completions:URL   a server with /v1/completions; -layout says how prompts look
          chat:URL          a server with /v1/chat/completions and tools
          script:FILE       JSON lines {"task": id, "turns": [text, …]}
  -model NAME        the model's name on the server
  -key-file FILE     keys of the server, one a line, used in turn
  -adapter DIR       a PEFT LoRA adapter to put on top of a local model
  -layout NAME       how prompts look: toolllama-react, qwen2-react or llama3-1-react; for
                     a local model also toolllama, qwen2, llama3-1 and template: its
                     own chat template (it is guessed)
  -temperature T     of sampling (0: the likeliest token)
  -max-tokens N      of a turn (1024)
  -samples N         solve every task N times, in folders sample-0 … (1)
  -seed N            of what is drawn at random (1); given, servers get it too, + sample
  -timeout D         of one request to the model's server (5m)
  -workers N         goroutines of a local model (one per core); changes no result

 what answers its calls:
  -tools URL         a tool server, such as http://127.0.0.1:8081/virtual
         world       the tools of the embedded world
         PATH        what a tool server has stored: its cache folder, or a bbolt file
  -quick             with -tools world: the smaller world, as convert world -quick
  -world-seed N      with -tools world: of its training tasks, as convert world -seed (1)
  -tool-key-file F   the key of the tool server
  -mcp SERVER        a URL, or a command that is started; may be given several times. Its
                     tools are on offer instead of the queries'
  -tool-timeout D    of one call (1m)
  -record DIR        keep every call
  -replay DIR        answer from what was kept, and from nothing else
  -max-observation N characters of an answer that the policy reads (1024)
  -strip WAY         how a server shortens answers: truncate, filter or random (truncate)

 how it searches:
  -method NAME       CoT@n, DFS_woFilter_wK (DFSDT) or DFS_wK (candidates are ranked) (CoT@1)
  -max-step N        depth of a chain; a turn with a call counts 3 (12)
  -max-query N       turns of a DFS (30)
  -budget-turns N    turns of a chain        a search ends before it would use more;
  -budget-calls N    calls of a task         what it used stands in its output
  -budget-queries N  turns of a task
  -budget-tokens N   tokens of a task
  -compat released   searches, prompts and files of the released inference, byte for byte;
                     without budgets

  -out DIR           where the outputs go, with summary.json and failures.jsonl
  -threads N         tasks at once (4); changes no result
  -overwrite         do not keep outputs that are there
  -json              print the summary as JSON

example: play a script against the embedded world

  convert world -out w
  rollout -queries w/test_instruction/I1-inst.json -tools world -policy script:turns.jsonl -out out
`

// options are the flags after checking.
type options struct {
	queries, ids, toolRoot string

	policyKind, policyAt       string // "local", MODEL
	model, keyFile, layout     string
	adapter                    string
	workers                    int
	temperature                float64
	maxTokens, samples         int
	seed                       uint64
	seedGiven                  bool
	timeout, toolTimeout       time.Duration
	tools, toolKeyFile         string
	quick                      bool
	worldSeed                  uint64
	retrieve                   int
	embeddings                 string
	embeddingsModel            string
	embeddingsKeyFile          string
	embeddingsCache            string
	mcp                        []string
	record, replay, strip      string
	maxObservation             int
	method                     search.Method
	maxStep, maxQuery, threads int
	budget                     search.Budget
	released, overwrite, json  bool
	out                        string
}

// many is a flag that may be given several times.
type many []string

func (m *many) String() string     { return strings.Join(*m, " ") }
func (m *many) Set(s string) error { *m = append(*m, s); return nil }

// parseFlags reads the command line. The error is flag.ErrHelp for -h.
func parseFlags(args []string) (*options, error) {
	o := &options{}
	var policy, method, compat string
	f := flag.NewFlagSet("rollout", flag.ContinueOnError)
	f.StringVar(&o.queries, "queries", "", "")
	f.StringVar(&o.ids, "ids", "", "")
	f.StringVar(&o.toolRoot, "tool-root", "", "")
	f.StringVar(&policy, "policy", "", "")
	f.StringVar(&o.model, "model", "", "")
	f.StringVar(&o.keyFile, "key-file", "", "")
	f.StringVar(&o.adapter, "adapter", "", "")
	f.IntVar(&o.workers, "workers", 0, "")
	f.StringVar(&o.layout, "layout", "", "")
	f.Float64Var(&o.temperature, "temperature", 0, "")
	f.IntVar(&o.maxTokens, "max-tokens", 1024, "")
	f.IntVar(&o.samples, "samples", 1, "")
	f.Uint64Var(&o.seed, "seed", 1, "")
	f.DurationVar(&o.timeout, "timeout", 5*time.Minute, "")
	f.StringVar(&o.tools, "tools", "", "")
	f.BoolVar(&o.quick, "quick", false, "")
	f.Uint64Var(&o.worldSeed, "world-seed", 1, "")
	f.IntVar(&o.retrieve, "retrieve", 0, "")
	f.StringVar(&o.embeddings, "embeddings", "", "")
	f.StringVar(&o.embeddingsModel, "embeddings-model", "", "")
	f.StringVar(&o.embeddingsKeyFile, "embeddings-key-file", "", "")
	f.StringVar(&o.embeddingsCache, "embeddings-cache", "", "")
	f.StringVar(&o.toolKeyFile, "tool-key-file", "", "")
	f.Var((*many)(&o.mcp), "mcp", "")
	f.DurationVar(&o.toolTimeout, "tool-timeout", time.Minute, "")
	f.StringVar(&o.record, "record", "", "")
	f.StringVar(&o.replay, "replay", "", "")
	f.IntVar(&o.maxObservation, "max-observation", 1024, "")
	f.StringVar(&o.strip, "strip", "truncate", "")
	f.StringVar(&method, "method", "CoT@1", "")
	f.IntVar(&o.maxStep, "max-step", 12, "")
	f.IntVar(&o.maxQuery, "max-query", 30, "")
	f.IntVar(&o.budget.Turns, "budget-turns", 0, "")
	f.IntVar(&o.budget.Calls, "budget-calls", 0, "")
	f.IntVar(&o.budget.Queries, "budget-queries", 0, "")
	f.IntVar(&o.budget.Tokens, "budget-tokens", 0, "")
	f.StringVar(&compat, "compat", "", "")
	f.StringVar(&o.out, "out", "", "")
	f.IntVar(&o.threads, "threads", 4, "")
	f.BoolVar(&o.overwrite, "overwrite", false, "")
	f.BoolVar(&o.json, "json", false, "")
	if err := usage.Parse(f, args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, usage.Errorf("argument %q is not a flag", f.Arg(0))
	}
	set := map[string]bool{}
	f.Visit(func(f *flag.Flag) { set[f.Name] = true })
	o.seedGiven = set["seed"]
	if compat != "" && compat != "released" {
		return nil, usage.Errorf("-compat %q: must be released", compat)
	}
	o.released = compat == "released"
	var err error
	if o.method, err = search.ParseMethod(method); err != nil {
		return nil, usage.Errorf("-method: %w", err)
	}
	if err := o.checkPolicy(policy, set); err != nil {
		return nil, err
	}
	if err := o.checkTools(set); err != nil {
		return nil, err
	}
	if err := o.checkRetrieve(set); err != nil {
		return nil, err
	}
	return o, o.check(set)
}

var layouts = []string{"toolllama-react", "qwen2-react", "llama3-1-react"}

func (o *options) checkPolicy(policy string, set map[string]bool) error {
	if policy == "" {
		return usage.Errorf("no policy: give -policy local:MODEL, completions:URL, chat:URL or script:FILE")
	}
	var ok bool
	kinds := []string{"local", "completions", "chat", "script"}
	o.policyKind, o.policyAt, ok = strings.Cut(policy, ":")
	if !ok || o.policyAt == "" || !slices.Contains(kinds, o.policyKind) {
		return usage.Errorf("-policy %q: must be local:MODEL, completions:URL, chat:URL or script:FILE", policy)
	}
	has := map[string]string{ // which policies a flag is for
		"model": "completions chat", "key-file": "completions chat", "timeout": "completions chat", "layout": "local completions",
		"temperature": "local completions chat", "max-tokens": "local completions chat", "adapter": "local", "workers": "local",
	}
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if set[name] && !slices.Contains(strings.Fields(has[name]), o.policyKind) {
			return usage.Errorf("-%s has no effect with -policy %s:…", name, o.policyKind)
		}
	}
	known := layouts
	if o.policyKind == "local" {
		known = append(slices.Clone(layouts), "toolllama", "qwen2", "llama3-1", local.TemplateLayout)
	}
	switch {
	case o.policyKind == "completions" && o.layout == "":
		return usage.Errorf("-layout is missing: the model behind completions reads one of %s", strings.Join(layouts, ", "))
	case o.layout != "" && !slices.Contains(known, o.layout):
		return usage.Errorf("-layout %q: must be one of %s", o.layout, strings.Join(known, ", "))
	case o.workers < 0:
		return usage.Errorf("-workers %d: must not be negative", o.workers)
	case o.policyKind == "local" && o.released:
		return usage.Errorf("-compat released is about the released clients of servers: it does not go with a local model")
	case !(o.temperature >= 0 && o.temperature <= 100):
		return usage.Errorf("-temperature %g: must be 0 to 100 (0.7 is usual)", o.temperature)
	case o.samples > 1 && o.temperature == 0 && o.policyKind != "script":
		return usage.Errorf("-samples %d without -temperature: all would be the same (0.7 is usual)", o.samples)
	case o.maxTokens < 1:
		return usage.Errorf("-max-tokens %d: must be positive", o.maxTokens)
	}
	return nil
}

func (o *options) checkTools(set map[string]bool) error {
	var given []string
	for _, name := range []string{"tools", "mcp", "replay"} {
		if set[name] {
			given = append(given, "-"+name)
		}
	}
	for name, value := range map[string]string{"tools": o.tools, "replay": o.replay, "record": o.record} {
		if set[name] && value == "" {
			return usage.Errorf("-%s is empty", name)
		}
	}
	switch {
	case len(given) == 0:
		return usage.Errorf("nothing answers calls: give -tools URL, -tools world, -tools PATH, -mcp SERVER or -replay DIR")
	case len(given) > 1 && !(len(given) == 2 && set["mcp"] && set["replay"]):
		return usage.Errorf("%s are both given: use one", strings.Join(given, " and "))
	case set["record"] && set["replay"]:
		return usage.Errorf("-record and -replay are both given: use one")
	case (set["quick"] || set["world-seed"]) && o.tools != "world":
		return usage.Errorf("-quick and -world-seed have no effect without -tools world")
	case set["tool-key-file"] && !strings.Contains(o.tools, "://"):
		return usage.Errorf("-tool-key-file has no effect without -tools URL")
	case !slices.Contains([]string{"truncate", "filter", "random"}, o.strip):
		return usage.Errorf("-strip %q: must be truncate, filter or random", o.strip)
	case o.maxObservation < 1:
		return usage.Errorf("-max-observation %d: must be positive", o.maxObservation)
	case o.toolTimeout <= 0 || o.timeout <= 0:
		return usage.Errorf("a timeout must be positive")
	case o.released && set["tool-timeout"]:
		return usage.Errorf("-tool-timeout has no effect with -compat released: there it follows from the URL")
	}
	return nil
}

// deepest is the depth of a tree that JSON readers still read, ours and Python's: two
// containers a level, of about 900.
const deepest = 400

func (o *options) check(set map[string]bool) error {
	switch {
	case o.queries == "":
		return usage.Errorf("-queries is missing: a query file, or a folder of them")
	case o.out == "":
		return usage.Errorf("-out is missing: the folder for the outputs")
	case o.samples < 1 || o.samples > 10000:
		return usage.Errorf("-samples %d: must be 1 to 10000", o.samples)
	case o.threads < 1 || o.threads > 10000:
		return usage.Errorf("-threads %d: must be 1 to 10000", o.threads)
	case o.maxStep < 1:
		return usage.Errorf("-max-step %d: must be positive (12 is usual)", o.maxStep)
	case o.method.Tree && o.maxStep > deepest:
		return usage.Errorf("-max-step %d: at most %d with -method %s: its outputs nest as deep, and readers of JSON end there", o.maxStep, deepest, o.method)
	case o.maxQuery < 1:
		return usage.Errorf("-max-query %d: must be positive (30 is usual)", o.maxQuery)
	case set["max-query"] && !o.method.Tree:
		return usage.Errorf("-max-query has no effect with -method %s: use -budget-queries", o.method)
	}
	for name, n := range map[string]int{"turns": o.budget.Turns, "calls": o.budget.Calls, "queries": o.budget.Queries, "tokens": o.budget.Tokens} {
		if n < 0 {
			return usage.Errorf("-budget-%s %d: must not be negative (0 is no limit)", name, n)
		}
	}
	if o.released && o.budget != (search.Budget{}) {
		return usage.Errorf("budgets have no effect with -compat released")
	}
	return nil
}
