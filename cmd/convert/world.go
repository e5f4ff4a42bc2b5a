package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/world"
)

func init() {
	register(command{
		name:  "world",
		brief: "the embedded world to a tool folder with queries",
		help: `Convert world writes the embedded world in the files of ToolBench.

usage: convert world -out DIR [flags]

  -out DIR       where to: DIR/tools/<Category>/<tool>.json,
                 DIR/test_instruction/<set>.json, DIR/test_query_ids/<set>.json
  -sets A,B      the query files (` + strings.Join(world.Sets, ",") + `);
                 train is the stream of training tasks
  -n N           queries of each set (100, or 48 with -quick)
  -quick         the smaller world
  -seed N        of the training tasks (1); the other sets are the same for every seed

Every query has an entry "answer" with the right answer. The tools are answered
by cmd/toolserver -world, or by cmd/rollout -tools world; the latter is needed
for train, whose tasks call tools by names of their own. -quick goes with -quick
there, -seed with -world-seed.

example: convert world -out bench -sets I1-inst,I3 -n 50
`,
		run: convertWorld,
	})
}

// mostQueries of one set: beyond it a set would repeat itself for a long time
// before it finds another question.
const mostQueries = 5000

func convertWorld(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
	out := f.String("out", "", "")
	sets := f.String("sets", strings.Join(world.Sets, ","), "")
	n := f.Int("n", 0, "")
	quick := f.Bool("quick", false, "")
	seed := f.Uint64("seed", 1, "")
	if err := usage.Parse(f, args); err != nil {
		return err
	}
	known := append([]string{"train"}, world.Sets...)
	list := strings.Split(*sets, ",")
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
		if !slices.Contains(known, list[i]) {
			meant := ""
			if near := usage.Nearest(list[i], known); near != "" {
				meant = ": did you mean " + near + "?"
			}
			return usage.Errorf("-sets: there is no set %q%s (sets: %s)", list[i], meant, strings.Join(known, ", "))
		}
		if slices.Contains(list[:i], list[i]) {
			return usage.Errorf("-sets: %s is there twice", list[i])
		}
	}
	switch {
	case *out == "":
		return usage.Errorf("no place for the result: give -out DIR")
	case *n < 0 || *n > mostQueries:
		return usage.Errorf("-n %d: want 1 to %d queries, or 0 for the usual number", *n, mostQueries)
	case f.NArg() > 0:
		return usage.Errorf("unexpected argument %q: the world needs no files", f.Arg(0))
	}
	w := world.New(*seed, world.Options{Quick: *quick, Tasks: *n})
	x, err := w.Export(*out, world.ExportOptions{Sets: list})
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d tools in %d categories with %d APIs in %s/tools\n", x.Tools, x.Categories, x.APIs, *out)
	for _, s := range list {
		fmt.Fprintf(stdout, "%d queries in %s/test_instruction/%s.json\n", x.Queries[s], *out, s)
	}
	return nil
}
