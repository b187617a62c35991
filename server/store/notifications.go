package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/runtime/platform"
)

// Notifications returns an organisation's notification services and rules from memory, or ErrNotFound when
// there is no such organisation. A change is in what the next call returns.
func (s *Store) Notifications(_ context.Context, org string) (*notify.Set, error) {
	t, err := s.tenants.get(org)
	return t.notify, err
}

// Service returns a notification service as it is now, and whether there is one.
func (s *Store) Service(org, name string) (notify.Service, bool) {
	t, err := s.tenants.get(org)
	if err != nil {
		return notify.Service{}, false
	}
	return t.notify.Service(name)
}

// ServiceType returns a type of notification service by name, and whether there is one.
func (s *Store) ServiceType(name string) (platform.Service, bool) {
	i := slices.IndexFunc(s.services, func(t platform.Service) bool { return t.Type() == name })
	if i < 0 {
		return nil, false
	}
	return s.services[i], true
}

// ServiceTypes lists the types of notification services.
func (s *Store) ServiceTypes() []platform.Service { return slices.Clone(s.services) }

func serviceName(name string) string { return "notification_services/" + name }

// Notifications returns the services and rules as the transaction sees them.
func (tx *Tx) Notifications(org string) (*notify.Set, error) {
	return tx.store.loadNotify(tx.Query, org)
}

// PutNotificationService stores a service, its settings sealed. The store sets UpdatedAt.
func (tx *Tx) PutNotificationService(org string, service notify.Service) error {
	set, err := tx.Notifications(org)
	if err != nil {
		return err
	}
	if old, ok := set.Service(service.Name); ok {
		if err := tx.supersedeSecrets(org, old, tx.store.secretsOf(service)); err != nil {
			return err
		}
	}
	sealed, err := tx.store.keys.Seal(org, serviceName(service.Name), service.Settings)
	if err != nil {
		return err
	}
	err = tx.Exec(`INSERT INTO notification_services (org, name, type, description, sealed, updated_at, updated_by) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org, name) DO UPDATE SET type = excluded.type, description = excluded.description, sealed = excluded.sealed,
		updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
		org, service.Name, service.Type, service.Description, sealed, millis(tx.store.now()), service.UpdatedBy)
	if err != nil {
		return err
	}
	return tx.replaceNotify(org)
}

// DeleteNotificationService removes a service, or returns ErrNotFound.
func (tx *Tx) DeleteNotificationService(org, name string) error {
	set, err := tx.Notifications(org)
	if err != nil {
		return err
	}
	old, ok := set.Service(name)
	if !ok {
		return ErrNotFound
	}
	if err := tx.supersedeSecrets(org, old, nil); err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM notification_services WHERE org = ? AND name = ?", org, name); err != nil {
		return err
	}
	return tx.replaceNotify(org)
}

// supersedeSecrets keeps the secrets that are about to go for masking: platforms' answers may still carry
// them.
func (tx *Tx) supersedeSecrets(org string, old notify.Service, stay []string) error {
	for _, value := range tx.store.secretsOf(old) {
		if slices.Contains(stay, value) {
			continue
		}
		if err := tx.supersede(org, orgparams.Param{Key: serviceName(old.Name), Value: value, Secret: true}); err != nil {
			return err
		}
	}
	return nil
}

// PutNotificationRule stores a rule. The store sets UpdatedAt. Alarms that are active get reminders by it
// as if they were raised now.
func (tx *Tx) PutNotificationRule(org string, r notify.Rule) error {
	r.UpdatedAt = fromMillis(millis(tx.store.now()))
	doc, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = tx.Exec("INSERT INTO notification_rules (org, name, doc) VALUES (?, ?, ?) ON CONFLICT (org, name) DO UPDATE SET doc = excluded.doc", org, r.Name, doc)
	if err != nil {
		return err
	}
	if err := tx.retime(org, r); err != nil {
		return err
	}
	return tx.replaceNotify(org)
}

// DeleteNotificationRule removes a rule, or returns ErrNotFound.
func (tx *Tx) DeleteNotificationRule(org, name string) error {
	n, err := tx.ExecCount("DELETE FROM notification_rules WHERE org = ? AND name = ?", org, name)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	return tx.replaceNotify(org)
}

// replaceNotify has the next alarm see what the transaction wrote, when that is on disk.
func (tx *Tx) replaceNotify(org string) error {
	set, err := tx.Notifications(org)
	if err != nil {
		return err
	}
	tx.OnCommit(func() {
		tx.store.tenants.change(org, func(t tenant) (tenant, bool) {
			t.notify = set
			return t, t.org.Code != ""
		})
	})
	return tx.replaceParams(org) // the secrets of the services are masked with the org params
}

func (s *Store) loadNotify(query queryFunc, org string) (*notify.Set, error) {
	services, err := s.loadServices(query, org)
	if err != nil {
		return nil, err
	}
	var rules []notify.Rule
	err = query("SELECT name, doc FROM notification_rules WHERE org = ?", []any{org}, func(scan func(...any) error) error {
		var name string
		var doc []byte
		if err := scan(&name, &doc); err != nil {
			return err
		}
		var r notify.Rule
		if err := json.Unmarshal(doc, &r); err != nil {
			return fmt.Errorf("notification rule %s: %w", name, err)
		}
		rules = append(rules, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return notify.NewSet(services, rules), nil
}

func (s *Store) loadServices(query queryFunc, org string) (services []notify.Service, err error) {
	const columns = "SELECT name, type, description, sealed, updated_at, updated_by FROM notification_services WHERE org = ?"
	err = query(columns, []any{org}, func(scan func(...any) error) error {
		var service notify.Service
		var sealed []byte
		var updated int64
		if err := scan(&service.Name, &service.Type, &service.Description, &sealed, &updated, &service.UpdatedBy); err != nil {
			return err
		}
		service.UpdatedAt = fromMillis(updated)
		if service.Settings, err = s.keys.Open(org, serviceName(service.Name), sealed); err != nil {
			return fmt.Errorf("notification service %s: %w", service.Name, err)
		}
		if service.Targets, service.Broken = s.targetsOf(service); service.Broken != nil {
			service.Targets = nil
		}
		services = append(services, service)
		return nil
	})
	return services, err
}

var errNoServiceType = errors.New("there is no such type of notification service any more")

func (s *Store) targetsOf(service notify.Service) ([]platform.Target, error) {
	t, ok := s.ServiceType(service.Type)
	if !ok {
		return nil, errNoServiceType
	}
	return t.Parse(service.Settings)
}

// secretsOf lists what of a service's settings must be masked.
func (s *Store) secretsOf(service notify.Service) []string {
	t, ok := s.ServiceType(service.Type)
	if !ok {
		return nil
	}
	return t.Settings().Secrets(service.Settings)
}
