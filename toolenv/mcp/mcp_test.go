package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

func connected(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// both runs a test against a process and over HTTP.
func both(t *testing.T, f func(t *testing.T, o Options)) {
	t.Run("stdio", func(t *testing.T) { f(t, command()) })
	t.Run("http", func(t *testing.T) { f(t, Options{URL: webServer(t, nil).URL}) })
}

func body(t *testing.T, s service.Service, api, input string) (errText string, response any) {
	t.Helper()
	r, err := s.Call(t.Context(), service.Request{Tool: "weather_desk", API: api, Input: input})
	if err != nil {
		t.Fatalf("%s: %v", api, err)
	}
	var v struct {
		Error    string
		Response any
	}
	if err := json.Unmarshal(r.Body, &v); err != nil || r.Status != 200 {
		t.Fatalf("%s: status %d, %v: %s", api, r.Status, err, r.Body)
	}
	return v.Error, v.Response
}

func TestToolsOfAServer(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		s := connected(t, o)
		if s.Name() != "weather_desk" || len(s.Tools()) != 10 {
			t.Fatalf("%s offers %d tools", s.Name(), len(s.Tools()))
		}
		for _, c := range []struct {
			api, input, errText string
			response            any
		}{
			{"get_forecast", `{"where": {"lat": 1.50}}`, "", "sun\n" + `{"where":{"lat":1.50}}`},
			{"get_forecast_2", "", "", "the other"},
			{"get_forecast_2", "nonsense", "the arguments are not JSON", ""},
			{"get_forecast_2", "[1]", "the arguments are no JSON object", ""},
			{"fails", "{}", "no such place", ""},
			{"image", "{}", "", "a map\n[image/png, 5 bytes]\n[audio, 3 bytes]\n[link to more: file:///more]\n[file:///a.txt]\nrain\n[file:///b] [x/y, 2 bytes]"},
			{"structured", "{}", "", map[string]any{"degrees": 3.0}},
			{"hostile", "{}", "", hostile},
			{"absent", "{}", "no such tool: absent", ""},
		} {
			errText, response := body(t, s, c.api, c.input)
			if errText != c.errText || pyliteral.Repr(plain(response)) != pyliteral.Repr(plain(c.response)) {
				t.Errorf("%s %s: %q, %q", c.api, c.input, errText, response)
			}
		}
	})
}

// plain lets Repr compare what JSON decoded.
func plain(v any) any {
	b, _ := json.Marshal(v)
	p, _ := pyliteral.FromJSON(string(b))
	return p
}

func TestTask(t *testing.T) {
	s := connected(t, command())
	g := Group{s}
	task := g.Task(&toolbench.Query{ID: "7", Text: "Will it rain?"})
	at := slices.Index(task.Names, "get_forecast_for_weather_desk")
	if at < 0 || task.Names[at+1] != "get_forecast_2_for_weather_desk" || task.Names[len(task.Names)-1] != "Finish" {
		t.Fatalf("names: %q", task.Names)
	}
	if !strings.Contains(task.System, "1.weather_desk: Weather of all places.") || task.User != "\nWill it rain?\nBegin!\n" {
		t.Errorf("system %q, user %q", task.System, task.User)
	}
	want := `{'name': 'get_forecast_for_weather_desk', 'description': 'Does get-Forecast.', 'parameters': {'type': 'object', 'properties': ` +
		`{'days': {'default': 3, 'type': 'integer'}, 'where': {'properties': {'lat': {'type': 'number'}, 'tags': {'items': {'type': 'string'}, 'type': 'array'}}, 'required': ['lat'], 'type': 'object'}}, ` +
		`'required': ['where'], 'additionalProperties': False}}`
	if got := pyliteral.Repr(task.Functions[at]); got != want {
		t.Errorf("function\n%s\nwant\n%s", got, want)
	}
	env := toolbench.NewEnv(task, g, toolbench.Options{})
	r := env.Step(t.Context(), "0", "get_forecast_for_weather_desk", `{"where": {"lat": 1}}`)
	if r.Code != toolenv.StatusOK || r.SchemaError != "" || r.Observation != `{"error": "", "response": "sun\n{\"where\":{\"lat\":1}}"}` {
		t.Errorf("%+v", r)
	}
	if r := env.Step(t.Context(), "0", "fails_for_weather_desk", `{}`); r.Observation != `{"error": "no such place", "response": ""}` {
		t.Errorf("%+v", r)
	}
	// Whatever a tool says stays inside of one JSON string.
	r = env.Step(t.Context(), "0", "hostile_for_weather_desk", "{}")
	var v map[string]string
	if err := json.Unmarshal([]byte(r.Observation), &v); err != nil || v["response"] != hostile || strings.Contains(r.Observation, "\n") {
		t.Errorf("%v: %q", err, r.Observation)
	}
}

