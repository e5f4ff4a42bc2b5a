// Load measures how many cached calls per second a virtual API server answers,
// ours or the released one.
//
//	load -make DIR              writes DIR/cache and DIR/requests.jsonl
//	load -url URL -requests FILE [-clients 256] [-seconds 30]
//
// Every client sends one request after the other over its own connection. An
// answer counts as an error unless its status is 200 and it is the one stored.
// The result is one JSON object; the exit status is 1 when there was an error.
package main
