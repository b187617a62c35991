package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// NotificationPath is the input of routes about one notification service or rule.
type NotificationPath struct {
	Name string `path:"name" maxLength:"512"`
}

func (s *Server) notificationServiceRoutes() {
	const all, one = "/notification-services", "/notification-services/{name}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"notifications"}}
	}
	handle(s, auth.Admin, op("list-notification-services", http.MethodGet, all, "List notification services, with masks for secrets"), s.listNotificationServices)
	handle(s, auth.Write, op("list-notification-service-names", http.MethodGet, all+"/names", "The services that a rule or an alarm may name"), s.listNotificationServiceNames)
	handle(s, auth.Admin, op("list-notification-service-types", http.MethodGet, all+"/types", "The types of services with their settings"), s.listNotificationServiceTypes)
	handle(s, auth.Admin, op("import-address-book", http.MethodPost, all+"/import", "Find the ids in an exported address book; nothing is stored"), s.importAddressBook)
	handle(s, auth.Admin, op("get-notification-service", http.MethodGet, one, "Get a notification service, with masks for secrets"), s.getNotificationService)
	handle(s, auth.Admin, op("put-notification-service", http.MethodPut, one, "Add or change a notification service; secrets that are left out, or sent as their mask, stay"), s.putNotificationService)
	handle(s, auth.Admin, op("test-notification-service", http.MethodPost, one+"/test", "Send a test message to every target of a service"), s.testNotificationService)
	remove := op("delete-notification-service", http.MethodDelete, one, "Delete a notification service; refused while a rule names it")
	remove.DefaultStatus = http.StatusNoContent
	handle(s, auth.Admin, remove, s.deleteNotificationService)
}

// notificationService is a service in a reply. Secrets are masked.
type notificationService struct {
	notify.Service
	Settings settingsJSON         `json:"settings"`
	Targets  []notificationTarget `json:"targets" doc:"the places that a message goes to"`
	Rules    []string             `json:"rules" doc:"that name it"`
	Problem  string               `json:"problem,omitempty" doc:"why nothing can be sent with these settings"`
}

// notificationTarget is one place of a service.
type notificationTarget struct {
	ID          string `json:"id" doc:"stays when the target is renamed: what waits for it follows"`
	Name        string `json:"name"`
	Destination string `json:"destination" doc:"its masked URL"`
}

type settingsJSON struct{ json.RawMessage }

// Schema is what huma documents: what belongs into it depends on the type and is checked by it.
func (settingsJSON) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true,
		Description: "by type, see GET /notification-services/types; a secret is write-only and is shown as a mask"}
}

func (s *Server) shownService(set *notify.Set, service notify.Service) notificationService {
	out := notificationService{Service: service, Settings: settingsJSON{json.RawMessage("{}")}, Targets: []notificationTarget{}, Rules: set.Uses(service.Name)}
	if t, ok := s.Store.ServiceType(service.Type); ok {
		out.Settings.RawMessage = t.Settings().Mask(service.Settings)
	}
	for _, t := range service.Targets {
		out.Targets = append(out.Targets, notificationTarget{t.ID(), t.Name(), t.Destination()})
	}
	if service.Broken != nil {
		out.Problem = service.Broken.Error()
	}
	return out
}

func (s *Server) listNotificationServices(ctx context.Context, p auth.Principal, in *struct {
	Page
	Search string `query:"search" maxLength:"200" doc:"part of the name, the type or the description"`
}) (*body[list[notificationService]], error) {
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	var found []notificationService
	for _, service := range set.Services() {
		if mentions(in.Search, service.Name, service.Type, service.Description) {
			found = append(found, s.shownService(set, service))
		}
	}
	return &body[list[notificationService]]{pageOf(found, in.Page, func(v notificationService) string { return v.Name })}, nil
}

// mentions reports whether one of the texts has search in it, in any case.
func mentions(search string, texts ...string) bool {
	return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), strings.ToLower(search))
}

