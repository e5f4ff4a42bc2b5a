package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepgrain/stepgrain/toolenv"
)

// Category is a subject with its records, and the tools that answer about them.
type Category struct {
	Name string // as ToolBench would list it: "Film"
	Word string // in queries and function names: "film"
	// Key says what a record is called up by: "name"; "date"; or "code", in which case
	// the code has to be found first. "" for a category that has no records but
	// computes.
	Key    string
	Fields []Field
	Ops    []Op
	// HeldOut categories take no part in training: not their tasks, nor their word.
	HeldOut bool
	// Quick: also part of the small world.
	Quick bool
	Tools []Tool
}

// Field is one attribute of a record.
type Field struct {
	Word    string
	Also    string // a second word for it in queries; may be empty
	Target  string // the category it leads to; "" for a number
	Many    bool   // a list of records rather than one
	Counted bool   // a number that counts things: "the number of pages"
}

// Op is a computation on two numbers.
type Op struct {
	Word string
	Text string // what it computes
}

// Tool is a service (a brand) that offers some of a category's functions.
type Tool struct {
	Name string
	Text string // its description
	// Offers lists function words, separated by spaces: a field or an operation,
	// "find" for the search by name, each perhaps with a marker after "~":
	// "director length~legacy".
	Offers string
}

// Markers are the endings of API names that something is wrong with.
const (
	Legacy = "legacy" // always answers that it does not work
	Beta   = "beta"   // often times out
	Lite   = "lite"   // answers with an outdated value
	Mini   = "mini"   // answers with nothing
	Plus   = "plus"   // misleadingly named: answers another field
)

// Markers lists all markers.
var Markers = []string{Legacy, Beta, Lite, Mini, Plus}

// Offer is one API of a tool.
type Offer struct {
	Category *Category
	Tool     *Tool
	Function Function
	Marker   string
}

// Function is what an API does, whichever tool offers it.
type Function struct {
	Verb  string // get, list, count, find or calc
	Word  string // the field or operation; "" for find
	Field *Field // nil for find and calc
}

var (
	categories []*Category
	extraTools = map[string][]Tool{}
)

// Add registers a category. It returns a value so that a file can call it in a
// variable declaration.
func Add(c Category) bool {
	categories = append(categories, &c)
	return true
}

// AddTool registers a further tool of a category.
func AddTool(category string, t Tool) bool {
	extraTools[category] = append(extraTools[category], t)
	return true
}

// All returns the categories in alphabetical order, complete and checked. The
// quick world has fewer, and no fields that lead out of it.
func All(quick bool) []*Category {
	var list []*Category
	for _, c := range categories {
		if quick && !c.Quick {
			continue
		}
		copied := *c
		copied.Tools = append(slices.Clone(c.Tools), extraTools[c.Name]...)
		slices.SortFunc(copied.Tools, func(a, b Tool) int { return strings.Compare(a.Name, b.Name) })
		list = append(list, &copied)
	}
	slices.SortFunc(list, func(a, b *Category) int { return strings.Compare(a.Name, b.Name) })
	inside := map[string]bool{}
	for _, c := range list {
		inside[c.Word] = true
	}
	for _, c := range list {
		c.Fields = slices.DeleteFunc(slices.Clone(c.Fields), func(f Field) bool { return f.Target != "" && !inside[f.Target] })
	}
	return list
}

// Field returns the field of a word, or nil.
func (c *Category) Field(word string) *Field {
	for i := range c.Fields {
		if c.Fields[i].Word == word {
			return &c.Fields[i]
		}
	}
	return nil
}

// Functions are all functions of a category, in order: find first where there
// is one.
func (c *Category) Functions() []Function {
	var list []Function
	if c.Key == "code" {
		list = append(list, Function{Verb: "find"})
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		verb := "get"
		switch {
		case f.Many:
			verb = "list"
		case f.Counted:
			verb = "count"
		}
		list = append(list, Function{Verb: verb, Word: f.Word, Field: f})
	}
	for _, o := range c.Ops {
		list = append(list, Function{Verb: "calc", Word: o.Word})
	}
	return list
}

