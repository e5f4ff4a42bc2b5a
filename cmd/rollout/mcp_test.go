package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/stepgrain/stepgrain/toolenv/answers"
)

// mcpWord makes the test binary an MCP server over its standard input and output.
const mcpWord = "mcp-test-server"

func serveMCP() {
	s := sdk.NewServer(&sdk.Implementation{Name: "Weather", Version: "1"}, nil)
	s.AddTool(&sdk.Tool{Name: "forecast", Description: "Tells the weather.", InputSchema: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`)},
		func(_ context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
			return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "rain, you said " + string(r.Params.Arguments)}}}, nil
		})
	_ = s.Run(context.Background(), &sdk.StdioTransport{})
}

// The tools of an MCP server are on offer for every query, and a recording of the
// run plays it again.
func TestMCP(t *testing.T) {
	self, err := os.Executable()
	if err != nil || strings.ContainsAny(self, " '\"") {
		t.Skip("no path to the test binary that a command line can hold")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "q.json"), `[{"query_id": 1, "query": "Rain in Oslo?"}]`)
	write(t, filepath.Join(dir, "turns.jsonl"), `{"task": "1", "turns": ["Action: forecast_for_weather\nAction Input: {\"city\": \"Oslo\"}",
		"Action: Finish\nAction Input: {\"return_type\": \"give_answer\", \"final_answer\": \"yes\"}"]}`)
	args := []string{"-queries", filepath.Join(dir, "q.json"), "-policy", "script:" + filepath.Join(dir, "turns.jsonl"), "-mcp", self + " " + mcpWord}
	var outputs []string
	for _, more := range [][]string{{"-record", filepath.Join(dir, "tape")}, {"-replay", filepath.Join(dir, "tape")}} {
		out := filepath.Join(dir, "out"+more[0])
		var stdout, stderr bytes.Buffer
		if status := run(append(append(args, "-out", out), more...), &stdout, &stderr); status != 0 {
			t.Fatalf("%s: status %d, %s", more[0], status, stderr.String())
		}
		r, err := answers.ReadRaw(filepath.Join(out, "1_CoT@1.json"))
		if err != nil {
			t.Fatal(err)
		}
		if o := observations(r); !r.Win || len(o) != 2 || !strings.Contains(o[0], `rain, you said {\"city\":\"Oslo\"}`) {
			t.Errorf("%s: win %v, observations %q", more[0], r.Win, o)
		}
		outputs = append(outputs, r.Text())
	}
	if outputs[0] != outputs[1] {
		t.Error("the replay differs")
	}
	var stdout, stderr bytes.Buffer
	if status := run(append(args, "-mcp", "/nowhere/at/all", "-out", filepath.Join(dir, "none")), &stdout, &stderr); status != 1 || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("a server that cannot be started: status %d, %s", status, stderr.String())
	}
}
