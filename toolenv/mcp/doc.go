// Package mcp makes the tools of servers of the Model Context Protocol tools of a
// task: [Connect] starts or reaches a server and asks what it offers, [Group.Task]
// puts that on offer, and the Server answers the calls as a service.Service.
//
// # Names
//
// A server is a tool in ToolBench's words, and what it calls a tool is an API:
// its tool "get-forecast" is the function get_forecast_for_weather of the server
// Weather. Names that become equal so get a number at the end. The function's
// description and parameters are the server's own, nested schemas included; keys
// of a schema are sorted, for the protocol's library does not keep their order.
//
// # Answers
//
// The text parts of an answer, joined by newlines, are the response of
// {"error": "", "response": "…"}, as a tool server would send it. Other parts are
// described in brackets: [image/png, 1204 bytes]. An answer with only structured
// content is that JSON. Where the server says isError, or answers with an error of
// the protocol, its text is the error and the response is empty. Input that is no
// JSON object is refused here. Whatever a server writes is data: it stands in a
// JSON string, and what a model's prompt makes of it is the business of the
// policies.
//
// # Limits and faults
//
// A call has a deadline (Timeout) and its text a largest size (TooLarge); so has
// every message of the server, and the number of messages that no answer is
// among, so that it cannot fill the memory; one that does not read cannot hold
// up a call either. A server that ends in the middle of a call makes this call
// fail (Refused); the next one starts it again, a few times. A server that runs
// here gets only the environment variables named in Options and a handful that
// programs need to start, and its process group ends with it. One that is asked
// over HTTP is reached at its own host, or at those allowed; redirects to others
// are refused (Redirect).
package mcp
