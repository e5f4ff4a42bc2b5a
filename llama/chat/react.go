package chat

import (
	"strconv"
	"strings"

	"github.com/stepgrain/stepgrain/internal/pyliteral"
)

// The system text of ToolBench's inference (Qin et al. 2023; Apache-2.0), with
// its own spelling: models were trained on these bytes.
const (
	reactIntro = `You are AutoGPT, you can use many tools(functions) to do the following task.
First I will give you the task description, and your task start.
At each step, you need to give your thought to analyze the status now and what to do next, with a function call to actually excute your step.
After the call, you will get the call result, and you are now in a new state.
Then you will analyze your status now, then decide what to do next...
After many (Thought-call) pairs, you finally perform the task, then you can give your finial answer.
Remember: 
1.the state change is irreversible, you can't go back to one of the former state, if you want to restart the task, say "I give up and restart".
2.All the thought is short, at most in 5 sentence.
3.You can do more then one trys, so if your plan is to continusly try some conditions, you can do one of the conditions per try.
Let's Begin!
Task description: `
	reactTask = `You should use functions to help handle the real time user querys. Remember:
1.ALWAYS call "Finish" function at the end of the task. And the final answer should contain enough information to show to the user,If you can't handle the task, or you find that function calls always fail(the function is not valid now), use function Finish->give_up_and_restart.
2.Do not use origin tool names, use only subfunctions' names.
You have access of the following tools:
`
	// what the clients insert where functions are offered
	reactBefore = "with a function call to actually excute your step."
	reactFormat = reactBefore + " Your output should follow this format:\nThought:\nAction\nAction Input:\n"
	reactAPIs   = "\nSpecifically, you have access to the following APIs: "
)

// ReActSystem is the system text of ToolBench's inference for models that
// complete text: the task, one line per tool (name and description), the answer
// format, and the functions as Python prints their list.
func ReActSystem(tools []ToolLine, functions string) string {
	return WithFunctions(ToolBenchSystem(tools), functions)
}

// ToolBenchSystem is the system text as ToolBench's conversations begin with it:
// the task and one line per tool.
func ToolBenchSystem(tools []ToolLine) string {
	var b strings.Builder
	b.WriteString(reactIntro)
	b.WriteString(reactTask)
	for i, t := range tools {
		b.WriteString(strconv.Itoa(i+1) + "." + t.Name + ": " + t.description() + "\n")
	}
	return b.String()
}

// WithFunctions writes the answer format and the functions, as Python prints their
// list, into a system text of ToolBench.
func WithFunctions(system, functions string) string {
	return strings.ReplaceAll(system, reactBefore, reactFormat) + reactAPIs + functions
}

// ToolLine is a tool as the system text lists it.
type ToolLine struct{ Name, Description string }

// description is cut to 512 characters, then freed of newlines and outer space.
func (t ToolLine) description() string {
	d := pyliteral.Strip(strings.ReplaceAll(pyliteral.First(t.Description, 512), "\n", ""))
	if d == "" {
		return "None"
	}
	return d
}
