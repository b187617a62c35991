package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tripline/tripline/orgparams"
	"github.com/tripline/tripline/runtime/invalid"
	"github.com/tripline/tripline/runtime/secret"
	"github.com/tripline/tripline/server/auth"
	"github.com/tripline/tripline/server/store"
)

// OrgPath is the input of routes about one organisation.
type OrgPath struct {
	Code string `path:"code" pattern:"^[a-z0-9][a-z0-9_-]{0,62}$" patternDescription:"lower-case letters, digits, - and _"`
}

type putOrgInput struct {
	OrgPath
	Body struct {
		Name           *string        `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"must be given for a new organisation"`
		TimeZone       *string        `json:"time_zone,omitempty" maxLength:"64" doc:"an IANA name such as Asia/Shanghai"`
		OriginTag      *string        `json:"origin_tag,omitempty" maxLength:"200"`
		UnknownDevices *string        `json:"unknown_devices,omitempty" enum:"reject,create"`
		EgressHosts    []string       `json:"egress_hosts,omitempty" maxItems:"500" doc:"the only hosts that scripts may reach; empty = any"`
		DownlinkURL    *string        `json:"downlink_url,omitempty" maxLength:"2000" doc:"where downlinks are pushed; empty leaves them to be fetched"`
		Budgets        map[string]int `json:"budgets,omitempty" maxProperties:"50" doc:"own limits in place of those of the chat platforms, by the budget's name (wecom_bot, wecom_app, dingtalk_robot, feishu_bot …; GET /deliveries/destinations shows them): requests in the platform's window; 0 lifts the limit. What is given takes the place of all that was"`
	}
}

func (s *Server) orgRoutes() {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"organisations"}}
	}
	handle(s, auth.Admin, op("list-orgs", http.MethodGet, "/orgs", "List the organisations that the caller may see"), s.listOrgs)
	handle(s, auth.Admin, op("get-org", http.MethodGet, "/orgs/{code}", "Get an organisation"), s.getOrg)
	handle(s, auth.Admin, op("put-org", http.MethodPut, "/orgs/{code}", "Add or change an organisation"), s.putOrg)
	remove := op("delete-org", http.MethodDelete, "/orgs/{code}", "Delete an organisation with everything in it")
	remove.DefaultStatus = http.StatusNoContent
	handle(s, auth.Admin, remove, s.deleteOrg)
}

// sees reports whether p may see and change the organisation: its own, or any for an admin of default.
func sees(p auth.Principal, code string) bool { return p.Org == code || p.Org == auth.DefaultOrg }

func (s *Server) listOrgs(ctx context.Context, p auth.Principal, in *Page) (*body[list[store.Org]], error) {
	if p.Org != auth.DefaultOrg {
		own, err := s.Store.Org(ctx, p.Org)
		return &body[list[store.Org]]{list[store.Org]{Items: []store.Org{own}}}, err
	}
	out := list[store.Org]{Items: s.Store.Orgs(ctx, in.Cursor, in.Limit+1)}
	if len(out.Items) > in.Limit {
		out.Items, out.NextCursor = out.Items[:in.Limit], out.Items[in.Limit-1].Code
	}
	return &body[list[store.Org]]{out}, nil
}

func (s *Server) getOrg(ctx context.Context, p auth.Principal, in *OrgPath) (*body[store.Org], error) {
	if !sees(p, in.Code) {
		return nil, store.ErrNotFound
	}
	org, err := s.Store.Org(ctx, in.Code)
	return &body[store.Org]{org}, err
}

func (s *Server) putOrg(ctx context.Context, p auth.Principal, in *putOrgInput) (*body[store.Org], error) {
	if !sees(p, in.Code) {
		return nil, store.ErrNotFound
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	var stored store.Org
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		action := "org.update"
		var before any
		org, err := tx.Org(in.Code)
		switch {
		case errors.Is(err, store.ErrNotFound):
			if in.Body.Name == nil {
				return invalid.At("body.name", "must be given for a new organisation")
			}
			action, org = "org.create", store.Org{Code: in.Code, TimeZone: "UTC", UnknownDevices: store.RejectUnknown}
		case err != nil:
			return err
		default:
			before = recordedOrg(org)
		}
		in.apply(&org)
		if err := tx.PutOrg(org); err != nil {
			return err
		}
		if err := tx.Audit(p.Org, p.Name, action, in.Code, before, recordedOrg(org)); err != nil {
			return err
		}
		stored, err = tx.Org(in.Code)
		return err
	})
	return &body[store.Org]{stored}, err
}

func (in *putOrgInput) apply(o *store.Org) {
	assign(&o.Name, in.Body.Name)
	assign(&o.TimeZone, in.Body.TimeZone)
	assign(&o.OriginTag, in.Body.OriginTag)
	assign(&o.UnknownDevices, in.Body.UnknownDevices)
	assign(&o.DownlinkURL, in.Body.DownlinkURL)
	if in.Body.EgressHosts != nil {
		o.EgressHosts = slices.Clone(in.Body.EgressHosts)
	}
	if in.Body.Budgets != nil {
		o.Budgets = maps.Clone(in.Body.Budgets)
	}
}

// mostBudget bounds what is kept in memory of a budget's uses.
const mostBudget = 100_000

func (in *putOrgInput) check() error {
	var bad invalid.Error
	if zone := in.Body.TimeZone; zone != nil {
		// "" and Local mean the server's own surroundings to Go.
		if _, err := time.LoadLocation(*zone); err != nil || *zone == "" || *zone == "Local" {
			bad = append(bad, invalid.At("body.time_zone", "must be an IANA name such as Europe/Berlin")...)
		}
	}
	for i, host := range in.Body.EgressHosts {
		if !orgparams.ValidHost(host) {
			bad = append(bad, invalid.At("body.egress_hosts["+strconv.Itoa(i)+"]", "must be a host such as api.example.com, *.example.com or 10.0.0.5, in lower case and without a port")...)
		}
	}
	for name, limit := range in.Body.Budgets {
		if limit < 0 || limit > mostBudget {
			bad = append(bad, invalid.At("body.budgets."+name, "must be from 0, which lifts the limit, to %d requests", mostBudget)...)
		}
	}
	if to := in.Body.DownlinkURL; to != nil && *to != "" {
		if u, err := url.Parse(*to); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			bad = append(bad, invalid.At("body.downlink_url", "must be an absolute http or https URL, or empty")...)
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// recordedOrg is what the audit log keeps of an organisation.
func recordedOrg(o store.Org) store.Org {
	o.DownlinkURL = secret.MaskURLs(o.DownlinkURL)
	return o
}

func (s *Server) deleteOrg(ctx context.Context, p auth.Principal, in *OrgPath) (*struct{}, error) {
	if !sees(p, in.Code) {
		return nil, store.ErrNotFound
	}
	if p.Org != auth.DefaultOrg {
		return nil, problem(http.StatusForbidden, "forbidden", "only an admin of the organisation default deletes organisations")
	}
	if in.Code == auth.DefaultOrg {
		return nil, problem(http.StatusConflict, "default_org", "the organisation default cannot be deleted: its admins make the others")
	}
	return nil, s.Store.Write(ctx, func(tx *store.Tx) error {
		org, err := tx.Org(in.Code)
		if err != nil {
			return err
		}
		if err := tx.DeleteOrg(in.Code); err != nil {
			return err
		}
		return tx.Audit(p.Org, p.Name, "org.delete", in.Code, recordedOrg(org), nil)
	})
}
