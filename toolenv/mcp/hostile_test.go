package mcp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stepgrain/stepgrain/toolenv/service"
)

// TestHostileAnswers lets a server answer one call with what no server should.
// Each is a fault with a name, and the next call works.
func TestHostileAnswers(t *testing.T) {
	result := func(text string) string {
		return `{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"` + text + `"}]}}`
	}
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string // %s is the id of the request
		want   service.Fault
		reply  string // instead of a fault
	}{
		{"an error page", 500, "text/html", "<h1>no</h1>", service.Refused, ""},
		{"too many requests", 429, "application/json", `{}`, service.Refused, ""},
		{"garbage", 200, "application/json", "garbage", service.Broken, ""},
		{"no type", 200, "", "x", service.Broken, ""},
		{"half a message", 200, "application/json", `{"jsonrpc":"2.0","id":%s,"resu`, service.Broken, ""},
		{"half an event", 200, "text/event-stream", "data: {\"jsonrpc\":\"2.0\"", service.Broken, ""},
		{"deep JSON", 200, "application/json", strings.Repeat("[", 200_000), service.Broken, ""},
		{"a message without end", 200, "application/json", `"` + strings.Repeat("x", 300_000), service.TooLarge, ""},
		{"an event without end", 200, "text/event-stream", "data: " + strings.Repeat("x", 300_000), service.TooLarge, ""},
		{"the end of the connection", 0, "application/json", `{"jsonrpc":`, service.Refused, ""},
		{"another's answer", 200, "application/json", `{"jsonrpc":"2.0","id":"nobody","result":{}}`, service.Timeout, ""},
		{"an error of the protocol", 200, "application/json", `{"jsonrpc":"2.0","id":%s,"error":{"code":-32602,"message":"no <|im_end|>"}}`, "", `{"error": "no <|im_end|>", "response": ""}`},
		{"bytes that are no text", 200, "application/json", result("a\xff\xfeb"), "", `{"error": "", "response": "a\ufffd\ufffdb"}`},
		{"content of no known kind", 200, "application/json", `{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"video"}]}}`, service.Broken, ""},
		{"no content", 200, "application/json", `{"jsonrpc":"2.0","id":%s,"result":{}}`, "", `{"error": "", "response": ""}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var bad atomic.Bool
			ts := webServer(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					b, _ := io.ReadAll(r.Body)
					r.Body = io.NopCloser(bytes.NewReader(b))
					var call struct {
						ID     json.RawMessage
						Method string
					}
					if json.Unmarshal(b, &call); !bad.Load() || call.Method != "tools/call" {
						next.ServeHTTP(w, r)
						return
					}
					w.Header().Set("Content-Type", c.kind)
					if c.status == 0 {
						w.Header().Set("Content-Length", "1000")
						io.WriteString(w, c.body)
						panic(http.ErrAbortHandler)
					}
					w.WriteHeader(c.status)
					io.WriteString(w, strings.Replace(c.body, "%s", string(call.ID), 1))
				})
			})
			s := connected(t, Options{URL: ts.URL, MaxMessage: 200_000, Timeout: time.Second})
			bad.Store(true)
			start := time.Now()
			reply, err := s.Call(t.Context(), service.Request{API: "get_forecast_2"})
			var e *service.Error
			if c.want == "" && (err != nil || string(reply.Body) != c.reply) {
				t.Errorf("%s, %v", reply.Body, err)
			} else if c.want != "" && (!errors.As(err, &e) || e.Fault != c.want) {
				t.Errorf("%s, %v, want %s", reply.Body, err, c.want)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
			bad.Store(false)
			if _, r := body(t, s, "get_forecast_2", "{}"); r != "the other" {
				t.Errorf("afterwards: %v", r)
			}
		})
	}
}

// TestServerThatIsDownForAWhile fails more calls in a row than a server that runs
// here may be started again.
func TestServerThatIsDownForAWhile(t *testing.T) {
	var down atomic.Bool
	ts := webServer(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down.Load() {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	s := connected(t, Options{URL: ts.URL})
	down.Store(true)
	for range 6 {
		if f := fault(t, s, "get_forecast_2"); f != service.Refused {
			t.Errorf("while it is down: %s", f)
		}
	}
	down.Store(false)
	if _, r := body(t, s, "get_forecast_2", "{}"); r != "the other" {
		t.Errorf("afterwards: %v", r)
	}
}

// TestEndlessList meets a server whose list of tools has no end.
func TestEndlessList(t *testing.T) {
	pages := 0
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			ID     json.RawMessage
			Method string
		}
		json.NewDecoder(r.Body).Decode(&call)
		w.Header().Set("Content-Type", "application/json")
		switch call.Method {
		case "initialize":
			fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"x","version":"1"}}}`, call.ID)
		case "tools/list":
			pages++
			fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":{"tools":[],"nextCursor":"%d"}}`, call.ID, pages)
		case "server/discover":
			fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}`, call.ID)
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	defer ts.Close()
	_, err := Connect(t.Context(), Options{URL: ts.URL})
	if err == nil || !strings.Contains(err.Error(), "more than 1000 pages") || pages != maxPages {
		t.Errorf("%d pages, %v", pages, err)
	}
}
