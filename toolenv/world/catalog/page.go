package catalog

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

//go:generate go run ./gen ../../../docs/world.md

// Counts says how large the catalogue is.
func Counts(cats []*Category) (categories, heldOut, tools, apis int) {
	for _, c := range cats {
		categories++
		if c.HeldOut {
			heldOut++
		}
		tools += len(c.Tools)
		apis += len(c.Offers())
	}
	return
}

// Page writes the catalogue as a page of documentation.
func Page() []byte {
	cats := All(false)
	n, held, tools, apis := Counts(cats)
	var b bytes.Buffer
	fmt.Fprintf(&b, `# The embedded world: its tools

Made from toolenv/world/catalog by `+"`go generate ./toolenv/world/catalog`"+`; do not edit.

%d categories (%d of them held out of training), %d tools, %d APIs.

A model sees an API as the function {api}_for_{tool}: `+"`get_film_director_for_blue_desk`"+`. Records are called up by name or by
date; where the key is a code, the find function gives it. The end of an API's name shows that something is wrong with it:

| Ending | What is wrong |
| --- | --- |
| legacy | deprecated: always an error |
| beta | flaky: six of ten calls time out or are refused |
| lite | outdated: answers, but with a value that is no longer true |
| mini | empty: answers with nothing |
| plus | misleading: answers another field than its name says |

A tool whose name is held out (*) occurs in the set I1-tool only, a category that is held out in I1-cat only.
`, n, held, tools, apis)
	for _, c := range cats {
		c.page(&b)
	}
	return b.Bytes()
}

func (c *Category) page(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n## %s\n\n", c.Name)
	switch {
	case c.HeldOut:
		fmt.Fprintf(b, "Held out of training. ")
	case !c.Quick:
		fmt.Fprintf(b, "Not in the quick world. ")
	}
	if c.Key == "" {
		b.WriteString("Computes with numbers.\n")
	} else {
		fmt.Fprintf(b, "A %s is called up by its %s. Fields: ", c.Word, c.Key)
		for i, f := range c.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.describe())
		}
		b.WriteString(".\n")
	}
	for i := range c.Tools {
		t := &c.Tools[i]
		star := ""
		if !c.HeldOut && HeldOutBrand(t.Name) {
			star = " (*)"
		}
		fmt.Fprintf(b, "\n### %s%s\n\n%s\n\n| API | Description | Required | Optional |\n| --- | --- | --- | --- |\n", t.Name, star, t.Text)
		for _, o := range c.Offers() {
			if o.Tool == t {
				a := o.API(c.Word, t.Name)
				fmt.Fprintf(b, "| %s | %s | %s | %s |\n", a.Name, a.Description, parameters(a.Required), parameters(a.Optional))
			}
		}
	}
}

func (f Field) describe() string {
	s := f.Word
	if f.Also != "" {
		s += " (or " + f.Also + ")"
	}
	switch {
	case f.Many:
		s += " → list of " + f.Target
	case f.Target != "":
		s += " → " + f.Target
	case f.Counted:
		s = "number of " + s
	}
	return s
}

func parameters(list []toolenv.Parameter) string {
	var parts []string
	for _, p := range list {
		s := p.Name + " " + p.Type
		if d := fmt.Sprint(p.Default); d != "" {
			s += " = " + d
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}
