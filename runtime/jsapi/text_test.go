package jsapi

import "testing"

func TestTextVectors(t *testing.T) {
	runVectors(t, "text", nil)
}
