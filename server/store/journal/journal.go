// Package journal is a file to which records are appended durably: one write and one sync for all that
// happened since the last. It is overwritten from its start as soon as its records are kept elsewhere.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// prepared is how much of the file has its blocks from the beginning, in bytes: to sync what overwrites
// them, nothing but the data has to reach the disk.
const prepared = 512 << 10

// A record is the length of its text, the checksum of what follows, the generation and the text.
const header = 4 + 4 + 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Journal is the file. It belongs to one goroutine.
type Journal struct {
	file       *os.File
	generation uint64
	size       int64 // of the records of this generation
	buffer     []byte
}

// Open opens the file at path, or makes it, and calls each for every record of a generation, in order. What
// a crash left half written is no record.
func Open(path string, generation uint64, each func(text []byte) error) (*Journal, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	j := &Journal{file: file, generation: generation}
	err = j.prepare()
	if err == nil {
		j.size, err = Read(file, generation, each)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return j, nil
}

func (j *Journal) prepare() error {
	info, err := j.file.Stat()
	if err != nil || info.Size() >= prepared {
		return err
	}
	if _, err := j.file.WriteAt(make([]byte, prepared-info.Size()), info.Size()); err != nil {
		return err
	}
	return j.file.Sync()
}

// Read calls each for every record of a generation at the beginning of file, in order, and returns how
// many bytes they take.
func Read(file io.ReaderAt, generation uint64, each func(text []byte) error) (size int64, err error) {
	var head [header]byte
	for {
		if _, err := file.ReadAt(head[:], size); err != nil {
			return size, ignoreEnd(err)
		}
		length, sum := binary.LittleEndian.Uint32(head[:]), binary.LittleEndian.Uint32(head[4:])
		if binary.LittleEndian.Uint64(head[8:]) != generation || length == 0 {
			return size, nil
		}
		// A length that a crash garbled may be any: the text is read bit by bit until the file ends.
		text, err := io.ReadAll(io.NewSectionReader(file, size+header, int64(length)))
		if err != nil {
			return size, err
		}
		if uint32(len(text)) != length || crc32.Update(crc32.Checksum(head[8:], castagnoli), castagnoli, text) != sum {
			return size, nil
		}
		if err := each(text); err != nil {
			return size, err
		}
		size += header + int64(length)
	}
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Append writes a record, which is on disk when it returns without an error. After an error the next
// record takes its place.
func (j *Journal) Append(text []byte) error {
	b := append(j.buffer[:0], make([]byte, header)...)
	b = append(b, text...)
	binary.LittleEndian.PutUint32(b, uint32(len(text)))
	binary.LittleEndian.PutUint64(b[8:], j.generation)
	binary.LittleEndian.PutUint32(b[4:], crc32.Checksum(b[8:], castagnoli))
	j.buffer = b
	if cap(j.buffer) > 8*prepared {
		j.buffer = nil
	}
	if _, err := j.file.WriteAt(b, j.size); err != nil {
		return err
	}
	if err := syncData(j.file); err != nil {
		return err
	}
	j.size += int64(len(b))
	return nil
}

// Size is how many bytes the records of this generation take.
func (j *Journal) Size() int64 { return j.size }

// Generation is the one that is written.
func (j *Journal) Generation() uint64 { return j.generation }

// Next begins the next generation: what was written is kept elsewhere.
func (j *Journal) Next() { j.generation, j.size = j.generation+1, 0 }

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }
