// Package rundir keeps the files of a training run so that the run can be
// killed at any moment and go on as if nothing had happened.
//
// Three kinds of files live in a run directory:
//
//   - Files that are complete or absent, as config.json: [Dir.WriteFile] writes
//     under another name, syncs, and renames.
//   - Files that grow, as metrics.jsonl: a [Log] counts its bytes. A checkpoint
//     records the counts; a resumed run first cuts the files back to them, so that
//     what was written after the checkpoint is written again, once.
//   - Checkpoints: folders, complete or absent like the first kind.
//     [Dir.Commit] makes one and keeps the two latest.
//
// The order of writing leaves no moment in which a kill is fatal: the
// configuration comes first ([Create]), then the first checkpoint, then the logs.
//
// A run directory belongs to one process at a time; a lock on it ends with the
// process, however that ends.
package rundir
