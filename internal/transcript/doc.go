// Package transcript runs the transcripts in a command's testdata, which show
// the command as a user meets it, with one check that testscript lacks:
//
//	exits 2 tokenize -nonsense
//
// runs a command that must end with exit status 2.
package transcript
