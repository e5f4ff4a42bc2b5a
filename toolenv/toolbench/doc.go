// Package toolbench holds the tasks of ToolBench and StableToolBench (Qin et
// al. 2023, Guo et al. 2024) and the environment in which they are solved.
//
// A [Query] is a user's request with the APIs that may help, as the files of
// solvable_queries give it ([LoadQueries]). A [Folder] holds the descriptions of
// the tools (tools/<Category>/<tool>.json). [NewTask] makes of both what a model
// is shown: function schemas, Finish at the end, and the system and user texts.
// [NewEnv] answers its calls: it judges Finish, finds the function, asks a
// service.Service and turns the reply into an observation with one of
// ToolBench's codes.
//
// The released inference has defects that decide which calls succeed. They are
// corrected by default; [Options].Released brings them back, byte for byte:
//
//   - parameters: without a required one the optional ones are lost, and both
//     lists of names begin with ""
//   - tools: what a query can be served with, and how its tools are described, is
//     looked up by the tool's name alone, whatever its category
//   - names: a call reaches the first function whose name ends with it, so that
//     "" calls the first of all; ours is exact, else a unique ending
//   - replies: text without a charset is read as Latin-1, a byte order mark under
//     application/json is an error; a reply that is no object with "error", or a
//     refused connection, ends the program (here: [Result].Crash)
//   - Finish: arguments that are JSON but no object end the program
//   - waiting: 2 s before every call, and no limit to how long a reply may take
package toolbench
