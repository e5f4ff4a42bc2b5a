// Package jinja renders Jinja2 templates the way chat templates need it: with
// the settings, filters and functions that Hugging Face transformers gives them
// (trim_blocks, lstrip_blocks, tojson, raise_exception, strftime_now, loop
// controls, an immutable sandbox).
//
// A chat template arrives with a checkpoint, so it is foreign code. It sees the
// values it is given and nothing else: no files, no includes, no Go methods, and
// a budget of steps and output ends what would run forever.
//
// Values are those of package pyliteral, which keep the order of keys and print
// as Python prints them; besides there are undefined values, namespaces, macros
// and functions.
//
// # The way in
//
// [Parse] compiles a template, [Template.Render] runs it. The source reads in the
// order of the work: lex.go cuts the text, parse.go and expr.go compile
// statements and expressions into closures, ops.go, attr.go, filters.go and
// tests.go say what these do.
package jinja
