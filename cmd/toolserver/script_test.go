package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepgrain/stepgrain/internal/transcript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"toolserver": main, "ask": func() { os.Exit(ask(os.Args[1:])) }})
}

// ask is what the transcripts send requests with:
//
//	ask ADDR GET /healthz
//	ask ADDR '{"category": …}'
//
// It waits until the server is up, and prints the status and the answer.
func ask(args []string) int {
	url := "http://" + args[0]
	var resp *http.Response
	var err error
	for range 200 {
		if len(args) == 3 {
			resp, err = http.Get(url + args[2])
		} else {
			resp, err = http.Post(url+"/virtual", "application/json", strings.NewReader(args[1]))
		}
		if err == nil {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	fmt.Printf("%d %s\n", resp.StatusCode, b)
	if err != nil {
		return 1
	}
	return 0
}

// The transcripts of wrong use.
func TestTranscripts(t *testing.T) {
	transcript.Run(t, func(string) error { return nil })
}

// The transcripts in testdata/serve run servers; $ADDR and $BACK are
// free, $BUSY is not.
func TestServe(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { busy.Close() }) // the transcripts run in parallel, after this function
	testscript.Run(t, testscript.Params{
		Dir: "testdata/serve",
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"ADDR", "BACK"} {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					return err
				}
				defer l.Close()
				e.Setenv(name, l.Addr().String())
			}
			e.Setenv("BUSY", busy.Addr().String())
			return nil
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
	})
}
