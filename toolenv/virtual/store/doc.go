// Package store keeps what tools answered: the cache of a virtual API server.
//
// An API is named by its category, its tool (with the category behind it,
// "imdb_for_Movies") and its own name: a [Name]. Under a name lie entries in the
// order in which they came. The key of an entry is what Python's str gives for
// the arguments of the call, such as
//
//	{'q': 'Ennio', 'n': 3}
//
// so the cache that StableToolBench published is found by its own keys. The value
// is the object that was answered, with "is_fake" where a simulator invented it.
//
// There are two kinds of [Store]. [OpenDir] reads and writes StableToolBench's
// folders, one JSON file an API: good to look at and to share with its server.
// [OpenFile] keeps everything in one bbolt file: good for a million entries.
// [Copy] goes from one to the other.
//
// An entry whose Put has returned survives the end of the process, however it
// ends. Stores are safe for concurrent use; a folder may also be written by
// several processes of this package at once, a file by one.
package store
