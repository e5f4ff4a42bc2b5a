package main

import "strings"

// ownF32 is the case that a case in bfloat16 is compared with.
func ownF32(name string) string { return strings.Replace(name, "/bf16", "/f32", 1) }

// plainAttention is the same for attention, where only bfloat16 is named.
func plainAttention(name string) string { return strings.Replace(name, "/bf16", "", 1) }
