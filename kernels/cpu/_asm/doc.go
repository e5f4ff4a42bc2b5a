// Command asm writes the assembly of package cpu that repeats one pattern many
// times: the micro-kernels of matrix products, one for each number of rows.
//
//	go run . ..
//
// It is a module of its own, so that its assembler library (avo) is no
// dependency of Stepgrain. TestGeneratedAssembly of package cpu runs it and
// compares.
package main
