package jsapi

// textDecoderState decodes bytes that come in pieces: it holds back what the next piece completes.
type textDecoderState struct {
	enc  textEncoding
	held []byte
}

// whole returns what can be decoded now of what was held back and b. At the last piece that is all.
func (s *textDecoderState) whole(b []byte, last bool) []byte {
	all := append(s.held, b...)
	s.held = nil
	if last {
		return all
	}
	n := len(all) - s.enc.incomplete(all)
	s.held = append([]byte(nil), all[n:]...)
	return all[:n]
}

// incomplete returns how many bytes at the end of b need more to be decoded.
func (enc textEncoding) incomplete(b []byte) int {
	switch enc {
	case encodingBase64, encodingBase64URL:
		return len(b) % 3
	case encodingUTF16LE:
		rest := len(b) % 2
		if n := len(b) - rest; n >= 2 && b[n-1]&0xFC == 0xD8 {
			rest += 2 // the first half of a surrogate pair
		}
		return rest
	case encodingUTF8:
		for back := 1; back <= 3 && back <= len(b); back++ {
			if tail := b[len(b)-back:]; tail[0]&0xC0 == 0xC0 {
				if _, more := illFormedPrefix(tail); more {
					return back
				}
				return 0
			}
		}
	}
	return 0
}
