// Package record keeps every tool call of a run in files, and plays a run again
// from them: without network, to the same trajectories.
//
// # What a call is known by
//
// By its task, its branch in the search, a hash of what was asked (function,
// category, tool, API and input), and how often the same was asked before on that
// branch and on those it grew out of (service.Occurrences). Never by time or
// order, so that a run with eight threads replays with one; and by the occurrence,
// because the same request may be answered differently the second time.
//
// # What is kept
//
// The answer as it came: status, content type and bytes, valid text or not; or
// the fault, so that a timeout replays as a timeout, at once. Keys are never kept:
// wherever the key of a request occurs in what would be written (a server may
// repeat it), it is replaced by [key], and the caller of a Recorder sees what a
// replay will see.
//
// # Files
//
// One per task, JSON lines, named after the task's id:
//
//	{"format":"stepgrain tool calls 1","task":"588"}
//	{"branch":"0.1","occurrence":1,"function":"search_for_imdb",…,"input":"{}","sha256":"…","status":200,"content_type":"application/json","body":"…"}
//	{"branch":"0.2","occurrence":1,…,"fault":"timeout","error":"…"}
//
// A field that is not valid UTF-8 stands in the object "base64" instead. An id
// that is no plain file name (letters, digits, "-", "_", ".", at most 100 of them)
// becomes "~", what of it is plain, and a hash.
//
// Each call is appended and synced to the disk when it ends. A process that dies
// leaves at most one unfinished last line, which readers skip and report. Close
// writes every file of the run anew, sorted by branch and free of calls that a
// later play of the same task replaced, so that its bytes do not depend on the
// number of threads.
//
// # The way in
//
// [New] around the service that does the work, [Open] to replay.
package record
