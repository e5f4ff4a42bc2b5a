// Package config is the one place where a training run's settings are defined:
// their names, defaults, ranges, meaning, and under which other settings they
// have an effect.
//
// [Config] is a tree of plain structs. A setting's key is its path through the
// JSON tags, joined by dots: Config.PPO.ClipHigh is "ppo.clip_high". The other
// tags of a field are its documentation and its checks:
//
//	doc   what it does, in the words of the help text
//	in    the interval of a number: "[0,1]", "(0,∞)"
//	oneof the words a string may be: "graph|steptool|file|final"
//	when  the settings under which it is read: "ppo.kl_controller=adaptive",
//	      several separated by commas, alternatives by " or "; on a struct it
//	      holds for all fields below. A setting that is not read meets none of
//	      them
//	mark  "recorded": written by the program, never by hand
//
// [Load] builds a Config in layers: the defaults (which depend on -quick and
// -data), a file, then flags and -set. A key that does not exist, a value out of
// range, and a key given by hand that nothing reads are errors in one line
// that say what would be right. A file that a run wrote names every key and is
// taken as it is.
package config
