package virtual

import "github.com/stepgrain/stepgrain/internal/pyliteral"

// badKeyText is how ToolBench's backend says that a key was not accepted.
const badKeyText = "There was an error processing your API key"

// badKey is the error of an answer that complains about the API key: the
// released server ends itself there. Of objects only the keys are looked at.
func (s *Server) badKey(answer any) *Error {
	d, _ := answer.(pyliteral.Dict)
	response, _ := d.Get("response")
	if found, _ := contains(response, badKeyText); found {
		return fail(APIKey, "the real backend does not accept the API key")
	}
	return nil
}

// hasText reports whether the released server can look for that text in an
// answer. It fails at numbers, booleans and null.
func hasText(answer pyliteral.Dict) bool {
	response, _ := answer.Get("response")
	_, ok := contains(response, badKeyText)
	return ok
}
