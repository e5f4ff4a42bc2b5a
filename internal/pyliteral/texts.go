package pyliteral

// Texts are the items of a list of strings; ok is false for any other value.
func Texts(v any) (texts []string, ok bool) {
	list, ok := v.(List)
	texts = make([]string, len(list))
	for i, x := range list {
		s, isText := x.(string)
		texts[i], ok = s, ok && isText
	}
	return texts, ok
}
