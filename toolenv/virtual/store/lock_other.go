//go:build !unix

package store

import "os"

// tryLock does nothing where folders cannot be locked: one process may write.
func tryLock(*os.File) (bool, error) { return true, nil }