// pageOf is one page of a list that is in memory, in the order of its names.
func pageOf[T any](all []T, in Page, name func(T) string) list[T] {
	out := list[T]{Items: []T{}}
	for _, v := range all {
		if name(v) <= in.Cursor {
			continue
		}
		if len(out.Items) == in.Limit {
			out.NextCursor = name(out.Items[in.Limit-1])
			break
		}
		out.Items = append(out.Items, v)
	}
	return out
}

// serviceInUse is what those who write rules and scripts may know of a service.
type serviceInUse struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Description string   `json:"description"`
	Targets     []string `json:"targets" doc:"by name"`
}

func (s *Server) listNotificationServiceNames(ctx context.Context, p auth.Principal, in *Page) (*body[list[serviceInUse]], error) {
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	var all []serviceInUse
	for _, service := range set.Services() {
		use := serviceInUse{service.Name, service.Type, service.Description, []string{}}
		for _, t := range service.Targets {
			use.Targets = append(use.Targets, t.Name())
		}
		all = append(all, use)
	}
	return &body[list[serviceInUse]]{pageOf(all, *in, func(v serviceInUse) string { return v.Name })}, nil
}

// serviceType describes a type of notification service.
type serviceType struct {
	Type     string     `json:"type"`
	Settings fieldsJSON `json:"settings"`
}

type fieldsJSON struct{ platform.Fields }

// MarshalJSON gives the list itself.
func (f fieldsJSON) MarshalJSON() ([]byte, error) { return json.Marshal(f.Fields) }

// Schema is what huma documents; fields may have fields.
func (fieldsJSON) Schema(r huma.Registry) *huma.Schema {
	text, yes := &huma.Schema{Type: huma.TypeString}, &huma.Schema{Type: huma.TypeBoolean}
	described := func(s huma.Schema, description string) *huma.Schema { s.Description = description; return &s }
	return &huma.Schema{Type: huma.TypeArray, Description: "in the order of a form", Items: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"name":     described(*text, "as in the JSON of the settings"),
		"type":     {Type: huma.TypeString, Enum: []any{"text", "url", "number", "choice", "texts", "map", "object", "objects"}},
		"label":    described(*text, "a key of the form's words"),
		"help":     described(*text, "one sentence in English"),
		"example":  text,
		"default":  described(*text, "what stands for a value that is left out"),
		"required": yes,
		"secret":   described(*yes, "write-only: replies carry a mask"),
		"most":     {Type: huma.TypeInteger, Description: "how many texts there may be; any number when it is left out"},
		"longest":  {Type: huma.TypeInteger, Description: "bytes that each text may have; any number when it is left out"},
		"given":    described(*yes, "by the server when it is left out; sent back as it is"),
		"import":   described(*yes, "may be filled by POST /notification-services/import"),
		"options":  {Type: huma.TypeArray, Items: text, Description: "of a choice"},
		"fields":   {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}, Description: "of an object, and of each of objects"},
	}}}
}

func (s *Server) listNotificationServiceTypes(_ context.Context, _ auth.Principal, _ *struct{}) (*body[list[serviceType]], error) {
	out := list[serviceType]{Items: []serviceType{}}
	for _, t := range s.Store.ServiceTypes() {
		out.Items = append(out.Items, serviceType{t.Type(), fieldsJSON{t.Settings()}})
	}
	return &body[list[serviceType]]{out}, nil
}

func (s *Server) getNotificationService(ctx context.Context, p auth.Principal, in *NotificationPath) (*body[notificationService], error) {
	set, err := s.Store.Notifications(ctx, p.Org)
	if err != nil {
		return nil, err
	}
	service, ok := set.Service(in.Name)
	if !ok {
		return nil, store.ErrNotFound
	}
	return &body[notificationService]{s.shownService(set, service)}, nil
}

type putNotificationServiceInput struct {
	NotificationPath
	Body struct {
		Type        *string       `json:"type,omitempty" doc:"wecom, dingtalk, feishu, webhook or email; must be given for a new service"`
		Description *string       `json:"description,omitempty" maxLength:"2000"`
		Settings    *settingsJSON `json:"settings,omitempty" doc:"replaces the settings, except for secrets that it leaves out; must be given for a new service"`
	}
}

