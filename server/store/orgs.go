package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/dispatch"
	"github.com/tripline/tripline/runtime/notify"
	"github.com/tripline/tripline/scripts"
	"github.com/tripline/tripline/scripts/library"
	"github.com/tripline/tripline/server/auth"
)

// What happens to the uplink of a device that is not known (Org.UnknownDevices).
const (
	RejectUnknown = "reject"
	CreateUnknown = "create"
)

// Org is an organisation: everything else belongs to one.
type Org struct {
	Code           string         `json:"code"`
	Name           string         `json:"name"`
	TimeZone       string         `json:"time_zone"` // an IANA name
	OriginTag      string         `json:"origin_tag"`
	UnknownDevices string         `json:"unknown_devices"` // RejectUnknown or CreateUnknown
	EgressHosts    []string       `json:"egress_hosts"`    // hosts that its scripts may reach; empty is any
	DownlinkURL    string         `json:"downlink_url"`    // where downlinks are pushed; "" leaves them to be fetched
	Budgets        map[string]int `json:"budgets"`         // own limits in place of the chat platforms', by the budget's name; 0 lifts one
	CreatedAt      time.Time      `json:"created_at"`
}

// tenant is what is kept in memory of an organisation, because every uplink needs it.
type tenant struct {
	org    Org
	params *orgparams.Set
	notify *notify.Set
}

// tenants are all organisations as they are committed. The writer alone replaces the map.
type tenants struct {
	byCode atomic.Pointer[map[string]tenant]
}

// change puts another tenant in the place of the one with this code; keep false removes it. Only the
// writer's goroutine may call it once the store is open.
func (t *tenants) change(code string, fn func(tenant) (next tenant, keep bool)) {
	next := map[string]tenant{}
	if old := t.byCode.Load(); old != nil {
		next = maps.Clone(*old)
	}
	if changed, keep := fn(next[code]); keep {
		next[code] = changed
	} else {
		delete(next, code)
	}
	t.byCode.Store(&next)
}

func (t *tenants) get(code string) (tenant, error) {
	if all := t.byCode.Load(); all != nil {
		if found, ok := (*all)[code]; ok {
			return found, nil
		}
	}
	return tenant{}, ErrNotFound
}

func (s *Store) loadTenants(ctx context.Context) error {
	orgs, err := queryOrgs(s.reader(ctx))
	if err != nil {
		return err
	}
	for _, o := range orgs {
		set, err := s.loadParams(s.reader(ctx), o.Code)
		if err != nil {
			return err
		}
		told, err := s.loadNotify(s.reader(ctx), o.Code)
		if err != nil {
			return err
		}
		s.tenants.change(o.Code, func(tenant) (tenant, bool) { return tenant{o, set, told}, true })
	}
	return nil
}

const orgColumns = "SELECT code, name, time_zone, origin_tag, unknown_devices, egress_hosts, downlink_url, budgets, created_at FROM orgs"

func queryOrgs(query queryFunc) ([]Org, error) {
	var orgs []Org
	err := query(orgColumns+" ORDER BY code", nil, func(scan func(...any) error) error {
		o, err := scanOrg(scan)
		orgs = append(orgs, o)
		return err
	})
	return orgs, err
}

func scanOrg(scan func(...any) error) (Org, error) {
	var o Org
	var hosts, budgets []byte
	var created int64
	if err := scan(&o.Code, &o.Name, &o.TimeZone, &o.OriginTag, &o.UnknownDevices, &hosts, &o.DownlinkURL, &budgets, &created); err != nil {
		return Org{}, err
	}
	o.CreatedAt = fromMillis(created)
	return o, errors.Join(json.Unmarshal(hosts, &o.EgressHosts), json.Unmarshal(budgets, &o.Budgets))
}

// Org returns an organisation from memory, or ErrNotFound.
func (s *Store) Org(_ context.Context, code string) (Org, error) {
	t, err := s.tenants.get(code)
	return t.org, err
}

// Orgs lists the organisations by their codes, after the one named by cursor.
func (s *Store) Orgs(_ context.Context, cursor string, limit int) []Org {
	out := []Org{}
	all := s.tenants.byCode.Load()
	if all == nil {
		return out
	}
	for _, code := range slices.Sorted(maps.Keys(*all)) {
		if code > cursor && len(out) < limit {
			out = append(out, (*all)[code].org)
		}
	}
	return out
}

