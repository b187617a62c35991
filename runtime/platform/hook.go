package platform

import (
	"fmt"
	"strings"

	"github.com/tripline/tripline/runtime"
	"github.com/tripline/tripline/runtime/invalid"
)

// Hook is a bot that takes messages at a URL of its own.
type Hook struct {
	Name     string
	URL      string
	Secret   string // that its requests are signed with; "" for none
	Keywords []string
	Header   []runtime.HeaderField // sent besides
}

// Group is a group's bot as settings have it.
type Group struct {
	Name       string   `json:"name"`
	WebhookURL string   `json:"webhook_url"`
	Secret     string   `json:"secret"`
	Keywords   []string `json:"keywords"`
}

// GroupFields describes the settings of a group whose URL looks like example. The labels are those of
// service.groups.
func GroupFields(service, example string, more ...Field) Fields {
	return append(Fields{
		{Name: "name", Type: FieldText, Label: service + ".groups.name", Required: true, Example: "Night shift & Managers",
			Help: "The group's name; of a bot that is in several groups, their names with & between them."},
		{Name: "webhook_url", Type: FieldURL, Label: service + ".groups.webhook_url", Required: true, Secret: true, Address: true, Example: example,
			Help: "The webhook URL of the group's bot. Whoever has it can write to the group."},
	}, more...)
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

// GroupTargets returns the target of each group's bot, which the platform makes of its hook. Errors name
// groups[i].
func GroupTargets(groups []Group, bot func(Hook) Target) ([]Target, error) {
	var targets []Target
	seen := map[string]int{}
	for i, g := range groups {
		name, ok := groupName(g.Name)
		at := fmt.Sprintf("groups[%d].name", i)
		if !ok {
			return nil, invalid.At(at, "has an empty name beside an &")
		}
		if before, taken := seen[name]; taken {
			return nil, invalid.At(at, "is the name of groups[%d] already", before)
		}
		seen[name] = i
		hook := Hook{Name: name, URL: strings.TrimSpace(g.WebhookURL), Secret: strings.TrimSpace(g.Secret), Keywords: Trimmed(g.Keywords)}
		targets = append(targets, bot(hook))
	}
	return targets, nil
}

// groupName writes the names in a name the same way however they were typed.
func groupName(name string) (string, bool) {
	var names []string
	for one := range strings.SplitSeq(name, "&") {
		one = strings.Join(strings.Fields(one), " ")
		if one == "" {
			return "", false
		}
		names = append(names, one)
	}
	return strings.Join(names, " & "), true
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
