package toolbench_test

import (
	"context"
	"fmt"

	"github.com/stepgrain/stepgrain/toolenv/service"
	"github.com/stepgrain/stepgrain/toolenv/toolbench"
)

// A task of a query file, with a service that knows one answer.
func Example() {
	queries, err := toolbench.LoadQueries("testdata/queries.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	folder, err := toolbench.OpenFolder("testdata/tools")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer folder.Close()
	var options toolbench.Options
	task := toolbench.NewTask(&queries[0], folder, options)
	fmt.Println(task.Names)
	env := toolbench.NewEnv(task, service.Func(func(_ context.Context, r service.Request) (service.Reply, error) {
		fmt.Println("asked:", r.Category, r.Tool, r.API)
		return service.Reply{Status: 200, ContentType: "application/json", Body: []byte(`{"error":"","response":{"value":90.7}}`)}, nil
	}), options)
	for _, call := range [][2]string{
		{"convert_a_unit_for_unit_measurement_conversion", `{"type": "weight", "fromunit": "pound", "tounit": "kilogram"}`},
		{"weather", `{}`},
		{"Finish", `{"return_type": "give_answer", "final_answer": "90.7 kg"}`},
	} {
		r := env.Step(context.Background(), "0", call[0], call[1])
		fmt.Printf("%d %s (%s)\n", r.Code, r.Observation, r.SchemaError)
	}
	// Output:
	// [convert_a_unit_for_unit_measurement_conversion get_a_list_of_all_units_for_unit_measurement_conversion Finish]
	// asked: Tools unit_measurement_conversion convert_a_unit
	// 0 {"error": "", "response": {"value": 90.7}} (missing argument 'fromvalue')
	// 1 {"error": "No such function name: weather", "response": ""} ()
	// 3 {"response":"successfully giving the final answer."} ()
}

func ExampleRelevance() {
	s := toolbench.Relevance()["26661"]
	fmt.Println(s.Subset, s.Relevant)
	// Output: G1_category [get_players_for_api_video get_live_streams_for_api_video]
}