// Org returns the organisation as the transaction sees it, or ErrNotFound.
func (tx *Tx) Org(code string) (Org, error) {
	var out *Org
	err := tx.Query(orgColumns+" WHERE code = ?", []any{code}, func(scan func(...any) error) error {
		o, err := scanOrg(scan)
		out = &o
		return err
	})
	if err == nil && out == nil {
		err = ErrNotFound
	}
	if err != nil {
		return Org{}, err
	}
	return *out, nil
}

// PutOrg stores o. A new organisation gets its data key; its CreatedAt is set by the store.
func (tx *Tx) PutOrg(o Org) error {
	if o.EgressHosts == nil {
		o.EgressHosts = []string{}
	}
	if o.Budgets == nil {
		o.Budgets = map[string]int{}
	}
	hosts, err := json.Marshal(o.EgressHosts)
	if err != nil {
		return err
	}
	budgets, err := json.Marshal(o.Budgets)
	if err != nil {
		return err
	}
	old, err := tx.Org(o.Code)
	switch {
	case errors.Is(err, ErrNotFound):
		o.CreatedAt = fromMillis(millis(tx.store.now()))
		if err := tx.newDataKey(o.Code); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		o.CreatedAt = old.CreatedAt
	}
	err = tx.Exec(`INSERT INTO orgs (code, name, time_zone, origin_tag, unknown_devices, egress_hosts, downlink_url, budgets, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
		origin_tag = excluded.origin_tag, unknown_devices = excluded.unknown_devices, egress_hosts = excluded.egress_hosts,
		downlink_url = excluded.downlink_url, budgets = excluded.budgets`,
		o.Code, o.Name, o.TimeZone, o.OriginTag, o.UnknownDevices, string(hosts), o.DownlinkURL, string(budgets), millis(o.CreatedAt))
	if err != nil {
		return err
	}
	tx.OnCommit(func() {
		tx.store.tenants.change(o.Code, func(t tenant) (tenant, bool) {
			t.org = o
			if t.params == nil {
				t.params = orgparams.NewSet(nil, nil)
			}
			return t, true
		})
	})
	return nil
}

// DeleteOrg removes an organisation and everything that belongs to it, its keys among that.
func (tx *Tx) DeleteOrg(code string) error {
	n, err := tx.ExecCount("DELETE FROM orgs WHERE code = ?", code)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	var tables []string
	err = tx.Query(`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'org' WHERE m.type = 'table'`, nil,
		func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			tables = append(tables, name)
			return err
		})
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := tx.Exec("DELETE FROM "+table+" WHERE org = ?", code); err != nil {
			return err
		}
	}
	for key, o := range tx.overlay.devices {
		if key.org == code {
			o.state, o.dirty, o.alarms = nil, true, nil
		}
	}
	if tx.overlay.gone == nil {
		tx.overlay.gone = map[string]bool{}
	}
	tx.overlay.gone[code] = true
	tx.setCatalog(code, scripts.NewCatalog(nil, library.Scripts()))
	tx.OnCommit(func() { tx.store.forget(code) })
	return nil
}

// forget takes a deleted organisation out of memory.
func (s *Store) forget(code string) {
	s.tenants.change(code, func(tenant) (tenant, bool) { return tenant{}, false })
	s.keys.Drop(code)
	s.principals.clear()
	s.uses.forget(code, nil)
	for _, key := range s.devices.Keys() {
		if key.org == code {
			s.devices.Remove(key)
		}
	}
}

// Bootstrap makes the first organisation when there is none. When that has no admin who could sign in,
// it returns a one-time token for setting the admin's password; each call replaces the token before.
func (s *Store) Bootstrap(ctx context.Context) (setupToken string, err error) {
	var admins int
	err = s.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Org(auth.DefaultOrg); errors.Is(err, ErrNotFound) {
			first := Org{Code: auth.DefaultOrg, Name: "Default", TimeZone: "UTC", UnknownDevices: RejectUnknown}
			if err := tx.PutOrg(first); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		admins, err = tx.Admins(auth.DefaultOrg)
		return err
	})
	if err != nil || admins > 0 {
		return "", err
	}
	return s.newSetupToken(), nil
}

// live returns dispatch.ErrGone when the organisation was deleted: work of it that is still under way
// must not leave rows that belong to nobody, or to the next organisation of that code.
func (tx *Tx) live(org string) error {
	if tx.overlay.gone[org] {
		return dispatch.ErrGone
	}
	if _, err := tx.store.tenants.get(org); errors.Is(err, ErrNotFound) {
		return dispatch.ErrGone
	}
	return nil
}
