// Package journal is a place to which records are appended durably: one write and one sync for all that
// happened since the last. Records belong to generations, the latest two of which are kept, each in a file
// of its own that is overwritten from its start.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

// prepared is how much of a file has its blocks from the beginning, in bytes: to sync what overwrites
// them, nothing but the data has to reach the disk.
const prepared = 256 << 10

// A record is the length of its text, the checksum of what follows, the generation and the text.
const header = 4 + 4 + 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Journal is the two files. It belongs to one goroutine.
type Journal struct {
	files      [2]*os.File // that of a generation by its last bit
	generation uint64
	size       int64 // of the records of this generation
	buffer     []byte
}

// Files are the names of the files of a journal: of even generations and of odd ones.
func Files(path string) [2]string { return [2]string{path + "-0", path + "-1"} }

// Open opens the files at path, or makes them, and calls each for every record of a generation and of the
// one after it, in order. What a crash left half written is no record.
func Open(path string, generation uint64, each func(text []byte) error) (*Journal, error) {
	j := &Journal{generation: generation}
	for i, name := range Files(path) {
		if err := j.open(i, name); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", name, err), j.Close())
		}
	}
	for g := generation; g <= generation+1; g++ {
		size, err := Read(j.files[g&1], g, each)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", Files(path)[g&1], err), j.Close())
		}
		if g == generation || size > 0 {
			j.generation, j.size = g, size
		}
	}
	return j, nil
}

func (j *Journal) open(i int, name string) (err error) {
	if j.files[i], err = os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return err
	}
	info, err := j.files[i].Stat()
	if err != nil || info.Size() >= prepared {
		return err
	}
	if _, err := j.files[i].WriteAt(make([]byte, prepared-info.Size()), info.Size()); err != nil {
		return err
	}
	return j.files[i].Sync()
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
	file := j.files[j.generation&1]
	if _, err := file.WriteAt(b, j.size); err != nil {
		return err
	}
	if err := syncData(file); err != nil {
		return err
	}
	j.size += int64(len(b))
	return nil
}

// Size is how many bytes the records of this generation take.
func (j *Journal) Size() int64 { return j.size }

// Generation is the one that is written.
func (j *Journal) Generation() uint64 { return j.generation }

// Next begins the next generation, in the file of the one before this: its records are kept elsewhere.
func (j *Journal) Next() { j.generation, j.size = j.generation+1, 0 }

// Close closes the files.
func (j *Journal) Close() error {
	var errs []error
	for _, f := range j.files {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}
