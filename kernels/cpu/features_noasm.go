//go:build !amd64 || purego

package cpu

func available() []level { return []level{levelGeneric} }

func standard() level { return levelGeneric }
