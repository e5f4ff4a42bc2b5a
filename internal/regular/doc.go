// Package regular opens files of tensors: regular ones, for a directory or a
// pipe has no size to check a header against.
package regular
