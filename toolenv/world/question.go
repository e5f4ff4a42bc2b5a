package world

import (
	"fmt"
	"math/rand/v2"
)

// question is a task before tools are chosen for it: what is asked, and how it
// can be found out.
type question struct {
	shape string
	steps []step
	final ref
	query string
}

// relation is one hop of a chain.
type relation struct {
	field *field
	word  string // as the query calls it
}

// asker draws questions.
type asker struct {
	w    *World
	r    *rand.Rand
	spec *spec
	word func(*kind) string // the category's word, perhaps an invented one
}

// ask draws a question of one of the spec's shapes.
func (a *asker) ask() question {
	switch shape := a.spec.shapes.draw(a.r); shape {
	case "c1":
		return a.chain(1)
	case "c2":
		return a.chain(2)
	case "c3":
		return a.chain(3)
	case "sum", "max":
		return a.arithmetic(shape)
	case "cmp":
		return a.comparison()
	case "list":
		return a.list()
	case "join":
		return a.join()
	default:
		panic("world: no task shape " + shape)
	}
}

// entity draws a record of a category from the spec's pool, other than not.
func (a *asker) entity(k *kind, not int) int {
	members := k.members[a.spec.pool]
	for {
		if i := members[a.r.IntN(len(members))]; i != not {
			return i
		}
	}
}

func (a *asker) pick(list []string) string { return list[a.r.IntN(len(list))] }

// called is what a query calls a field.
func (a *asker) called(f *field) string {
	word := f.Word
	if f.Also != "" && a.r.IntN(10) < 3 {
		word = f.Also
	}
	if f.Counted {
		word = "number of " + word
	}
	return word
}

// noun is a record in a query: the song "Kolivus".
func (a *asker) noun(k *kind, index int) string {
	return a.the() + a.word(k) + ` "` + k.show(index) + `"`
}

func (a *asker) the() string {
	if a.spec.terse {
		return ""
	}
	return "the "
}

// of is a field of something: the age of the …
func (a *asker) of(word, noun string) string { return a.the() + word + " of " + noun }

// look adds the calls that read a field of the record that x names, and returns
// where the result is.
func (a *asker) look(steps *[]step, f *field, x ref) ref {
	if f.kind.Key == "code" {
		x = a.find(steps, f.kind, x)
	}
	return a.read(steps, f, x)
}

// find adds the call that turns a name into an id.
func (a *asker) find(steps *[]step, k *kind, name ref) ref {
	return add(steps, step{a.w.function(k.Word, "find"), []ref{name}})
}

// read adds the call that reads a field, given the record's key.
func (a *asker) read(steps *[]step, f *field, key ref) ref {
	return add(steps, step{a.w.function(f.kind.Word, f.Word), []ref{key}})
}

func add(steps *[]step, s step) ref {
	*steps = append(*steps, s)
	return resultOf(len(*steps) - 1)
}

// chain asks for a field of a field … of a record.
func (a *asker) chain(n int) question {
	path := a.path(n)
	start := path[0].field.kind
	first := a.entity(start, -1)
	q := question{shape: fmt.Sprintf("c%d", n)}
	q.final = literal(start.show(first))
	for _, rel := range path {
		q.final = a.look(&q.steps, rel.field, q.final)
	}
	noun := a.noun(start, first)
	fr := a.spec.frames
	if n > 1 && a.r.IntN(10) < 3 {
		// Forward wording: all relations but the last, joined by "of", then the last.
		last := path[n-1]
		lead := path[0].word
		if n == 3 {
			lead = path[1].word + " of the " + path[0].word
		}
		joint := fmt.Sprintf(a.pick(fr.joints), last.word, a.word(last.field.kind))
		q.query = fmt.Sprintf(a.pick(fr.forward), noun, lead, joint)
		return q
	}
	for _, rel := range path {
		noun = a.of(rel.word, noun)
	}
	q.query = fmt.Sprintf(a.pick(fr.nested), noun)
	return q
}

// path draws n relations, each from where the one before leads.
func (a *asker) path(n int) []relation {
	for {
		k := a.start()
		path := make([]relation, 0, n)
		for k != nil && len(path) < n {
			f := k.fields[a.r.IntN(len(k.fields))]
			if f.Many {
				break
			}
			if len(path) == n-1 && f.target != nil && a.r.IntN(2) == 0 {
				break // numbers are rarer than links: half of the final links are drawn again
			}
			path = append(path, relation{field: f, word: a.called(f)})
			k = f.target
		}
		if len(path) == n && a.allowed(path) {
			return path
		}
	}
}

