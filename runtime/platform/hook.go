package platform

import (
	"strings"

	"github.com/tripline/tripline/runtime"
)

// Hook is a bot that takes messages at a URL of its own.
type Hook struct {
	ID       string
	Name     string
	URL      string
	Secret   string // that its requests are signed with; "" for none
	Keywords []string
	Header   []runtime.HeaderField // sent besides
}

// Group is a group's bot as settings have it.
type Group struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	WebhookURL string   `json:"webhook_url"`
	Secret     string   `json:"secret"`
	Keywords   []string `json:"keywords"`
}

// GroupFields describes the settings of a group whose URL looks like example. The labels are those of
// service.groups.
func GroupFields(service, example string, more ...Field) Fields {
	fields := append(Fields{
		{Name: "name", Type: FieldText, Label: service + ".groups.name", Required: true, Example: "Night shift & Managers",
			Help: "The group's name; of a bot that is in several groups, their names with & between them."},
		{Name: "webhook_url", Type: FieldURL, Label: service + ".groups.webhook_url", Required: true, Secret: true, Address: true, Example: example,
			Help: "The webhook URL of the group's bot. Whoever has it can write to the group."},
	}, more...)
	return append(fields, Field{Name: idField, Type: FieldText, Label: service + ".groups.id", Given: true,
		Help: "What the group is known by when it is renamed: messages that wait for it follow. Given by the server when it is left out."})
}

// SecretField is the signing secret of a group's bot.
func SecretField(service string) Field {
	return Field{Name: "secret", Type: FieldText, Label: service + ".groups.secret", Secret: true,
		Help: "The bot's signing secret, when signatures are on in its security settings."}
}

// Bounds of keywords, which each message has to have room for. Feishu and DingTalk take ten of a bot.
const (
	mostKeywords   = 20
	longestKeyword = 120 // bytes: 40 Chinese characters
)

// KeywordsField is the keywords of a bot; path is where the setting is.
func KeywordsField(path string) Field {
	return Field{Name: "keywords", Type: FieldTexts, Label: path + ".keywords", Most: mostKeywords, Longest: longestKeyword,
		Help: "The keywords of the bot's security settings: the first is added to a message that has none of them."}
}

// Trimmed returns texts without the spaces around them, each once, and without empty ones.
func Trimmed(texts []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, t := range texts {
		if t = strings.TrimSpace(t); !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
