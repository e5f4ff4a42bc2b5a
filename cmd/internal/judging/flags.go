package judging

import (
	"flag"
	"os"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/toolenv/endpoint"
	"github.com/stepgrain/stepgrain/toolenv/judge"
)

// DefaultModel is the judge of StepTool's paper.
const DefaultModel = "gpt-4-turbo-2024-04-09"

// Flags say whom to ask, and how.
type Flags struct {
	URL, Model, KeyFile, Compat string
	Timeout                     time.Duration
	Threads                     int
	Seed                        uint64 // of prefer; not among the flags of Register
}

// Help explains the flags.
const Help = `  -judge URL       an OpenAI-compatible server, such as http://127.0.0.1:8000/v1
  -model NAME      the model to ask (default ` + DefaultModel + `)
  -key-file FILE   the key of the server, or a pool of keys to use in turn: a JSON list of
                   {"api_key": …, "api_base": …}, as ToolBench has it
  -timeout D       of one request (default 60s)
  -threads N       requests at once (default 8); results do not depend on it
`

// Register adds the flags.
func (f *Flags) Register(fs *flag.FlagSet) {
	fs.StringVar(&f.URL, "judge", "", "")
	fs.StringVar(&f.Model, "model", "", "")
	fs.StringVar(&f.KeyFile, "key-file", "", "")
	fs.DurationVar(&f.Timeout, "timeout", 0, "")
	fs.IntVar(&f.Threads, "threads", 8, "")
	fs.StringVar(&f.Compat, "compat", "", "")
}

// Released reports whether -compat released is given.
func (f *Flags) Released() bool { return f.Compat == "released" }

// Check says what is wrong with the flags.
func (f *Flags) Check() error {
	switch {
	case f.Compat != "" && f.Compat != "released":
		return usage.Errorf("-compat %s: only \"released\" is known", f.Compat)
	case f.Threads < 1 || f.Threads > 1000:
		return usage.Errorf("-threads %d: must be between 1 and 1000", f.Threads)
	case f.Timeout < 0:
		return usage.Errorf("-timeout %v: must not be negative", f.Timeout)
	}
	return nil
}

// Judge makes the judge that the flags name.
func (f *Flags) Judge() (*judge.Judge, error) {
	var keys []key
	if f.KeyFile != "" {
		data, err := os.ReadFile(f.KeyFile)
		if err != nil {
			return nil, err
		}
		if keys, err = parseKeys(data); err != nil {
			return nil, usage.Errorf("-key-file %s: %v", f.KeyFile, err)
		}
	}
	for i := range keys {
		if f.URL != "" {
			keys[i].base = f.URL
		} else if keys[i].base == "" {
			return nil, usage.Errorf("nobody to ask: give -judge URL, or a pool in -key-file of which every key has an api_base")
		}
	}
	if len(keys) == 0 {
		if f.URL == "" {
			return nil, usage.Errorf("nobody to ask: give -judge URL")
		}
		keys = []key{{base: f.URL}}
	}
	jo := judge.Options{Model: f.ModelName(), Seed: f.Seed, Released: f.Released()}
	eo := endpoint.Options{Timeout: f.Timeout, MaxConcurrent: f.Threads}
	if eo.Timeout == 0 {
		eo.Timeout = time.Minute
	}
	if jo.Released {
		eo.Policy = endpoint.OpenAIPython
		if f.Timeout == 0 {
			eo.Timeout = 10 * time.Second
		}
		draws := pyrand.New(42)
		jo.Draws = draws
		start := judge.ReleasedStart(draws, len(keys))
		keys = append(keys[start:len(keys):len(keys)], keys[:start]...)
	}
	var err error
	if jo.Chat, err = newPool(keys, eo); err != nil {
		return nil, usage.Error(err)
	}
	return judge.New(jo), nil
}

// ModelName is the model that is asked.
func (f *Flags) ModelName() string {
	switch {
	case f.Model != "":
		return f.Model
	case f.Released():
		return judge.ReleasedModel
	}
	return DefaultModel
}
