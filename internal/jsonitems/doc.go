// Package jsonitems goes through the entries of one large JSON object or array
// without ever holding more than one of them: files of answers, annotations and
// training data hold one entry per task and can be larger than memory.
//
// It finds where an entry ends and leaves its text to whoever knows what it is;
// so a text that is not JSON inside of an entry is that reader's to refuse.
// Numbers, escapes and words keep their spelling (NaN, 1.0, lone surrogates).
package jsonitems
