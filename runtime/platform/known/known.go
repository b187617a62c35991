// Package known lists the chat platforms that Tripline knows.
package known

import (
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/dingtalk"
	"github.com/tripline/tripline/runtime/platform/feishu"
	"github.com/tripline/tripline/runtime/platform/wecom"
)

// Platforms returns every platform.
func Platforms() platform.Set {
	return platform.Set{wecom.WeCom{}, dingtalk.DingTalk{}, feishu.Feishu{}}
}
