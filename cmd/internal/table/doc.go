// Package table prints tables for people and for programs: aligned text,
// Markdown and CSV, all of the same cells.
//
// The way in is [Table.Write]. [Formats] names what -format of a command may be;
// json is among them, since every such command has it, but its fields are the
// command's own.
package table
