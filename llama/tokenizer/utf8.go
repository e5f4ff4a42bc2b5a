package tokenizer

// The standard library replaces every invalid byte, or a whole run of them, by
// one U+FFFD. Decoders of tokens follow the Unicode standard (section 3.9,
// "substitution of maximal subparts"): one per maximal prefix of a character,
// so that E2 82 41 gives "�A" and E2 28 gives "�(".

// sequence returns how many bytes of b belong together: a character (ok), or
// the maximal part of one (not ok). cut reports a part that only the end of b ended.
func sequence(b []byte) (n int, ok, cut bool) {
	lead := b[0]
	want, lo, hi := 0, byte(0x80), byte(0xBF)
	switch {
	case lead < 0x80:
		return 1, true, false
	case lead >= 0xC2 && lead <= 0xDF:
		want = 2
	case lead >= 0xE0 && lead <= 0xEF:
		want = 3
		if lead == 0xE0 {
			lo = 0xA0 // no overlong forms
		} else if lead == 0xED {
			hi = 0x9F // no surrogates
		}
	case lead >= 0xF0 && lead <= 0xF4:
		want = 4
		if lead == 0xF0 {
			lo = 0x90
		} else if lead == 0xF4 {
			hi = 0x8F // nothing beyond U+10FFFF
		}
	default:
		return 1, false, false
	}
	for n = 1; n < want; n++ {
		if n == len(b) {
			return n, false, true
		}
		if b[n] < lo || b[n] > hi {
			return n, false, false
		}
		lo, hi = 0x80, 0xBF
	}
	return n, true, false
}

// appendValid appends b with every maximal invalid part replaced by U+FFFD.
func appendValid(dst, b []byte) []byte {
	for len(b) > 0 {
		n, ok, _ := sequence(b)
		if ok {
			dst = append(dst, b[:n]...)
		} else {
			dst = append(dst, "\uFFFD"...)
		}
		b = b[n:]
	}
	return dst
}

// incompleteTail returns how many bytes at the end of b begin a character that
// may still be completed.
func incompleteTail(b []byte) int {
	for k := 1; k <= 3 && k <= len(b); k++ {
		tail := b[len(b)-k:]
		if tail[0]&0xC0 == 0x80 {
			continue
		}
		if n, _, cut := sequence(tail); cut && n == k {
			return k
		}
		return 0
	}
	return 0
}
