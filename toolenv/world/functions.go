package world

import (
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// function is one thing that can be asked, with the APIs that answer it.
type function struct {
	kind  *kind
	verb  string
	word  string // "" for find
	field *field // nil for find and calc
	// offers by [held-out tool][marked].
	offers [2][2][]catalog.Offer
}

// label names a function in facts: film.director, book.find, math.sum.
func (f *function) label() string {
	if f.verb == "find" {
		return f.kind.Word + ".find"
	}
	return f.kind.Word + "." + f.word
}

// answerField is the response field in which the answer lies.
func (f *function) answerField() string {
	switch {
	case f.verb == "find":
		return "code"
	case f.word == "compare":
		return "higher"
	}
	return f.word
}

// functionsOf collects a category's functions and who offers them.
func functionsOf(k *kind) []*function {
	var list []*function
	byLabel := map[string]*function{}
	for _, cf := range k.Functions() {
		f := &function{kind: k, verb: cf.Verb, word: cf.Word}
		for _, field := range k.fields {
			if cf.Field != nil && field.Word == cf.Word {
				f.field = field
			}
		}
		list = append(list, f)
		byLabel[f.label()] = f
	}
	for _, o := range k.Offers() {
		word := o.Function.Word
		if o.Function.Verb == "find" {
			word = "find"
		}
		f := byLabel[k.Word+"."+word]
		held, marked := 0, 0
		if catalog.HeldOutBrand(o.Tool.Name) {
			held = 1
		}
		if o.Marker != "" {
			marked = 1
		}
		f.offers[held][marked] = append(f.offers[held][marked], o)
	}
	for _, f := range list {
		if len(f.offers[0][0]) == 0 {
			panic(fmt.Sprintf("world: %s: no tool for training offers it without a marker", f.label()))
		}
	}
	return list
}