func fault(t *testing.T, s service.Service, api string) service.Fault {
	t.Helper()
	_, err := s.Call(t.Context(), service.Request{Function: api + "_for_weather_desk", Tool: "weather_desk", API: api})
	var e *service.Error
	if !errors.As(err, &e) || e.Request.API != api {
		t.Fatalf("%s: %v", api, err)
	}
	return e.Fault
}

func TestLimits(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		o.Timeout, o.MaxOutput = 500*time.Millisecond, 1000
		s := connected(t, o)
		if f := fault(t, s, "hangs"); f != service.Timeout {
			t.Errorf("a tool that hangs: %s", f)
		}
		if f := fault(t, s, "large"); f != service.TooLarge {
			t.Errorf("a large answer: %s", f)
		}
		if _, r := body(t, s, "get_forecast_2", "{}"); r != "the other" || s.Restarts() != 0 {
			t.Errorf("afterwards: %v, %d restarts", r, s.Restarts())
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		if _, err := s.Call(ctx, service.Request{API: "hangs"}); !errors.Is(err, context.Canceled) {
			t.Errorf("a call that is called off: %v", err)
		}
	})
}

func TestLargeMessage(t *testing.T) {
	both(t, func(t *testing.T, o Options) {
		o.MaxMessage = 100_000
		s := connected(t, o)
		if f := fault(t, s, "large"); f != service.TooLarge {
			t.Errorf("a large message: %s", f)
		}
		if _, r := body(t, s, "get_forecast_2", "{}"); r != "the other" || s.Restarts() != 1 {
			t.Errorf("afterwards: %v, %d restarts", r, s.Restarts())
		}
	})
}

