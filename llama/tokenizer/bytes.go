package tokenizer

// Byte-level BPE works on bytes, but its files are text. GPT-2 (Radford et
// al. 2019) gave each byte a printable character: printable Latin-1 bytes stand
// for themselves, the other 68 take the characters from U+0100 on, in order. A
// space is written Ġ, a newline Ċ. Files, merges and vocabulary use these
// characters; everything else in this package uses the bytes.

var (
	byteToRune [256]rune
	runeToByte = map[rune]byte{}
	// byteOrder lists the bytes by the character that stands for them: the
	// order in which a trained vocabulary numbers them.
	byteOrder []byte
)

func init() {
	extra := rune(0x100)
	for b := range 256 {
		r := rune(b)
		if !(b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE) {
			r = extra
			extra++
		}
		byteToRune[b] = r
		runeToByte[r] = byte(b)
	}
	for r := rune(0); r < extra; r++ {
		if b, ok := runeToByte[r]; ok {
			byteOrder = append(byteOrder, b)
		}
	}
}

// toRunes writes raw bytes in the alphabet of the files.
func toRunes(raw string) string {
	out := make([]rune, len(raw))
	for i := range len(raw) {
		out[i] = byteToRune[raw[i]]
	}
	return string(out)
}

// toBytes reads a token of a file back into bytes. A token with a character
// outside of the alphabet stands for its own UTF-8 text, as in the Hugging
// Face decoder.
func toBytes(text string) (raw string, inAlphabet bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := runeToByte[r]
		if !ok {
			return text, false
		}
		out = append(out, b)
	}
	return string(out), true
}
