package virtual_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/virtual"
	"github.com/stepgrain/stepgrain/toolenv/virtual/store"
)

// A server over a folder of stored answers, and a client that asks it.
func Example() {
	dir, err := os.MkdirTemp("", "cache")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	cache, err := store.OpenDir(dir, store.Options{})
	if err != nil {
		panic(err)
	}
	defer cache.Close()
	alien := pyliteral.Dict{{Key: "error", Value: ""}, {Key: "response", Value: pyliteral.Dict{{Key: "year", Value: int64(1979)}}}}
	name := store.Name{Category: "Movies", Tool: "imdb_for_Movies", API: "search"}
	if err := cache.Put(context.Background(), name, store.Entry{Key: "{'q': 'Alien'}", Value: alien}); err != nil {
		panic(err)
	}

	server, err := virtual.NewServer(virtual.Options{Store: cache})
	if err != nil {
		panic(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()

	client, err := virtual.NewClient(web.URL+"/virtual", virtual.ClientOptions{})
	if err != nil {
		panic(err)
	}
	for _, input := range []string{`{"q": "Alien"}`, `{"q": `} {
		reply, err := client.Call(context.Background(), service.Request{Category: "Movies", Tool: "imdb", API: "search", Input: input})
		fmt.Println(reply.Status, string(reply.Body), err)
	}
	// Output:
	// 200 {"error":"","response":{"year":1979}} <nil>
	// 200 {"error":"Tool input parse error...\n","response":""} <nil>
}
