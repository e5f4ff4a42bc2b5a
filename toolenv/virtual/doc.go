// Package virtual is StableToolBench's virtual API server, and a client of it:
// POST /virtual answers a call of an API from what is stored, from a real backend,
// or from a language model that plays the API. The programs that were written for
// the released server talk to this one, and the other way round.
//
// # Words
//
// A request names a category, a tool and an API and brings arguments, as text or
// as an object. The stored answers (the cache) lie in a store.Store, under the
// Python notation of the arguments. The real backend is a ToolBench server, or
// anything that answers such a request. The simulator is a model behind an
// OpenAI-compatible endpoint; it is shown the document of the tool and a few
// stored answers. What a simulator invented is stored with "is_fake": true.
//
// # The way in
//
// [NewServer] returns the [Server], an http.Handler that is a service.Service
// too; [NewClient] the client. [Serve] puts any service.Service behind the same
// address, such as the embedded world. Read Server.answer first: it is the
// algorithm on one screen.
//
// # Answers
//
// An answer is {"error": "…", "response": …} with status 200. Where there is none,
// the status is another one and error begins with a [Code]; the table of
// codes is in code.go. A request never ends the process.
//
// # Released behaviour
//
// The released server has defects that decide what is asked and stored. They are
// corrected by default; [Options].Released brings them back, to the byte of
// requests, answers and stored files:
//
//   - a stored answer of the simulator is invented anew, every time
//   - answers with words such as "parse" or "connection" anywhere are thrown away
//   - documents are not found for APIs named from, class, return, false, true, id
//     and and; a tool with "_for_" in its name has the document of another one
//   - real answers that are null, numbers or booleans are stored and then fail
//   - answers whose text speaks of a bad API key are stored and end the server
//     (here: [APIKey])
//   - a simulation that failed is stored; one that is a list or a text is answered
//   - files of the cache that do not parse are overwritten; where one cannot be read
//     or written, that is no error
//
// In both modes names that are no element of a path are refused, and requests,
// answers, depth and the number of stored keys are bounded.
package virtual