func (s *Server) putNotificationService(ctx context.Context, p auth.Principal, in *putNotificationServiceInput) (*body[notificationService], error) {
	if err := notify.CheckName(in.Name); err != nil {
		return nil, invalid.Under("path", err)
	}
	var out notificationService
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		set, err := tx.Notifications(p.Org)
		if err != nil {
			return err
		}
		action, before := "notification_service.create", any(nil)
		old, known := set.Service(in.Name)
		if known {
			action, before = "notification_service.update", s.recordedService(old, notify.Service{})
		}
		service, err := s.changedService(old, in)
		if err != nil {
			return err
		}
		service.UpdatedBy = p.Name
		if err := tx.PutNotificationService(p.Org, service); err != nil {
			return err
		}
		if err := tx.Audit(p.Org, p.Name, action, in.Name, before, s.recordedService(service, old)); err != nil {
			return err
		}
		if set, err = tx.Notifications(p.Org); err != nil {
			return err
		}
		service, _ = set.Service(in.Name)
		out = s.shownService(set, service)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &body[notificationService]{out}, nil
}

// changedService is what a caller makes of a service; old is empty for a new one.
func (s *Server) changedService(old notify.Service, in *putNotificationServiceInput) (notify.Service, error) {
	service := old
	service.Name = in.Name
	assign(&service.Type, in.Body.Type)
	assign(&service.Description, in.Body.Description)
	t, ok := s.Store.ServiceType(service.Type)
	if !ok {
		return service, invalid.At("body.type", "must be one of %s", strings.Join(s.typeNames(), ", "))
	}
	kept := old.Settings
	if service.Type != old.Type {
		kept = nil // another type has other secrets
	}
	if in.Body.Settings == nil {
		if kept == nil {
			return service, invalid.At("body.settings", "must be given for a new service, and with another type")
		}
		return service, nil
	}
	settings, err := t.Settings().Keep(in.Body.Settings.RawMessage, kept)
	if err != nil {
		return service, invalid.Under("body.settings", err)
	}
	service.Settings = settings
	return service, invalid.Under("body.settings", t.Check(settings))
}

func (s *Server) typeNames() (names []string) {
	for _, t := range s.Store.ServiceTypes() {
		names = append(names, t.Type())
	}
	return names
}

// serviceRecord is what the audit log keeps of a service: no secret, but whether one was changed.
type serviceRecord struct {
	Type           string          `json:"type"`
	Description    string          `json:"description"`
	Settings       json.RawMessage `json:"settings"`
	SecretsChanged bool            `json:"secrets_changed,omitempty"`
}

func (s *Server) recordedService(service, before notify.Service) serviceRecord {
	out := serviceRecord{Type: service.Type, Description: service.Description, Settings: json.RawMessage("{}")}
	if t, ok := s.Store.ServiceType(service.Type); ok {
		fields := t.Settings()
		out.Settings = fields.Mask(service.Settings)
		out.SecretsChanged = before.Settings != nil && strings.Join(fields.Secrets(service.Settings), "\x00") != strings.Join(fields.Secrets(before.Settings), "\x00")
	}
	return out
}

func (s *Server) deleteNotificationService(ctx context.Context, p auth.Principal, in *NotificationPath) (*struct{}, error) {
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		set, err := tx.Notifications(p.Org)
		if err != nil {
			return err
		}
		service, ok := set.Service(in.Name)
		if !ok {
			return store.ErrNotFound
		}
		if rules := set.Uses(in.Name); len(rules) > 0 {
			return problem(http.StatusConflict, "in_use", "notification rules name this service: "+strings.Join(rules, ", ")+"; change or delete them first")
		}
		if err := tx.DeleteNotificationService(p.Org, in.Name); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "notification_service.delete", in.Name, s.recordedService(service, notify.Service{}), nil)
	})
}
