package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/stepgrain/stepgrain/cmd/internal/fileerr"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

const help = `Toolserver answers calls of ToolBench's APIs: POST /virtual, as StableToolBench's
virtual API server does.

usage: toolserver [-cache PATH] [-tools DIR] [-simulator URL] [-real URL] [flags]
       toolserver -world [flags]

  -addr HOST:PORT    where to listen (127.0.0.1:8081); port 0 takes a free one

 where answers come from, in this order:
  -cache PATH        what was answered before: a folder {category}/{tool}/{api}.json, or
                     with -store bbolt a file
  -store dir|bbolt   the kind of the cache (dir); convert cache-import makes a bbolt
                     file of a folder, cache-export the other way
  -real URL          a real backend: what ToolBench's server takes and answers
  -real-key-file F   the key sent there, instead of the clients' own
  -simulator URL|off an OpenAI-compatible endpoint whose model plays the APIs (off)
  -model NAME        the model there
  -key-file F        the key for it
  -tools DIR         documents of the tools {category}/{tool}.json: for the simulator, and
                     for requests that ask to filter what -real says
  -world             the tools of the embedded world, and none of the above
  -quick             the smaller world, as convert world -quick writes it

  -save=false        do not keep new answers
  -upstream          the newer StableToolBench: what is in the cache is answered at once,
                     usable or not, and requests are logged
  -compat released   the released server, byte for byte, with its defects

  -log FILE          one JSON object a line for every request; - is standard output
                     (with -upstream - unless another file is given)
  -max-body N        bytes of a request (1048576)
  -max-answer N      bytes of an answer of the backend or the simulator (2097152)
  -max-keys N        answers kept for one API (10000)
  -max-requests N    requests at once; more wait (512)
  -timeout D         of the backend and of the simulator, each (1m)
  -overall D         of a request (10m)

Where there is no answer, the status is not 200 and "error" begins with a code;
docs/toolbench.md lists them.

example: toolserver -addr 127.0.0.1:0 -cache tool_response_cache
`

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	addr                       string
	tools, cache, store        string
	simulator, model, keyFile  string
	real, realKeyFile          string
	world, quick               bool
	save, upstream             bool
	compat, log                string
	maxBody, maxAnswer         int64
	maxKeys, maxRequests       int
	timeout, overall, shutdown time.Duration
}

// run is the command: it returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, help)
		return 0
	}
	if err == nil {
		err = serve(o, stdout, stderr)
	}
	if err == nil {
		return 0
	}
	return usage.Report(stderr, "toolserver", fileerr.Explain(err))
}

func parseFlags(args []string) (o options, err error) {
	f := flag.NewFlagSet("toolserver", flag.ContinueOnError)
	f.StringVar(&o.addr, "addr", "127.0.0.1:8081", "")
	f.StringVar(&o.tools, "tools", "", "")
	f.StringVar(&o.cache, "cache", "", "")
	f.StringVar(&o.store, "store", "dir", "")
	f.StringVar(&o.simulator, "simulator", "off", "")
	f.StringVar(&o.model, "model", "", "")
	f.StringVar(&o.keyFile, "key-file", "", "")
	f.StringVar(&o.real, "real", "", "")
	f.StringVar(&o.realKeyFile, "real-key-file", "", "")
	f.BoolVar(&o.world, "world", false, "")
	f.BoolVar(&o.quick, "quick", false, "")
	f.BoolVar(&o.save, "save", true, "")
	f.BoolVar(&o.upstream, "upstream", false, "")
	f.StringVar(&o.compat, "compat", "", "")
	f.StringVar(&o.log, "log", "", "")
	f.Int64Var(&o.maxBody, "max-body", 1<<20, "")
	f.Int64Var(&o.maxAnswer, "max-answer", 2<<20, "")
	f.IntVar(&o.maxKeys, "max-keys", 10_000, "")
	f.IntVar(&o.maxRequests, "max-requests", 512, "")
	f.DurationVar(&o.timeout, "timeout", time.Minute, "")
	f.DurationVar(&o.overall, "overall", 10*time.Minute, "")
	o.shutdown = 10 * time.Second
	if err := usage.Parse(f, args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, usage.Errorf("argument %q is not a flag", f.Arg(0))
	}
	return o, o.check()
}

// check says what is wrong with flags taken together.
func (o *options) check() error {
	sources := o.cache != "" || o.real != "" || o.simulator != "off" || o.tools != ""
	switch {
	case o.world && sources:
		return usage.Errorf("-world has all its answers: -cache, -real, -simulator and -tools have no effect with it")
	case !o.world && o.quick:
		return usage.Errorf("-quick has no effect without -world")
	case !o.world && o.cache == "" && o.real == "" && o.simulator == "off":
		return usage.Errorf("no answers: give -cache PATH, -real URL, -simulator URL or -world")
	case o.store != "dir" && o.store != "bbolt":
		return usage.Errorf("-store %q: want dir or bbolt", o.store)
	case o.compat != "" && o.compat != "released":
		return usage.Errorf("-compat %q: want released", o.compat)
	case o.compat != "" && o.upstream:
		return usage.Errorf("-compat released and -upstream are two different servers: use one")
	case o.simulator == "off" && (o.model != "" || o.keyFile != ""):
		return usage.Errorf("-model and -key-file are for the simulator: give -simulator URL")
	case o.simulator == "off" && o.real == "" && o.tools != "":
		return usage.Errorf("-tools has no effect without -simulator or -real")
	case o.real == "" && o.realKeyFile != "":
		return usage.Errorf("-real-key-file has no effect without -real URL")
	case o.maxBody <= 0 || o.maxAnswer <= 0 || o.maxKeys <= 0 || o.maxRequests <= 0 || o.timeout <= 0 || o.overall <= 0:
		return usage.Errorf("-max-body, -max-answer, -max-keys, -max-requests, -timeout and -overall must be positive")
	}
	return nil
}
