package mcp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// rawServer speaks the protocol by hand over its standard input and output, so
// that it can do what the library's server never does.
func rawServer(mode string) {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		var call struct {
			ID     json.RawMessage
			Method string
		}
		json.Unmarshal([]byte(line), &call)
		if call.ID == nil {
			continue
		}
		switch call.Method {
		case "initialize":
			fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"raw","version":"1"}}}`+"\n", call.ID)
		case "tools/list":
			fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%s,"result":{"tools":[{"name":"a","inputSchema":{"type":"object"}},{"name":"a","inputSchema":{"type":"object"}},{"name":"天気","inputSchema":{"type":"object"}},{"name":"","inputSchema":{"type":"object"}},{"name":"a_for_b","inputSchema":{"type":"object"}}]}}`+"\n", call.ID)
			if out.Flush(); mode == "deaf" {
				time.Sleep(time.Hour) // never reads again
			}
		case "tools/call":
			switch mode {
			case "flood":
				for {
					fmt.Fprintf(out, `{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}`+"\n")
				}
			case "ask":
				for i := 0; ; i++ {
					fmt.Fprintf(out, `{"jsonrpc":"2.0","id":"s%d","method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}}`+"\n", i)
				}
			case "error":
				fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32602,"message":"%s"}}`+"\n", call.ID, strings.Repeat("x", 2<<20))
			case "deep":
				fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%s,"result":{"content":[],"structuredContent":{"a":%s1%s}}}`+"\n", call.ID, strings.Repeat("[", 9000), strings.Repeat("]", 9000))
			}
		default:
			fmt.Fprintf(out, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}`+"\n", call.ID)
		}
		out.Flush()
	}
}

// TestServersThatDoNotListen meets servers that run here and break the protocol in
// ways that hold up, or fill, whoever talks to them: each call ends with a fault
// that names it, in time, and so does the connection.
func TestServersThatDoNotListen(t *testing.T) {
	const large = `{"x": "` + "%s" + `"}`
	for _, c := range []struct {
		mode    string
		input   string
		timeout time.Duration
		want    service.Fault
		calls   int // after the first it is started again, where that was needed
	}{
		{"deaf", fmt.Sprintf(large, strings.Repeat("y", 1<<20)), 300 * time.Millisecond, service.Timeout, 2}, // more than a pipe holds
		{"flood", "{}", 20 * time.Second, service.TooLarge, 1},
		{"ask", "{}", 20 * time.Second, service.TooLarge, 1},
		{"deep", "{}", 20 * time.Second, service.Broken, 2},
		{"error", "{}", 20 * time.Second, service.TooLarge, 2},
	} {
		t.Run(c.mode, func(t *testing.T) {
			s := connected(t, Options{Command: []string{os.Args[0]}, Env: []string{serverVariable + "=" + c.mode}, Timeout: c.timeout})
			for range c.calls {
				ended := make(chan error, 1)
				go func() {
					_, err := s.Call(t.Context(), service.Request{API: "a", Input: c.input})
					ended <- err
				}()
				select {
				case err := <-ended:
					var e *service.Error
					if !errors.As(err, &e) || e.Fault != c.want {
						t.Fatalf("%v, want %s", err, c.want)
					}
				case <-time.After(15 * time.Second):
					t.Fatal("the call does not end")
				}
			}
			if want := c.calls - 1; c.mode != "error" && s.Restarts() != want || c.mode == "error" && s.Restarts() != 0 {
				t.Errorf("started again %d times", s.Restarts())
			}
			closed := make(chan bool)
			go func() { s.Close(); close(closed) }()
			select {
			case <-closed:
			case <-time.After(15 * time.Second):
				t.Fatal("Close does not end")
			}
		})
	}
}

// TestOddNames offers tools whose names are equal, empty or of other letters, and
// servers whose functions would have one name.
func TestOddNames(t *testing.T) {
	raw := Options{Command: []string{os.Args[0]}, Env: []string{serverVariable + "=names"}}
	first, second := raw, raw
	first.Name, second.Name = "b_for_c", "c"
	g, err := ConnectAll(t.Context(), []Options{first, second})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	got := g.Task(&toolbench.Query{ID: "1", Text: "?"}).Names
	want := []string{
		"a_for_b_for_c", "a_2_for_b_for_c", "天気_for_b_for_c", "tool_for_b_for_c", "a_for_b_for_b_for_c",
		"a_for_c", "a_2_for_c", "天気_for_c", "tool_for_c", "a_for_b_2_for_c", "Finish",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
