// Package golden finds the golden data: inputs and outputs of independent
// software that tests compare with.
//
// The data is not part of the repository. Tests call [Dir], which skips the
// test with a message when there is none, and list the folders that they find,
// so the same tests run on further cases of the same format.
package golden
