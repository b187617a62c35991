package deliver

// shares divide memory and slots among organisations: each may take as much as is still free for others.
// So one alone has half, and whoever comes later finds room.
type shares struct {
	slots   int // attempts under way
	orgs    map[string]*share
	waiting []*destination // with jobs and no slot of the organisation's share, in the order of their turns
}

// share is what one organisation has.
type share struct {
	jobs    int // in memory
	slots   int
	spilled bool // more of its jobs are due soon, on disk only
}

func newShares() shares { return shares{orgs: map[string]*share{}} }

func (s *shares) of(org string) *share {
	o := s.orgs[org]
	if o == nil {
		o = &share{}
		s.orgs[org] = o
	}
	return o
}

// room reports whether an organisation may have one job more in memory, with so many there of so many.
func (s *shares) room(org string, taken, most int) bool {
	own := 0
	if o := s.orgs[org]; o != nil {
		own = o.jobs
	}
	return own < most-taken
}

// hungry reports whether there is much room for an organisation with jobs on disk only.
func (s *shares) hungry(taken, most int) bool {
	for _, o := range s.orgs {
		if o.spilled && o.jobs < (most-taken)/2 {
			return true
		}
	}
	return false
}

// begin takes a slot for a destination of so many, or has it wait for one.
func (s *shares) begin(d *destination, most int) bool {
	o := s.of(d.org)
	if o.slots >= most-s.slots {
		if !d.waiting {
			d.waiting = true
			s.waiting = append(s.waiting, d)
		}
		return false
	}
	o.slots++
	s.slots++
	return true
}

// unused gives back a slot that was taken a moment ago.
func (s *shares) unused(d *destination) {
	s.orgs[d.org].slots--
	s.slots--
}

// end gives a slot back. It returns the destinations that may begin now; those that still may not wait again.
func (s *shares) end(d *destination) []*destination {
	s.unused(d)
	waiting := s.waiting
	s.waiting = nil
	for _, w := range waiting {
		w.waiting = false
	}
	return waiting
}
