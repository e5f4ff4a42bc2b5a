// Package pyliteral reads and writes values the way Python does: literals such
// as ['it\'s', 1.0, None] (StepTool's CSV cells), repr and str (prompts and
// cache keys of ToolBench), and the JSON of json.dumps (chat templates).
//
// [Parse] reads a literal, [FromJSON] a JSON text ([ParseJSON] with options); both
// keep the order of keys. [StreamList] and [StreamDict] read a large list or
// object one element at a time.
// [Repr], [Str] and [Dumps] write. Nothing is ever evaluated.
//
// Values are nil, bool, int64, *big.Int, float64, string, List, Tuple and Dict.
// A Python string may hold half of a surrogate pair, which UTF-8 cannot: it is
// kept as the three bytes that UTF-8 would give it (WTF-8), so that it is written
// as it was read.
package pyliteral
