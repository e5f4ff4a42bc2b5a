package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/stepgrain/stepgrain/cmd/internal/outfile"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

func init() {
	register(command{
		name:  "cache-import",
		brief: "a tool server's folder of stored answers to a single file (bbolt)",
		help: `Convert cache-import puts the stored answers of a folder into one bbolt file, which
toolserver -store bbolt serves: for caches with very many answers.

usage: convert cache-import -out FILE [-max-keys N] FOLDER

  FOLDER        {category}/{tool}/{api}.json, as StableToolBench's server keeps them
  -out FILE     the file; answers for keys that it has already are replaced
  -max-keys N   answers of one API at most (1000000)

example: convert cache-import -out cache.db tool_response_cache
`,
		run: func(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
			return convertCache(f, args, stdout, openFolder, openFile)
		},
	}, command{
		name:  "cache-export",
		brief: "a tool server's single file of stored answers to a folder",
		help: `Convert cache-export writes the stored answers of a bbolt file as a folder, as
StableToolBench's server has it.

usage: convert cache-export -out FOLDER [-max-keys N] FILE

  FILE          made by cache-import or toolserver -store bbolt
  -out FOLDER   the folder; answers for keys that it has already are replaced
  -max-keys N   answers of one API at most (1000000)

example: convert cache-export -out tool_response_cache cache.db
`,
		run: func(f *flag.FlagSet, args []string, stdout, _ io.Writer) error {
			return convertCache(f, args, stdout, openFile, openFolder)
		},
	})
}

type opener func(path string, o store.Options) (store.Store, error)

func openFolder(path string, o store.Options) (store.Store, error) { return store.OpenDir(path, o) }
func openFile(path string, o store.Options) (store.Store, error) {
	if err := outfile.MakeFolder(path); err != nil {
		return nil, err
	}
	return store.OpenFile(path, o)
}

func convertCache(f *flag.FlagSet, args []string, stdout io.Writer, from, to opener) error {
	out := f.String("out", "", "")
	o := store.Options{}
	f.IntVar(&o.MaxKeys, "max-keys", 1_000_000, "")
	if err := usage.Parse(f, args); err != nil {
		return err
	}
	if err := needOut(*out); err != nil {
		return err
	}
	switch {
	case f.NArg() != 1:
		return usage.Errorf("%d caches given, one is needed", f.NArg())
	case o.MaxKeys <= 0:
		return usage.Errorf("-max-keys %d: must be positive", o.MaxKeys)
	}
	if _, err := os.Stat(f.Arg(0)); err != nil { // opening would make it
		return err
	}
	source, err := from(f.Arg(0), o)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := to(*out, o)
	if err != nil {
		return err
	}
	n, err := store.Copy(context.Background(), source, target)
	if err := closeAfter(err, target); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d answers in %s\n", n, *out)
	return nil
}

// closeAfter closes what was written; its error counts when there is no other.
func closeAfter(err error, c io.Closer) error {
	if e := c.Close(); err == nil {
		return e
	}
	return err
}