// start draws a category with records.
func (a *asker) start() *kind {
	list := a.w.trainKinds
	if a.spec.newCategories {
		list = a.w.heldOutKinds
	}
	return list[a.r.IntN(len(list))]
}

// numeric draws a numeric field of a category to start from.
func (a *asker) numeric() *field {
	for {
		k := a.start()
		if f := k.fields[a.r.IntN(len(k.fields))]; f.target == nil {
			return f
		}
	}
}

// arithmetic asks for the sum, or the higher, of two numbers.
func (a *asker) arithmetic(op string) question {
	f := a.numeric()
	g := f
	if a.r.IntN(2) == 0 {
		g = a.numeric()
	}
	x := a.entity(f.kind, -1)
	y := a.entity(g.kind, x)
	q := question{shape: op}
	left := a.look(&q.steps, f, literal(f.kind.show(x)))
	right := a.look(&q.steps, g, literal(g.kind.show(y)))
	q.final = add(&q.steps, step{a.w.function("math", op), []ref{left, right}})
	two := a.of(a.called(f), a.noun(f.kind, x)) + " and " + a.of(a.called(g), a.noun(g.kind, y))
	q.query = fmt.Sprintf(a.pick(a.spec.frames.nested), a.of(opWord(op), two))
	return q
}

func opWord(op string) string {
	if op == "max" {
		return "higher"
	}
	return op
}

// two draws two records of one category that differ in a number.
func (a *asker) two() (f *field, x, y int) {
	for {
		f = a.numeric()
		x = a.entity(f.kind, -1)
		y = a.entity(f.kind, x)
		if a.w.base.get(x, f).num != a.w.base.get(y, f).num {
			return f, x, y
		}
	}
}

// comparison asks which of two records has more.
func (a *asker) comparison() question {
	f, x, y := a.two()
	q := question{shape: "cmp"}
	left := a.look(&q.steps, f, literal(f.kind.show(x)))
	right := a.look(&q.steps, f, literal(f.kind.show(y)))
	q.final = add(&q.steps, step{a.w.function("math", "compare"), []ref{left, right}})
	q.final.choose = []ref{literal(f.kind.show(x)), literal(f.kind.show(y))}
	q.query = fmt.Sprintf(a.pick(a.spec.frames.which), a.called(f), a.noun(f.kind, x), a.noun(f.kind, y))
	return q
}

// list asks for the sum, or the higher, of a number over the two records that a
// field lists.
func (a *asker) list() question {
	lists := a.w.lists
	f := lists[a.r.IntN(len(lists))]
	var numbers []*field
	for _, g := range f.target.fields {
		if g.target == nil {
			numbers = append(numbers, g)
		}
	}
	g := numbers[a.r.IntN(len(numbers))]
	op := "sum"
	if a.r.IntN(3) == 0 {
		op = "max"
	}
	x := a.entity(f.kind, -1)
	q := question{shape: "list"}
	members := a.look(&q.steps, f, literal(f.kind.show(x)))
	left := a.look(&q.steps, g, itemOf(members.step, 0))
	right := a.look(&q.steps, g, itemOf(members.step, 1))
	q.final = add(&q.steps, step{a.w.function("math", op), []ref{left, right}})
	what := a.of(a.called(g), a.of(a.called(f), a.noun(f.kind, x)))
	q.query = fmt.Sprintf(a.pick(a.spec.frames.nested), a.of(opWord(op), what))
	return q
}

// join asks for a field of whichever of two records has more of something.
func (a *asker) join() question {
	f, x, y := a.two()
	var g *field
	for g == nil || g == f || g.Many {
		g = f.kind.fields[a.r.IntN(len(f.kind.fields))]
	}
	q := question{shape: "join"}
	left, right := literal(f.kind.show(x)), literal(f.kind.show(y))
	if f.kind.Key == "code" {
		left, right = a.find(&q.steps, f.kind, left), a.find(&q.steps, f.kind, right)
	}
	cmp := add(&q.steps, step{a.w.function("math", "compare"), []ref{a.read(&q.steps, f, left), a.read(&q.steps, f, right)}})
	cmp.choose = []ref{left, right}
	q.final = a.read(&q.steps, g, cmp)
	q.query = fmt.Sprintf(a.pick(a.spec.frames.winner), a.called(g), a.word(f.kind), a.called(f), `"`+f.kind.show(x)+`"`, `"`+f.kind.show(y)+`"`)
	return q
}
