package jsapi

import "testing"

func TestURLVectors(t *testing.T) {
	runVectors(t, "url", nil)
}
