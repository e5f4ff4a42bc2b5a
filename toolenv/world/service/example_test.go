package service_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/world"
	worldservice "github.com/stepgrain/stepgrain/toolenv/world/service"
)

func Example() {
	s := worldservice.New(world.New(1, world.Options{}), worldservice.Options{})
	for _, r := range []service.Request{
		{Category: "Countries", Tool: "global_hub", API: "get_country_neighbour", Input: `{"name": "Pelburzor"}`},
		{Category: "Countries", Tool: "global_hub", API: "get_country_neighbour", Input: `{"country": "Pelburzor"}`},
	} {
		reply, err := s.Call(context.Background(), r)
		fmt.Println(string(reply.Body), err)
	}
	// Output:
	// {"error": "", "response": {"neighbour": "Marvorvas"}} <nil>
	// {"error": "missing argument 'name'", "response": ""} <nil>
}
