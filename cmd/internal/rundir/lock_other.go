//go:build !unix

package rundir

func (d *Dir) acquire() error { return nil }
