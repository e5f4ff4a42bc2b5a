package toolbench

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/internal/pyrand"
	"github.com/stepgrain/stepgrain/toolenv"
)

func parseFiles(t testing.TB, s string) pyliteral.Dict {
	t.Helper()
	v, err := pyliteral.FromJSON(s)
	if err != nil {
		t.Fatal(err)
	}
	return v.(pyliteral.Dict)
}

const twoTools = `{
  "Data/weather.json": {"tool_name": "Weather", "tool_description": "Says the weather.\nDaily.", "api_list": [
    {"name": "Now", "description": "Now: the weather now", "required_parameters": [], "optional_parameters": [{"name": "city", "type": "STRING", "description": "where", "default": "Rome"}]}]},
  "Other/weather.json": {"tool_name": "Weather", "tool_description": "Another.", "api_list": []},
  "Data/maps.json": {"tool_name": "Maps", "tool_description": null, "api_list": [{"name": "Route", "description": " ", "required_parameters": [], "optional_parameters": []}]}
}`

func query(apis ...string) *Query {
	q := &Query{ID: "1", Text: "Is it raining?"}
	for _, a := range apis {
		part := strings.Split(a, "/")
		q.APIs = append(q.APIs, Entry{API: toolenv.API{Category: part[0], Tool: part[1], Name: part[2]}})
	}
	return q
}

func TestTaskFromFolder(t *testing.T) {
	f := folderOf(t, parseFiles(t, twoTools))
	q := query("Data/Weather/now", "Data/Weather/Tomorrow", "Data/Maps/route")
	task := NewTask(q, f, Options{})
	if want := []string{"now_for_weather", "route_for_maps", "Finish"}; !slices.Equal(task.Names, want) {
		t.Errorf("names %q, want %q", task.Names, want)
	}
	if want := []string{"Data/weather.json: no API tomorrow"}; !slices.Equal(task.Missing, want) {
		t.Errorf("missing %q, want %q", task.Missing, want)
	}
	if want := "1.weather: Says the weather.Daily.\n2.maps: None\n"; !strings.HasSuffix(task.System, want) {
		t.Errorf("the system text ends with %q", task.System[len(task.System)-60:])
	}
	want := `{'name': 'now_for_weather', 'description': 'This is the subfunction for tool "weather", you can use this tool.The description of this function is: "now_for_weather: the weather now"',` +
		` 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string', 'description': 'where', 'example_value': 'Rome'}}, 'required': [], 'optional': ['city']}}`
	if got := pyliteral.Repr(task.Functions[0]); got != want {
		t.Errorf("function\n got %s\nwant %s", got, want)
	}
	released := NewTask(q, f, Options{Released: true})
	if got := pyliteral.Repr(released.Functions[0]); !strings.Contains(got, "'properties': {}, 'required': [''], 'optional': ['']") {
		t.Errorf("released: %s", got)
	}
	if !strings.Contains(released.System, "1.weather: Another.\n") { // the last category that has one
		t.Errorf("released description: %s", released.System[len(released.System)-60:])
	}
	bare := NewTask(q, nil, Options{})
	if len(bare.Names) != 4 || !strings.HasSuffix(bare.System, "1.weather: None\n2.maps: None\n") {
		t.Errorf("without a folder: %q", bare.Names)
	}
}

func TestAccepts(t *testing.T) {
	f := folderOf(t, parseFiles(t, twoTools))
	for _, c := range []struct {
		q        *Query
		ok       bool
		missing  string
		released bool
	}{
		{query("Data/Weather/Now"), true, "", true},
		{query("Data/Weather/Now", "Other/Maps/Route"), false, "Other/maps.json", true}, // the release looks at names only
		{query("Data/Trains/Next"), false, "Data/trains.json", false},
		{query("../Data/Weather/Now"), false, "../data.json", false},
		{query(), true, "", true},
	} {
		ok, missing := f.Accepts(c.q)
		released, _, err := f.ReleasedAccepts(c.q)
		if ok != c.ok || missing != c.missing || released != c.released || err != nil {
			t.Errorf("%+v: %v, missing %q, released %v, %v", c.q.APIs, ok, missing, released, err)
		}
	}
	all, err := PlanBatch([]Query{*query("Data/Trains/Next"), *query("Data/Maps/Route")}, nil, pyrand.New(42), nil, false)
	if err != nil || len(all.Accepted) != 2 || len(all.Order) != 2 {
		t.Errorf("without a folder: %+v, %v", all, err)
	}
}

func TestNothingOutsideOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	tools := filepath.Join(dir, "tools")
	for _, p := range []string{filepath.Join(tools, "Data"), filepath.Join(dir, "Secret")} {
		if err := os.MkdirAll(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []string{filepath.Join(dir, "Secret", "key.json"), filepath.Join(dir, "key.json"), filepath.Join(tools, "Data", "in.json")} {
		if err := os.WriteFile(p, []byte(`{"tool_name": "x", "api_list": []}`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		filepath.Join(tools, "Out"): filepath.Join(dir, "Secret"), filepath.Join(tools, "Up"): "../Secret", filepath.Join(tools, "Inner"): "Data",
		filepath.Join(tools, "Data", "key.json"): "../../key.json", filepath.Join(tools, "Data", "inside.json"): "in.json",
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	f, err := OpenFolder(tools)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Tool("Data", "inside"); err != nil || !f.Has("Data", "inside") {
		t.Errorf("a link that stays inside: %v", err)
	}
	for _, c := range [][2]string{{"Out", "key"}, {"Up", "key"}, {"Data", "key"}} {
		if tool, err := f.Tool(c[0], c[1]); err == nil || f.Has(c[0], c[1]) {
			t.Errorf("%v: read %v through a link that leads out", c, tool)
		}
	}
	var read []string
	for tool, err := range f.All() {
		if err == nil {
			read = append(read, tool.Category+"/"+tool.Stem)
		}
	}
	if want := []string{"Data/in", "Data/inside", "Inner/in", "Inner/inside"}; !slices.Equal(read, want) {
		t.Errorf("all tools: %q, want %q", read, want)
	}
	long := strings.Repeat("x", 251)
	for _, c := range [][2]string{
		{"..", "key"}, {".", "key"}, {"", "key"}, {"Data/..", "key"}, {"../Secret", "key"}, {"/", "key"}, {"Data", "../key"}, {"Data", `..\key`},
		{"Data", "a/b"}, {"Data", "in\x00"}, {"Da\x00ta", "in"}, {"Data", long}, {strings.Repeat("x", 256), "in"},
	} {
		var name *NameError
		if _, err := f.Tool(c[0], c[1]); !errors.As(err, &name) || f.Has(c[0], c[1]) {
			t.Errorf("%.30q: %v, want a NameError", c, err)
		}
	}
	if _, err := f.Tool("Data", long[:250]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a tool that is not there: %v", err)
	}
	if _, err := OpenFolder(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestBrokenToolFile(t *testing.T) {
	f := folderOf(t, parseFiles(t, `{"Data/weather.json": ["no object"], "Data/maps.json": {"tool_name": 5, "api_list": [7, {"name": null}]}}`))
	if _, err := f.Tool("Data", "weather"); err == nil || !strings.Contains(err.Error(), "Data/weather.json: expected an object") {
		t.Errorf("a list: %v", err)
	}
	task := NewTask(query("Data/Weather/Now", "Data/Maps/Route"), f, Options{})
	if len(task.Names) != 1 || len(task.Missing) != 2 {
		t.Errorf("names %q, missing %q", task.Names, task.Missing)
	}
	released := NewTask(query("Data/Maps/Route"), f, Options{Released: true})
	if len(released.Missing) == 0 || !strings.HasPrefix(released.Missing[0], "white list: tool folder: Data/weather.json: expected an object") {
		t.Errorf("released, with a file that ends the white list: missing %q", released.Missing)
	}
	if _, err := f.WhiteList(); err == nil || !strings.Contains(err.Error(), "weather.json") {
		t.Errorf("white list: %v", err)
	}
	if _, err := PlanBatch([]Query{*query("Data/Maps/Route")}, f, nil, nil, true); err == nil {
		t.Error("a batch by a white list that cannot be read")
	}
}

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for text, want := range map[string]string{
		`{"query": "x"}`: "byte 1, element 1: expected '['", `[{"query_id": 1}, 5]`: "query 2 is no object",
		`[{"query": "x"}]`: "query 1 has no query_id", `[{"query_id": 1`: "byte 2, element 1: ", ``: "expected a list",
	} {
		if _, err := LoadQueries(write("q.json", text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	write("q.json", `[{"query_id": "abc", "query": 5, "api_list": [1, {"api_name": []}], "relevant APIs": [["t"], ["t", "a"], 3]}]`)
	write("r.json", `[{"query_id": 12345678901234567890123}]`)
	qs, err := LoadQueries(dir)
	if err != nil || len(qs) != 2 || qs[0].ID != "abc" || len(qs[0].APIs) != 1 || len(qs[0].Relevant) != 1 || qs[1].ID != "12345678901234567890123" || qs[1].Subset != "r" {
		t.Errorf("%+v, %v", qs, err)
	}
	if _, err := LoadQueries(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := LoadQueries(filepath.Join(dir, "none.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	ids, err := LoadIDs(write("ids.json", `{"9": 0, "10": 0, "8": 0}`))
	if err != nil || !slices.Equal(ids, []string{"9", "10", "8"}) {
		t.Errorf("ids %v, %v", ids, err)
	}
	if _, err := LoadIDs(write("ids.json", `5`)); err == nil {
		t.Error("a number as a file of ids")
	}
}
