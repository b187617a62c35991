// Command wecom stands in for a WeCom group while somebody tries Tripline out: it takes messages as the
// group's bot address does and prints what the group would show.
//
//	go run ./testdata/wecom
//	TRIPLINE_EGRESS_REWRITE=https://qyapi.weixin.qq.com=http://127.0.0.1:9090 bin/tripline serve
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9090", "where to listen")
	flag.Parse()
	http.HandleFunc("POST /cgi-bin/webhook/send", send)
	server := &http.Server{Addr: *addr, ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("A stand-in for a WeCom group listens on http://%s\n", *addr)
	if err := server.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// send answers as WeCom does: HTTP 200 in any case, and in the body whether it took the message.
func send(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Text     struct{ Content string }
		Markdown struct{ Content string }
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	err := json.NewDecoder(r.Body).Decode(&message)
	content := message.Text.Content + message.Markdown.Content
	if err != nil || content == "" {
		_, _ = io.WriteString(w, `{"errcode":40008,"errmsg":"invalid message type"}`)
		return
	}
	fmt.Printf("\n%s\n", content)
	_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
}
