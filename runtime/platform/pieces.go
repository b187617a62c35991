package platform

import (
	"slices"
	"strconv"
)

// Pieces is how far a message has come that the platform wanted shorter: what was delivered of it is not sent
// again. As JSON it is part of a job's payload.
type Pieces struct {
	Split []string `json:"split,omitempty"` // IDs of the texts that were too long, and were cut
	Sent  []string `json:"sent,omitempty"`  // IDs of the pieces that were delivered
	Left  []string `json:"left,omitempty"`  // of the piece under way: the recipients who do not have it yet; none: all
}

// Begun reports whether the message was cut.
func (p Pieces) Begun() bool { return len(p.Split) > 0 }

// Piece is a message, or a part of one that was too long.
type Piece struct {
	ID         string // what platforms deduplicate by
	Text       string
	Recipients []string
}

// smallestPiece is the size, as the dialect counts, under which a text is not split any further.
const smallestPiece = 400

// SendPieces sends m's text, and where the platform wants it shorter, its halves in order, and their
// halves. It ends with the first that does not arrive, and goes on with that one when m has the Pieces of
// its Outcome. A digest is not cut: what one entry has in one piece and the rest of it in another could not
// be told apart later. Whoever made it can make smaller ones.
func (c Composer) SendPieces(m Message, send func(Piece) Outcome) Outcome {
	p := piecewise{Composer: c, message: m, send: send, done: Pieces{slices.Clone(m.Pieces.Split), slices.Clone(m.Pieces.Sent), m.Pieces.Left}}
	// Pieces are those of one text: when changed settings make it another one, it is sent from its beginning.
	root := Key(m.ID, m.Text)
	if !slices.Contains(p.done.Split, root) {
		o := send(Piece{m.ID, m.Text, m.Recipients})
		if o.Need != NeedShorter || m.Finishes > 1 || c.Dialect.cost(m.Text) < smallestPiece {
			return o
		}
		p.done = Pieces{Split: []string{root}}
	}
	o := p.halves(m.Text, root)
	o.Pieces = p.done
	return o
}

// piecewise is a message on its way in pieces.
type piecewise struct {
	Composer
	message Message
	send    func(Piece) Outcome
	done    Pieces
}

// halves sends the halves of a text that is too long.
func (p *piecewise) halves(text, id string) Outcome {
	o := Outcome{Class: Delivered}
	for i, half := range p.Dialect.Split(text, p.Dialect.cost(text)/2+50) {
		part := Key(id, strconv.Itoa(i))
		if slices.Contains(p.done.Sent, part) {
			continue
		}
		if o = p.piece(p.finish(half, part), part); o.Class != Delivered {
			return o
		}
	}
	return o
}

// piece sends a part of the message, or its halves.
func (p *piecewise) piece(text, id string) (o Outcome) {
	if !slices.Contains(p.done.Split, id) {
		to := p.message.Recipients
		if len(p.done.Left) > 0 {
			to = p.done.Left
		}
		o = p.send(Piece{id, text, to})
		switch {
		case o.Class == Delivered:
			p.done.Sent, p.done.Left = append(p.done.Sent, id), nil
			return o
		case o.Need != NeedShorter || p.Dialect.cost(text) < smallestPiece:
			if o.Retry != nil {
				p.done.Left = o.Retry
			}
			return o
		}
		p.done.Split = append(p.done.Split, id)
	}
	return p.halves(text, id)
}
