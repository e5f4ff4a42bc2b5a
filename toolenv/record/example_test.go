package record_test

import (
	"context"
	"fmt"
	"os"

	"github.com/stepgrain/stepgrain/toolenv/record"
	"github.com/stepgrain/stepgrain/toolenv/service"
)

func Example() {
	dir, err := os.MkdirTemp("", "calls")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	times := 0
	clock := service.Func(func(context.Context, service.Request) (service.Reply, error) {
		times++
		return service.Reply{Status: 200, Body: fmt.Appendf(nil, "asked %d times", times)}, nil
	})
	ask := func(s service.Service) {
		reply, err := s.Call(context.Background(), service.Request{Task: "588", Branch: "0", Function: "time_for_clock"})
		fmt.Println(string(reply.Body), service.FaultOf(err) == service.Missing)
	}

	recorder, err := record.New(clock, dir)
	if err != nil {
		panic(err)
	}
	ask(recorder)
	ask(recorder)
	if err := recorder.Close(); err != nil {
		panic(err)
	}

	replay, err := record.Open(dir)
	if err != nil {
		panic(err)
	}
	defer replay.Close()
	ask(replay)
	ask(replay)
	ask(replay) // was not made
	// Output:
	// asked 1 times false
	// asked 2 times false
	// asked 1 times false
	// asked 2 times false
	//  true
}
