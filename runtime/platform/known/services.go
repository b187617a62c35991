package known

import (
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/runtime/platform/dingtalk"
	"github.com/tripline/tripline/runtime/platform/email"
	"github.com/tripline/tripline/runtime/platform/feishu"
	"github.com/tripline/tripline/runtime/platform/webhook"
	"github.com/tripline/tripline/runtime/platform/wecom"
)

// Services returns every type of notification service, in the order in which forms offer them.
func Services() []platform.Service {
	return []platform.Service{wecom.Service{}, dingtalk.Service{}, feishu.Service{}, webhook.Service{}, email.Service{}}
}
