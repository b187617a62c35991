package jsapi

import "testing"

func TestBufferVectors(t *testing.T) {
	runVectors(t, "buffer", map[string]string{
		"Buffer.concat([Buffer.alloc(1), null])": `throws TypeError ERR_INVALID_ARG_TYPE: The "list[1]" argument must be an instance of Buffer or Uint8Array. Received null`,
	})
}
