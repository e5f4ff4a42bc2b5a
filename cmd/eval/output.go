package main

import (
	"encoding/json"
	"flag"
	"io"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/cmd/internal/table"
	"github.com/stepgrain/stepgrain/cmd/internal/usage"
)

// output is how a mode prints: the flags -format and -json.
type output struct {
	format string
	json   bool
}

func (o *output) flags(fs *flag.FlagSet) {
	fs.StringVar(&o.format, "format", "text", "")
	fs.BoolVar(&o.json, "json", false, "")
}

// check says whether the flags make sense, and settles o.format.
func (o *output) check() error {
	if o.json {
		if o.format != "text" && o.format != "json" {
			return usage.Errorf("-json and -format %s: use one", o.format)
		}
		o.format = "json"
	}
	if !slices.Contains(table.Formats, o.format) {
		return usage.Errorf("-format %s: must be one of %s", o.format, strings.Join(table.Formats, ", "))
	}
	return nil
}

// outputHelp explains the flags of output in the help of a mode.
const outputHelp = `  -format F        text (default), markdown, csv or json
  -json            the same as -format json
`

// printTables writes tables one below the other, with a line between them.
func printTables(w io.Writer, format string, tables ...*table.Table) error {
	for i, t := range tables {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := t.Write(w, format); err != nil {
			return err
		}
	}
	return nil
}

// printJSON writes a list of objects, indented, one field a line.
func printJSON(w io.Writer, list any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