// Offers are a category's APIs, tool by tool.
func (c *Category) Offers() []Offer {
	byWord := map[string]Function{}
	for _, f := range c.Functions() {
		word := f.Word
		if f.Verb == "find" {
			word = "find"
		}
		byWord[word] = f
	}
	var list []Offer
	for i := range c.Tools {
		for _, item := range strings.Fields(c.Tools[i].Offers) {
			word, marker, _ := strings.Cut(item, "~")
			f, ok := byWord[word]
			if !ok {
				continue // a field that leads out of the quick world; Check finds misspelt words
			}
			if marker == Plus && c.Other(f) == nil {
				continue
			}
			list = append(list, Offer{Category: c, Tool: &c.Tools[i], Function: f, Marker: marker})
		}
	}
	return list
}

// Other is the field that a misleadingly named API answers instead of its own:
// the next one of the same kind, so that it does not show at first sight. It is nil
// when there is none.
func (c *Category) Other(f Function) *Field {
	if f.Field == nil {
		return nil
	}
	n := len(c.Fields)
	at := 0
	for i := range c.Fields {
		if c.Fields[i].Word == f.Word {
			at = i
		}
	}
	for k := 1; k < n; k++ {
		g := &c.Fields[(at+k)%n]
		if g.Target == f.Field.Target && g.Many == f.Field.Many {
			return g
		}
	}
	return nil
}

// Name is the API's name without the tool: verb_category_word_marker. word may
// be an invented one that stands for the category's.
func (o Offer) Name(word string) string {
	parts := []string{o.Function.Verb}
	if o.Function.Verb != "calc" {
		parts = append(parts, word)
	}
	if o.Function.Word != "" {
		parts = append(parts, o.Function.Word)
	}
	if o.Marker != "" {
		parts = append(parts, o.Marker)
	}
	return strings.Join(parts, "_")
}

// API describes an offer as ToolBench would. word and brand are the category's
// word and the tool's name, or invented ones in their place.
func (o Offer) API(word, brand string) toolenv.API {
	c, f := o.Category, o.Function
	a := toolenv.API{Category: c.Name, Tool: brand, Name: o.Name(word), Strict: true}
	key := toolenv.Parameter{Name: c.Key, Type: "STRING", Description: fmt.Sprintf("The %s of the %s.", c.Key, word), Default: ""}
	if c.Key == "code" {
		key.Type, key.Description = "NUMBER", fmt.Sprintf("The code of the %s, as its find function gives it.", word)
	}
	switch f.Verb {
	case "find":
		a.Description = fmt.Sprintf("Returns the code of a %s.", word)
		a.Required = []toolenv.Parameter{{Name: "name", Type: "STRING", Description: fmt.Sprintf("The name of the %s.", word), Default: ""}}
		a.Optional = []toolenv.Parameter{{Name: "exact", Type: "BOOLEAN", Description: "Whether letter case counts.", Default: "true"}}
	case "calc":
		for _, op := range c.Ops {
			if op.Word == f.Word {
				a.Description = op.Text
			}
		}
		a.Required = []toolenv.Parameter{
			{Name: "a", Type: "NUMBER", Description: "The first number.", Default: ""},
			{Name: "b", Type: "NUMBER", Description: "The second number.", Default: ""},
		}
	default:
		what := "the " + f.Word
		if f.Field.Counted {
			what = "the number of " + f.Word
		}
		a.Description = fmt.Sprintf("Returns %s of a %s.", what, word)
		a.Required = []toolenv.Parameter{key}
		if f.Field.Many {
			a.Optional = []toolenv.Parameter{{Name: "limit", Type: "NUMBER", Description: "How many to return at most.", Default: 10}}
		} else {
			a.Optional = []toolenv.Parameter{{Name: "full", Type: "BOOLEAN", Description: "Whether to return all fields of the record.", Default: "false"}}
		}
	}
	switch o.Marker {
	case Legacy:
		a.Description += " Deprecated."
	case Beta:
		a.Description += " Not yet stable."
	case Lite:
		a.Description += " From a copy that may be outdated."
	case Mini:
		a.Description += " Premium fields are left out."
	case Plus:
		if g := c.Other(f); g != nil {
			a.Description = fmt.Sprintf("Despite its name, returns the %s of a %s.", g.Word, word)
		}
	}
	return a
}
