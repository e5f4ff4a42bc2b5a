package catalog

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/golden"
	"github.com/stepgrain/stepgrain/toolenv"
)

func TestPageIsCurrent(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(golden.Root(t), "docs", "world.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, Page()) {
		t.Error("docs/world.md is not what the catalogue says: run go generate ./toolenv/world/catalog")
	}
}

func TestSize(t *testing.T) {
	for _, quick := range []bool{false, true} {
		cats := All(quick)
		n, held, tools, apis := Counts(cats)
		t.Logf("quick %v: %d categories, %d of them held out, %d tools, %d APIs", quick, n, held, tools, apis)
		training := 0
		for _, c := range cats {
			if !c.HeldOut && c.Key != "" {
				training++
			}
		}
		switch {
		case held != 3:
			t.Errorf("quick %v: %d held-out categories, want 3", quick, held)
		case !quick && (training < 12 || tools < 45 || apis < 120):
			t.Errorf("%d training categories with records, %d tools, %d APIs: want at least 12, 45, 120", training, tools, apis)
		case quick && training != 8:
			t.Errorf("quick: %d training categories with records, want 8", training)
		}
	}
}

// What the task generator relies on.
func TestCatalogue(t *testing.T) {
	brands := map[string]string{}
	functions := map[string]bool{}
	marked := map[string]int{}
	for _, c := range All(false) {
		words := map[string]bool{}
		for _, f := range c.Functions() {
			words[f.Word] = true
			if f.Field != nil && f.Field.Target != "" && !strings.Contains("book city company country day film person team", f.Field.Target) {
				t.Errorf("%s.%s leads to %q, which is no category that anything can be asked about", c.Word, f.Word, f.Field.Target)
			}
		}
		heldOut := 0
		for i := range c.Tools {
			tool := &c.Tools[i]
			if other, twice := brands[tool.Name]; twice {
				t.Errorf("tool %s is in %s and in %s", tool.Name, other, c.Name)
			}
			brands[tool.Name] = c.Name
			if HeldOutBrand(tool.Name) {
				heldOut++
			}
			for _, item := range strings.Fields(tool.Offers) {
				word, marker, hasMarker := strings.Cut(item, "~")
				if word == "find" {
					word = ""
				}
				if !words[word] {
					t.Errorf("tool %s offers %q, which %s has not", tool.Name, item, c.Name)
				}
				if hasMarker && !strings.Contains(strings.Join(Markers, " "), marker) {
					t.Errorf("tool %s: unknown marker in %q", tool.Name, item)
				}
			}
		}
		if want := map[bool]int{false: 1, true: 0}[c.HeldOut]; heldOut != want {
			t.Errorf("%s has %d tools with a held-out name, want %d", c.Name, heldOut, want)
		}
		working := map[string]int{}
		for _, o := range c.Offers() {
			name := toolenv.FunctionName(o.API(c.Word, o.Tool.Name))
			if functions[name] {
				t.Errorf("function %s occurs twice", name)
			}
			functions[name] = true
			marked[o.Marker]++
			if o.Marker == "" && !HeldOutBrand(o.Tool.Name) {
				working[o.Function.Word]++
			}
		}
		for word := range words {
			if working[word] < 2 {
				t.Errorf("%s: %d tools with names for training offer %q without a marker, want 2", c.Name, working[word], word)
			}
		}
	}
	t.Logf("markers: %v", marked)
	for _, m := range Markers {
		if marked[m] < 5 {
			t.Errorf("only %d APIs are marked %s", marked[m], m)
		}
	}
}

// Every API is described completely, as ToolBench would.
func TestDescriptions(t *testing.T) {
	for _, c := range All(false) {
		for _, o := range c.Offers() {
			a := o.API(c.Word, o.Tool.Name)
			f := toolenv.Schema(a)
			if a.Category == "" || a.Tool == "" || a.Description == "" || len(f.Required) == 0 {
				t.Errorf("%s: incomplete: %+v", f.Name, a)
			}
			for _, p := range append(a.Required, a.Optional...) {
				if toolenv.ChangeName(toolenv.Standardize(p.Name)) != p.Name || p.Description == "" || p.Default == nil {
					t.Errorf("%s: parameter %+v", f.Name, p)
				}
			}
		}
	}
}

// A tool in a file of its own shows up, in the world and on the page.
func TestAddTool(t *testing.T) {
	AddTool("Film", Tool{Name: "Test Cinema", Text: "For this test.", Offers: "director length~beta"})
	defer delete(extraTools, "Film")
	page := string(Page())
	for _, want := range []string{"### Test Cinema", "For this test.", "| get_film_length_beta |"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
