package store

// Options limit a store.
type Options struct {
	// MaxKeys is how many keys one API may have; 0 means 10 000. What is stored
	// already is kept and served, however much it is.
	MaxKeys int
	// MaxFile is the size in bytes up to which a file of an API is read; 0 means
	// 64 MiB. Larger ones are an error, and never written. Only for folders.
	MaxFile int64
	// Memory is how many bytes the files that are kept parsed may take, about;
	// 0 means 256 MiB. Only for folders.
	Memory int64
	// Released: a file that is no JSON object is treated as empty, and so lost
	// with the next Put, as in the released server. Else it is first renamed to
	// *.json.damaged. Only for folders.
	Released bool
}

func (o Options) withDefaults() Options {
	if o.MaxKeys == 0 {
		o.MaxKeys = 10_000
	}
	if o.MaxFile == 0 {
		o.MaxFile = 64 << 20
	}
	if o.Memory == 0 {
		o.Memory = 256 << 20
	}
	return o
}
