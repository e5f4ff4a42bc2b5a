// Package endpoint is a client of OpenAI-compatible servers: /v1/completions,
// /v1/chat/completions and /v1/embeddings. Policies, judges, tool simulators and
// retrievers that live behind such a server are reached through it.
//
// # The way in
//
// [New] makes a [Client] from [Options]; [Client.Chat], [Client.Complete] and
// [Client.Embed] ask it. A request holds the fields that the caller set and no
// others, in Python's notation of JSON; values are those of internal/pyliteral,
// so that numbers keep their form (1 is not 1.0) and objects their order.
//
// # Limits
//
// A server is not trusted. Requests go to the configured hosts only, redirects
// included, and past the proxies of the environment unless those are asked for.
// Every request has a deadline, and so has a call with all its repetitions.
// Answers are read up to a size, nested up to a depth, and have to be UTF-8.
// What goes wrong is an [*Error] with a [Kind], and is counted ([Client.Stats]).
// Keys stand in no error and in no printed value.
//
// # Repetitions
//
// Failures that may pass are repeated with exponential back-off. The waits are a
// function of the seed, the request and the attempt, not of time or of what
// other goroutines do; Retry-After is honoured up to a bound. Policy
// [OpenAIPython] repeats as version 1.42 of OpenAI's Python client does, for
// replaying what was recorded with it.
//
// [Guard] is the part that keeps the limits, for clients of other protocols.
package endpoint
