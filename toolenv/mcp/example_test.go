package mcp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/toolenv/mcp"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// A server with one tool, asked over HTTP. One that runs as a process is given by
// Options.Command, and the rest is the same.
func Example() {
	server := sdk.NewServer(&sdk.Implementation{Name: "Weather", Version: "1"}, nil)
	sdk.AddTool(server, &sdk.Tool{Name: "forecast", Description: "The weather of a place."},
		func(_ context.Context, _ *sdk.CallToolRequest, in struct {
			Place string `json:"place"`
		}) (*sdk.CallToolResult, any, error) {
			if in.Place == "" {
				return nil, nil, fmt.Errorf("which place?")
			}
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "sun in " + in.Place}}}, nil, nil
		})
	ts := httptest.NewServer(sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return server }, nil))
	defer ts.Close()

	ctx := context.Background()
	servers, err := mcp.ConnectAll(ctx, []mcp.Options{{URL: ts.URL}})
	if err != nil {
		panic(err)
	}
	defer servers.Close()
	task := servers.Task(&toolbench.Query{ID: "1", Text: "Will it rain in Oslo?"})
	env := toolbench.NewEnv(task, servers, toolbench.Options{})
	fmt.Println(task.Names)
	fmt.Println(env.Step(ctx, "0", "forecast_for_weather", `{"place": "Oslo"}`).Observation)
	fmt.Println(env.Step(ctx, "0.0", "forecast_for_weather", `{"place": ""}`).Observation)
	// Output:
	// [forecast_for_weather Finish]
	// {"error": "", "response": "sun in Oslo"}
	// {"error": "which place?", "response": ""}
}