func TestServerThatDies(t *testing.T) {
	o := command()
	o.Restarts = 2
	s := connected(t, o)
	for range 3 { // more often than Restarts, for it answers in between
		_, err := s.Call(t.Context(), service.Request{API: "dies"})
		if service.FaultOf(err) != service.Refused || !strings.Contains(err.Error(), "out of memory") {
			t.Fatalf("a server that dies: %v", err)
		}
		if _, r := body(t, s, "get_forecast_2", "{}"); r != "the other" {
			t.Fatalf("started again: %v", r)
		}
	}
	if s.Restarts() != 3 {
		t.Errorf("%d restarts", s.Restarts())
	}
	for i := range 4 {
		_, err := s.Call(t.Context(), service.Request{API: "dies"})
		if service.FaultOf(err) != service.Refused {
			t.Fatalf("call %d: %v", i, err)
		}
		if last := strings.Contains(err.Error(), "started again 2 times"); last != (i == 3) {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

func TestChildSeesFewVariables(t *testing.T) {
	t.Setenv("STEPGRAIN_SECRET", "do not tell")
	t.Setenv("STEPGRAIN_TOLD", "tell")
	o := command()
	o.Env = append(o.Env, "STEPGRAIN_TOLD")
	_, r := body(t, connected(t, o), "environment", "{}")
	text := r.(string)
	if strings.Contains(text, "do not tell") || !strings.Contains(text, "STEPGRAIN_TOLD=tell") {
		t.Errorf("the child sees\n%s", text)
	}
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(line, "=")
		if !slices.Contains(needed, name) && !strings.HasPrefix(name, "STEPGRAIN_") {
			t.Errorf("the child sees %s", name)
		}
	}
}

func TestHosts(t *testing.T) {
	var auth []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
	defer elsewhere.Close()
	redirect := false
	ts := webServer(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			auth = append(auth, r.Header.Get("Authorization"))
			if redirect {
				http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	s := connected(t, Options{URL: ts.URL, Header: http.Header{"Authorization": {"Bearer x"}}})
	if slices.ContainsFunc(auth, func(a string) bool { return a != "Bearer x" }) || len(auth) == 0 {
		t.Errorf("authorisations sent: %q", auth)
	}
	secret := connected(t, Options{URL: ts.URL + "?key=s%20ecret"})
	redirect = true
	_, err := secret.Call(t.Context(), service.Request{API: "get_forecast_2"})
	if service.FaultOf(err) != service.Redirect || strings.Contains(err.Error(), "ecret") {
		t.Errorf("a redirect, with a key in the URL: %v", err)
	}
	if f := fault(t, s, "get_forecast_2"); f != service.Redirect {
		t.Errorf("a redirect: %s", f)
	}
	if _, err := Connect(t.Context(), Options{URL: "file:///etc/passwd"}); err == nil {
		t.Error("a file is no server")
	}
	if _, err := Connect(t.Context(), Options{URL: ts.URL, Hosts: []string{"http://x"}}); err == nil {
		t.Error("a host with a scheme")
	}
}

// TestEncryptedStaysEncrypted follows redirects of a server that is asked over TLS.
func TestEncryptedStaysEncrypted(t *testing.T) {
	w, err := newWeb(&Options{URL: "https://example.com/mcp", Hosts: []string{"example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	request := func(address string) *http.Request { return httptest.NewRequest("POST", address, nil) }
	for address, ok := range map[string]bool{
		"https://example.com/other": true, "https://example.org/": true, "https://example.net/": false,
		"http://example.com/mcp": false, "http://example.org/": false, "https://example.com:444/mcp": false,
	} {
		err := w.redirect(request(address), []*http.Request{request("https://example.com/mcp")})
		if (err == nil) != ok || w.redirected.Swap(false) == ok {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestConnectErrors(t *testing.T) {
	for name, o := range map[string]Options{
		"nothing":     {},
		"both":        {Command: []string{"x"}, URL: "http://x"},
		"no program":  {Command: []string{"/no/such/program"}},
		"no server":   {Command: []string{"sh", "-c", "echo broken >&2; exit 1"}},
		"no protocol": {Command: []string{"sh", "-c", "echo hello; sleep 5"}},
		"silent":      {Command: []string{"sleep", "60"}, Start: 300 * time.Millisecond},
		"no tool":     {Command: []string{os.Args[0]}, Env: []string{serverVariable + "=1"}, Tools: []string{"none"}},
		"a limit":     {Command: []string{"x"}, MaxOutput: -1},
	} {
		s, err := Connect(t.Context(), o)
		if err == nil {
			s.Close()
			t.Errorf("%s: connected", name)
		} else if !strings.HasPrefix(err.Error(), "mcp: ") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "no server" && err != nil && !strings.Contains(err.Error(), "broken") {
			t.Errorf("%s: its last words are missing: %v", name, err)
		}
	}
}

func TestGroup(t *testing.T) {
	one, two := command(), command()
	two.Tools, two.Env = []string{"fails"}, append(two.Env, "X=1")
	g, err := ConnectAll(t.Context(), []Options{one, two})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	task := g.Task(&toolbench.Query{ID: "1"})
	if n := task.Names[len(task.Names)-2]; n != "fails_for_weather_desk_2" {
		t.Errorf("the second server's function: %s", n)
	}
	r, err := g.Call(t.Context(), service.Request{Tool: "weather_desk_2", API: "get_forecast_2"})
	if err != nil || !strings.Contains(string(r.Body), "no such tool") {
		t.Errorf("a tool of the other server: %s, %v", r.Body, err)
	}
	if r, _ := g.Call(t.Context(), service.Request{Tool: "x"}); !strings.Contains(string(r.Body), "no such server: x") {
		t.Errorf("%s", r.Body)
	}
	g.Close()
	if _, err := g.Call(t.Context(), service.Request{Tool: "weather_desk", API: "fails"}); service.FaultOf(err) != service.Refused {
		t.Errorf("after Close: %v", err)
	}
}

func TestParseTarget(t *testing.T) {
	for text, want := range map[string]Options{
		"https://a.example/mcp?x=1":     {URL: "https://a.example/mcp?x=1"},
		"files=npx -y 'a b' \"c\"d  ''": {Name: "files", Command: []string{"npx", "-y", "a b", "cd", ""}},
		"w=http://127.0.0.1:1/":         {Name: "w", URL: "http://127.0.0.1:1/"},
		"./server -x=1":                 {Command: []string{"./server", "-x=1"}},
	} {
		got, err := ParseTarget(text)
		if err != nil || got.Name != want.Name || got.URL != want.URL || !slices.Equal(got.Command, want.Command) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "a 'b"} {
		if _, err := ParseTarget(text); err == nil {
			t.Errorf("%q is a target", text)
		}
	}
}
