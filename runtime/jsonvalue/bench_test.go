package jsonvalue

import "testing"

// What an RPC returns, and the parameters that it was given.
const typical = `[{"type":"axios","dnMsg":{"method":"POST","url":"https://example.org/send?key=0000","headers":{"Content-Type":"application/json"},` +
	`"data":{"msgtype":"markdown","markdown":{"content":"### Alarm raised\n> **Too hot**\n> Level: <font color=\"warning\">HIGH</font>\n> Device: Cold room 2"}},"timeout":5000}},` +
	`{"name":"overheat","action":"new","title":"Too hot","level":"high","desc":"42.5 °C; the limit is 30 °C","n":1}]`

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse([]byte(typical)); err != nil {
			b.Fatal(err)
		}
	}
}
