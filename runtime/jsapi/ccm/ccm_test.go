package ccm

import (
	"bytes"
	"crypto/aes"
	"crypto/des"
	"encoding/hex"
	"strings"
	"testing"
)

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// counting returns n bytes 00 01 02 … from first on.
func counting(first, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(first + i)
	}
	return hex.EncodeToString(b)
}

var vectors = []struct{ name, key, nonce, aad, plain, sealed string }{
	{"RFC 3610 packet vector 1", counting(0xC0, 16), "00000003020100A0A1A2A3A4A5", counting(0, 8), counting(8, 23),
		"588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384 17E8D12CFDF926E0"},
	{"RFC 3610 packet vector 2", counting(0xC0, 16), "00000004030201A0A1A2A3A4A5", counting(0, 8), counting(8, 24),
		"72C91A36E135F8CF291CA894085C87E3CC15C439C9E43A3B A091D56E10400916"},
	{"RFC 3610 packet vector 7", counting(0xC0, 16), "00000009080706A0A1A2A3A4A5", counting(0, 8), counting(8, 23),
		"0135D1B2C95F41D5D1D4FEC185D166B8094E999DFED96C 048C56602C97ACBB7490"},
	{"SP 800-38C example 1", counting(0x40, 16), counting(0x10, 7), counting(0, 8), counting(0x20, 4), "7162015B 4DAC255D"},
	{"SP 800-38C example 2", counting(0x40, 16), counting(0x10, 8), counting(0, 16), counting(0x20, 16),
		"D2A1F0E051EA5F62081A7792073D593D 1FC64FBFACCD"},
	{"SP 800-38C example 3", counting(0x40, 16), counting(0x10, 12), counting(0, 20), counting(0x20, 24),
		"E3B201A9F5B71A7A9B1CEAECCD97E70B6176AAD9A4428AA5 484392FBC1B09951"},
	{"SP 800-38C example 4, additional data beyond 65280 bytes", counting(0x40, 16), counting(0x10, 13), strings.Repeat(counting(0, 256), 256),
		counting(0x20, 32), "69915DAD1E84C6376A68C2967E4DAB615AE0FD1FAEC44CC484828529463CCF72 B4AC6BEC93E8598E7F0DADBCEA5B"},
}

func TestPublishedVectors(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			plain, sealed, nonce, aad := bytesOf(t, v.plain), bytesOf(t, v.sealed), bytesOf(t, v.nonce), bytesOf(t, v.aad)
			block, err := aes.NewCipher(bytesOf(t, v.key))
			if err != nil {
				t.Fatal(err)
			}
			aead, err := New(block, len(nonce), len(sealed)-len(plain))
			if err != nil {
				t.Fatal(err)
			}
			if got := aead.Seal([]byte("kept"), nonce, plain, aad); !bytes.Equal(got, append([]byte("kept"), sealed...)) {
				t.Errorf("sealed %x, want %x", got[4:], sealed)
			}
			if got, err := aead.Open(nil, nonce, sealed, aad); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("opened %x, %v, want %x", got, err, plain)
			}
			for i := range sealed {
				sealed[i] ^= 1
				if _, err := aead.Open(nil, nonce, sealed, aad); err == nil {
					t.Fatalf("opened with byte %d changed", i)
				}
				sealed[i] ^= 1
			}
			if _, err := aead.Open(nil, nonce, sealed, append(aad, 0)); err == nil {
				t.Error("opened with other additional data")
			}
			if _, err := aead.Open(nil, nonce, sealed[:aead.Overhead()-1], nil); err == nil {
				t.Error("opened less than a tag")
			}
		})
	}
}

func TestRefusedSizes(t *testing.T) {
	block, _ := aes.NewCipher(make([]byte, 16))
	for _, sizes := range [][2]int{{6, 8}, {14, 8}, {12, 2}, {12, 5}, {12, 18}} {
		if _, err := New(block, sizes[0], sizes[1]); err == nil {
			t.Errorf("accepted a nonce of %d and a tag of %d", sizes[0], sizes[1])
		}
	}
	narrow, _ := des.NewCipher(make([]byte, 8))
	if _, err := New(narrow, 12, 8); err == nil {
		t.Error("accepted a cipher with blocks of 8 bytes")
	}
	if got := [2]int{MaxLength(13), MaxLength(12)}; got != [2]int{1<<16 - 1, 1<<24 - 1} {
		t.Errorf("MaxLength %v", got)
	}
}
