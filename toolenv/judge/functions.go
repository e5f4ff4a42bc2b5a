package judge

import (
	_ "embed"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The prompts; where they come from is in prompts/NOTICE.md.
var (
	//go:embed prompts/check_answer_status.txt
	checkPrompt string
	//go:embed prompts/parse_answer_status.txt
	parsePrompt string
	//go:embed prompts/select_better_answer.txt
	betterPrompt string
	//go:embed prompts/evaluate_process_reward.txt
	processPrompt string
	//go:embed prompts/check_task_solvable.txt
	solvablePrompt string
)

// function is a question: a prompt with places to fill in, and the function whose
// call is the answer.
type function struct {
	name, prompt string
	places       []string
	schema       pyliteral.Dict
}

// fill puts values into the places of the prompt, all at once: what stands in a
// value is never a place.
func (f *function) fill(values []string) string {
	var pairs []string
	for i, p := range f.places {
		pairs = append(pairs, "{"+p+"}", values[i])
	}
	return strings.NewReplacer(pairs...).Replace(f.prompt)
}

// item, object and words shorten the schemas below.
func item(key string, v any) pyliteral.Item { return pyliteral.Item{Key: key, Value: v} }

func words(list ...string) pyliteral.List {
	var out pyliteral.List
	for _, w := range list {
		out = append(out, w)
	}
	return out
}

func newFunction(name, description, prompt string, places []string, required pyliteral.List, properties ...pyliteral.Item) *function {
	return &function{name, prompt, places, pyliteral.Dict{
		item("name", name),
		item("description", description),
		item("parameters", pyliteral.Dict{
			item("type", "object"), item("properties", pyliteral.Dict(properties)), item("required", required),
		}),
	}}
}

func enum(values ...string) pyliteral.Dict {
	return pyliteral.Dict{item("type", "string"), item("enum", words(values...))}
}

func scoreList(description, each string) pyliteral.Dict {
	return pyliteral.Dict{
		item("type", "array"), item("description", description),
		item("items", pyliteral.Dict{item("type", "number"), item("description", each)}),
	}
}

const statusDescription = "Parse the json answer with layerd nodes and return the answer_status about the answer"

var (
	checkStatus = newFunction("check_answer_status", statusDescription, checkPrompt, []string{"query", "answer"},
		words("answer_status"), item("answer_status", enum("Unsure", "Unsolved", "Solved")))
	parseStatus = newFunction("parse_answer_status", statusDescription, parsePrompt, []string{"query", "answer"},
		words("answer_status"), item("answer_status", enum("Unsure", "Unsolved", "Solved")))
	selectBetter = newFunction("select_better_answer",
		"Select the better answer with a comprehensive investigation on given aspects. You should ignore the impact of the order of candidate answers.",
		betterPrompt, []string{"query", "answer_0", "answer_1"}, words("index"),
		item("index", pyliteral.Dict{item("type", "number"), item("description", "The `index` value in the selected better answer.")}))
	processReward = newFunction("evaluate_process_reward",
		"Evaluate the entire task-solving process, including tool calls, the contribution of each intermediate step to the final answer, and the status of the final answer.",
		processPrompt, []string{"query", "steps", "answer"},
		words("succeed_tool_calling", "contribution_to_final_answer", "final_answer_status"),
		item("succeed_tool_calling", scoreList(
			"Provide a binary score (0 or 1) indicating whether **each intermediate step** successfully called the tool.",
			"0 for unsuccessful tool calls, 1 for successful tool calls")),
		item("contribution_to_final_answer", scoreList(
			"Provide a score (0 to 5) to assess how much **each intermediate step** contributed to the final answer.",
			"0 indicates no contribution, and 5 indicates maximum contribution.")),
		item("final_answer_status", append(enum("Unsure", "Unsolved", "Solved"),
			item("description", "Indicate the status of the final answer. Choose from: 'Unsure', 'Unsolved', or 'Solved'."))))
	taskSolvable = newFunction("check_task_solvable", "Say whether a request can be fulfilled with the given tools.",
		solvablePrompt, []string{"query", "tools"}, words("task_status", "reason"),
		item("task_status", enum("Unsure", "Unsolvable", "Solvable")),
		item("reason", pyliteral.Dict{item("type", "string"), item("description", "Why, in one or two sentences.")}))
)
