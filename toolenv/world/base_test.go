package world

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/world/catalog"
)

// Names, dates and codes are bijections.
func TestBijections(t *testing.T) {
	codes := map[int]bool{}
	for i := range numEntities {
		if indexOfName[entityName(i)] != i || indexOfDate(entityDate(i)) != i {
			t.Fatalf("entity %d: name %s, date %s", i, entityName(i), entityDate(i))
		}
		code := entityID(i, 1234)
		if code < 1000 || code > 9999 || codes[code] || indexOfID(int64(code), 1234) != i {
			t.Fatalf("entity %d: code %d", i, code)
		}
		codes[code] = true
	}
	for _, bad := range []string{"", "Mar", "Mar 14870", "Mar 1249", "Mar 2000", "mar 1487", "Mar +487"} {
		if i := indexOfDate(bad); i >= 0 {
			t.Errorf("date %q is entity %d", bad, i)
		}
	}
	for _, bad := range []int64{-1, 0, 999, 10000, 1 << 60} {
		if i := indexOfID(bad, 5); i >= 0 {
			t.Errorf("code %d is entity %d", bad, i)
		}
	}
}

// A link never leaves its pool and always leads to a record that exists; a stale
// value differs from the true one.
func TestLinks(t *testing.T) {
	b := newBase(1, catalog.All(false))
	for _, k := range b.kinds {
		if k.Key == "" {
			continue
		}
		if n := len(k.members[0]) + len(k.members[1]); n < 4000 || n > 5000 {
			t.Errorf("%s has %d records, want about half of %d", k.Word, n, numEntities)
		}
		for pool := range int8(2) {
			for _, i := range k.members[pool][:500] {
				for _, f := range k.fields {
					v := b.get(i, f)
					old := b.stale(i, f)
					if f.target == nil {
						if v.num < 10 || v.num > 99 || old.num == v.num {
							t.Fatalf("%s.%s of %d is %d, was %d", k.Word, f.Word, i, v.num, old.num)
						}
						continue
					}
					for _, j := range append(v.index, old.index...) {
						if f.target.pool[j] != pool {
							t.Fatalf("%s.%s of %d (pool %d) leads to %d (pool %d)", k.Word, f.Word, i, pool, j, f.target.pool[j])
						}
					}
					if old.index[0] == v.index[0] || (f.target == k && v.index[0] == i) {
						t.Fatalf("%s.%s of %d: %v, stale %v", k.Word, f.Word, i, v.index, old.index)
					}
					if f.Many && (len(v.index) != 2 || v.index[0] == v.index[1]) {
						t.Fatalf("%s.%s of %d lists %v", k.Word, f.Word, i, v.index)
					}
				}
			}
		}
	}
}

// episode makes an episode of given APIs, each "category.word~marker".
func episode(t *testing.T, w *World, items ...string) *toolenv.Episode {
	t.Helper()
	b := &backend{base: w.base, seed: 1}
	task := &toolenv.Task{ID: "test", MaxCalls: 100}
	for _, item := range items {
		label, marker, _ := strings.Cut(item, "~")
		fn := w.byLabel[label]
		if fn == nil {
			t.Fatalf("no function %s", label)
		}
		cf := catalog.Function{Verb: fn.verb, Word: fn.word}
		if fn.field != nil {
			cf.Field = fn.field.Field
		}
		o := catalog.Offer{Category: fn.kind.Category, Tool: &catalog.Tool{Name: "Box"}, Function: cf, Marker: marker}
		api := o.API(fn.kind.Word, "Box")
		task.APIs = append(task.APIs, api)
		b.list = append(b.list, offered{fn: fn, offer: o, name: toolenv.FunctionName(api)})
	}
	return toolenv.NewEpisode(task, b)
}

