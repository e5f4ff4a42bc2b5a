// Package clip shortens strings of files for messages, which stay on one
// readable line whatever a file holds.
package clip
