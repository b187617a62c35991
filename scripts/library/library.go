// Package library holds the scripts that ship with the product: RPCs that every organisation can call
// and read, and override by publishing one of its own under the same name.
package library

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/scripts"
)

//go:embed *.js *.params.json examples/*.js
var files embed.FS

// load reads the embedded files once: their texts are large enough to be shared.
var load = sync.OnceValue(func() []scripts.Script {
	return []scripts.Script{
		rpc("alarm", "Raises or clears an alarm of the device and tells the services in group."),
		rpc("wecom_notify", "Tells a WeCom group when an alarm is raised and when it has recovered."),
		rpc("wecom_app_notify", "Tells members of a WeCom self-built app when an alarm is raised and when it has recovered."),
		rpc("dingtalk_notify", "Tells a DingTalk group when an alarm is raised and when it has recovered."),
		rpc("dingtalk_member_notify", "Tells members in DingTalk when an alarm is raised and when it has recovered."),
		rpc("feishu_notify", "Tells a group of Feishu or Lark when an alarm is raised and when it has recovered."),
	}
})

// Scripts returns the library. The slice is the caller's own; what the scripts point to is shared.
func Scripts() []scripts.Script { return slices.Clone(load()) }

// Overheat returns the example of a trigger, for the demo and the guides. It is no part of the library:
// an organisation that wants it publishes it as its own.
func Overheat() scripts.Script {
	s := script(runtime.KindTrigger, "overheat", "examples/overheat.js")
	s.Remark = "Raises an alarm while the temperature is at server_attrs.alarm_temp or above."
	return s
}

func rpc(name, remark string) scripts.Script {
	s := script(runtime.KindRPC, name, name+".js")
	s.Library, s.Version, s.Remark = true, 1, remark
	if err := json.Unmarshal([]byte(read(name+".params.json")), &s.Params); err != nil {
		panic(fmt.Sprintf("library: params of %s: %v", name, err)) // embedded, and read by every test
	}
	return s
}

func script(kind runtime.Kind, name, path string) scripts.Script {
	source := read(path)
	return scripts.Script{
		Kind: kind, Name: name, Source: source, Compiled: source, Language: scripts.JavaScript,
		Params: []scripts.Param{}, Tags: []string{},
	}
}

func read(path string) string {
	text, err := files.ReadFile(path)
	if err != nil {
		panic(fmt.Sprintf("library: %v", err))
	}
	return string(text)
}