// Every way in which an API can answer.
func TestBackend(t *testing.T) {
	w := New(1, Options{})
	film, book := w.base.byWord["film"], w.base.byWord["book"]
	x, y := film.members[0][0], book.members[0][3]
	other := film.members[1][0]
	name, code := film.show(x), strconv.Itoa(entityID(y, book.idOffset))
	value := func(k *kind, i int, word string) string {
		for _, f := range k.fields {
			if f.Word == word {
				return fieldJSON(f, w.base.get(i, f), 10)
			}
		}
		t.Fatalf("no field %s", word)
		return ""
	}
	e := episode(t, w, "film.director", "film.director~lite", "film.director~plus", "film.length~mini", "film.cast", "film.length~legacy",
		"book.find", "book.pages", "math.sum", "math.max", "math.compare", "math.compare~lite")
	ok := func(body string) string { return `{"error": "", "response": ` + body + `}` }
	fail := func(text string) string { return `{"error": "` + text + `", "response": ""}` }
	for _, c := range []struct{ name, args, want string }{
		{"get_film_director_for_box", `{"name":"` + name + `"}`, ok(`{` + value(film, x, "director") + `}`)},
		{"get_film_director_plus_for_box", `{"name":"` + name + `"}`, ok(`{` + value(film, x, "composer") + `}`)},
		{"get_film_length_mini_for_box", `{"name":"` + name + `"}`, ok(`{}`)},
		{"get_film_length_legacy_for_box", `{"name":"` + name + `"}`, fail("deprecated")},
		{"list_film_cast_for_box", `{"name":"` + name + `"}`, ok(`{` + value(film, x, "cast") + `}`)},
		{"list_film_cast_for_box", `{"name":"` + name + `","limit":0}`, ok(`{"cast": []}`)},
		{"get_film_director_for_box", `{"name":"` + film.show(other) + `"}`, fail("film not found")}, // the other pool
		{"get_film_director_for_box", `{"name":"` + strings.ToLower(name) + `"}`, fail("film not found")},
		{"get_film_director_for_box", `{"title":"` + name + `"}`, fail("missing argument 'name'")},
		{"get_film_director_for_box", `{"name":"` + name + `","year":1}`, fail("unexpected argument 'year'")},
		{"get_film_director_for_box", `{"name":7}`, fail("argument 'name' must be string")},
		{"find_book_for_box", `{"name":"` + book.show(y) + `"}`, ok(`{"code": ` + code + `}`)},
		{"find_book_for_box", `{"name":"` + strings.ToUpper(book.show(y)) + `","exact":false}`, ok(`{"code": ` + code + `}`)},
		{"count_book_pages_for_box", `{"code":` + code + `}`, ok(`{` + value(book, y, "pages") + `}`)},
		{"count_book_pages_for_box", `{"code":3}`, fail("book not found")},
		{"count_book_pages_for_box", `{"code":"` + code + `"}`, fail("argument 'code' must be integer")},
		{"calc_sum_for_box", `{"a":31,"b":57}`, ok(`{"sum": 88}`)},
		{"calc_sum_for_box", `{"a":9000000000000000,"b":1}`, fail("number too large")},
		{"calc_max_for_box", `{"a":31,"b":57}`, ok(`{"max": 57}`)},
		{"calc_compare_for_box", `{"a":31,"b":57}`, ok(`{"higher": "b"}`)},
		{"calc_compare_for_box", `{"a":5,"b":5}`, ok(`{"higher": "equal"}`)},
		{"calc_compare_lite_for_box", `{"a":31,"b":57}`, ok(`{"higher": "a"}`)},
	} {
		if got := e.Step(toolenv.FormatAction(c.name, c.args)).Observation; got != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, c.args, got, c.want)
		}
	}
	full := e.Step(toolenv.FormatAction("get_film_director_for_box", `{"name":"`+name+`","full":true}`)).Observation
	for _, f := range film.fields {
		if !strings.Contains(full, value(film, x, f.Word)) {
			t.Errorf("full record %s lacks %s", full, value(film, x, f.Word))
		}
	}
	stale := e.Step(toolenv.FormatAction("get_film_director_lite_for_box", `{"name":"`+name+`"}`)).Observation
	if !strings.HasPrefix(stale, `{"error": "", "response": {"director": "`) || strings.Contains(stale, value(film, x, "director")) {
		t.Errorf("stale answer %s", stale)
	}
}
