package secret

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/crypto/chacha20poly1305"
)

const (
	sealVersion = 1
	kidSize     = 16
	headerSize  = 1 + kidSize + chacha20poly1305.NonceSizeX
)

// ErrWrongMasterKey says that data keys were wrapped with another master key.
var ErrWrongMasterKey = errors.New("this is not the master key that the data was sealed with")

// DataKey is an organisation's key as it is stored: wrapped by the master key.
type DataKey struct {
	Org     string
	KID     string // a UUID
	Master  string // MasterKey.ID of the key that wraps it
	Wrapped []byte
}

// Keyring seals and opens values with one data key per organisation, itself wrapped by a master key.
// It is safe for concurrent use.
type Keyring struct {
	mu     sync.RWMutex
	master MasterKey
	orgs   map[string]*orgKeys
}

// orgKeys seals with the newest key and opens with any.
type orgKeys struct {
	current *dataKey
	byKID   map[uuid.UUID]*dataKey
}

type dataKey struct {
	kid  uuid.UUID
	raw  []byte
	aead cipher.AEAD
	ad   string // v1|kid|org|
}

// NewKeyring returns a keyring without data keys.
func NewKeyring(master MasterKey) *Keyring {
	return &Keyring{master: master, orgs: map[string]*orgKeys{}}
}

// NewDataKey makes a key for org, to be stored and then given to Add.
func (k *Keyring) NewDataKey(org string) (DataKey, error) {
	kid, err := uuid.NewV7()
	if err != nil {
		return DataKey{}, err
	}
	raw := make([]byte, chacha20poly1305.KeySize)
	_, _ = rand.Read(raw) // never fails
	k.mu.RLock()
	defer k.mu.RUnlock()
	return wrap(k.master, org, kid, raw)
}

// Add unwraps a stored data key and uses it from now on. The error wraps ErrWrongMasterKey when the
// master key does not fit.
func (k *Keyring) Add(d DataKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if d.Master != k.master.ID() {
		return fmt.Errorf("%w: organisation %q needs the key %s, this is %s", ErrWrongMasterKey, d.Org, d.Master, k.master.ID())
	}
	kid, err := uuid.Parse(d.KID)
	if err != nil {
		return fmt.Errorf("data key of organisation %q: bad kid: %w", d.Org, err)
	}
	raw, err := open(masterAEAD(k.master), d.Wrapped, wrapAD(d.Org, kid))
	if err != nil {
		return fmt.Errorf("data key %s of organisation %q does not unwrap: it was changed or belongs to another organisation", d.KID, d.Org)
	}
	key := &dataKey{kid: kid, raw: raw, ad: "v1|" + d.KID + "|" + d.Org + "|"}
	if key.aead, err = chacha20poly1305.NewX(raw); err != nil {
		return fmt.Errorf("data key %s of organisation %q: %w", d.KID, d.Org, err)
	}
	next := &orgKeys{current: key, byKID: map[uuid.UUID]*dataKey{kid: key}}
	if o := k.orgs[d.Org]; o != nil {
		maps.Copy(next.byKID, o.byKID)
		next.byKID[kid] = key
	}
	k.orgs[d.Org] = next
	return nil
}

// Drop forgets the keys of an organisation that is gone. What they sealed can never be opened again.
func (k *Keyring) Drop(org string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.orgs, org)
}

// Seal encrypts plain for org. The name says what it is; Open needs the same one, so that a sealed value
// that was moved elsewhere does not open.
func (k *Keyring) Seal(org, name string, plain []byte) ([]byte, error) {
	o := k.of(org)
	if o == nil {
		return nil, fmt.Errorf("organisation %q has no data key", org)
	}
	key := o.current
	out := make([]byte, headerSize, headerSize+len(plain)+chacha20poly1305.Overhead)
	out[0] = sealVersion
	copy(out[1:], key.kid[:])
	nonce := out[1+kidSize : headerSize]
	_, _ = rand.Read(nonce) // never fails; 24 random bytes do not repeat
	return key.aead.Seal(out, nonce, plain, []byte(key.ad+name)), nil
}

// Open decrypts what Seal returned for the same org and name.
func (k *Keyring) Open(org, name string, sealed []byte) ([]byte, error) {
	o := k.of(org)
	if o == nil {
		return nil, fmt.Errorf("organisation %q has no data key", org)
	}
	if len(sealed) < headerSize || sealed[0] != sealVersion {
		return nil, fmt.Errorf("sealed %s of organisation %q: unknown format", name, org)
	}
	key := o.byKID[uuid.UUID(sealed[1:1+kidSize])]
	if key == nil {
		return nil, fmt.Errorf("sealed %s of organisation %q: its data key is not there", name, org)
	}
	plain, err := key.aead.Open(nil, sealed[1+kidSize:headerSize], sealed[headerSize:], []byte(key.ad+name))
	if err != nil {
		return nil, fmt.Errorf("sealed %s of organisation %q does not open: it was changed or sealed for something else", name, org)
	}
	return plain, nil
}

// Rewrap returns every data key wrapped by next. Nothing that is sealed changes. When the caller has
// stored them, Adopt makes the keyring go on with next.
func (k *Keyring) Rewrap(next MasterKey) ([]DataKey, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	var out []DataKey
	for _, org := range slices.Sorted(maps.Keys(k.orgs)) {
		for _, key := range k.orgs[org].byKID {
			d, err := wrap(next, org, key.kid, key.raw)
			if err != nil {
				return nil, err
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// Adopt wraps data keys with next from now on.
func (k *Keyring) Adopt(next MasterKey) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.master = next
}

func (k *Keyring) of(org string) *orgKeys {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.orgs[org]
}

func wrap(master MasterKey, org string, kid uuid.UUID, raw []byte) (DataKey, error) {
	nonce := make([]byte, chacha20poly1305.NonceSizeX, chacha20poly1305.NonceSizeX+len(raw)+chacha20poly1305.Overhead)
	_, _ = rand.Read(nonce) // never fails
	wrapped := masterAEAD(master).Seal(nonce, nonce, raw, wrapAD(org, kid))
	return DataKey{Org: org, KID: kid.String(), Master: master.ID(), Wrapped: wrapped}, nil
}

func open(aead cipher.AEAD, sealed, ad []byte) ([]byte, error) {
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], ad)
}

func wrapAD(org string, kid uuid.UUID) []byte {
	return []byte("v1|data key|" + kid.String() + "|" + org)
}

func masterAEAD(master MasterKey) cipher.AEAD {
	aead, err := chacha20poly1305.NewX(master[:])
	if err != nil {
		panic(err) // only for a key that is not 32 bytes
	}
	return aead
}
