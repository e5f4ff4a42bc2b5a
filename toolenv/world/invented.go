package world

// Invented reports whether any name in a demonstration's task is made up for it.
func Invented(d *Demonstration) bool { return d.Env.invented }
