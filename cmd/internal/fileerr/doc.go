// Package fileerr words the errors of package os for people: the path and what is
// wrong with it, without the system call, which does not help whoever reads it.
package fileerr
