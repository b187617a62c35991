package store

// EgressHosts are the hosts that an organisation's scripts may reach; empty is any.
func (s *Store) EgressHosts(org string) []string {
	t, err := s.tenants.get(org)
	if err != nil {
		return nil
	}
	return t.org.EgressHosts
}

// DownlinkURL is where an organisation's downlinks are pushed; "" leaves them to be fetched.
func (s *Store) DownlinkURL(org string) string {
	t, err := s.tenants.get(org)
	if err != nil {
		return ""
	}
	return t.org.DownlinkURL
}

// PushesDownlinks reports whether an organisation's downlinks are pushed.
func (s *Store) PushesDownlinks(org string) bool { return s.DownlinkURL(org) != "" }

// CreatesDevices reports whether an organisation makes devices that it does not know.
func (s *Store) CreatesDevices(org string) bool {
	t, err := s.tenants.get(org)
	return err == nil && t.org.UnknownDevices == CreateUnknown
}
