// Package service makes the embedded world a service.Service: its tools answer
// the calls of a ToolBench environment or of a tool server's clients, as they
// answer in the world's own episodes.
//
// A request names an API by category, tool and API, standardised or not, with or
// without the endings (_for_{tool}, _for_{category}) that tool servers add. The
// answer is always HTTP's 200 with {"error": …, "response": …}; the world's faulty
// APIs are part of it: deprecated, outdated, empty and misleading ones are so for
// everybody.
//
// Flaky APIs fail depending on the task, the call and how often it was made:
//
//   - With the id of one of the world's tasks in Request.Task, exactly as in that
//     task's episode. Repeats are counted along the branch (service.Occurrences);
//     Begin starts a task over.
//   - With another id, from one seed for all, counted in the same way.
//   - Without a task, as over a wire, every call counts as a first one: the answer
//     is a function of the request alone, whoever else asks. A flaky call that
//     failed then fails again with the same arguments, and a server that caches
//     answers changes nothing.
//
// Only records of the evaluation sets are found, unless the task is one of
// training or Options.Training says so.
package service
