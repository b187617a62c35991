package worker

import (
	"errors"
	"io"
	"os"
	goruntime "runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// descriptor reads and writes one end of the channel with system calls that block. Neither end has anything
// better to do during most runs: the worker process waits for the next one, and the processor that the
// supervisor's goroutine has is the one that the worker process needs.
type descriptor struct {
	fd   int
	long func() // called before a transfer goes on that takes longer than attentive; may be nil
}

// attentive is how long a read or write may take in a system call that the Go scheduler does not know of.
// From one that it knows of it takes the processor away within microseconds, and wakes another thread to
// look for work that there is not: that costs as much as the frame itself.
const attentive = 2 * time.Millisecond

// prepare makes reads and writes return after attentive.
func (d descriptor) prepare() error { return d.returnAfter(attentive) }

// returnAfter sets how long a read or write may take, 0 for as long as it wants.
func (d descriptor) returnAfter(t time.Duration) error {
	timeout := unix.NsecToTimeval(t.Nanoseconds())
	return errors.Join(
		unix.SetsockoptTimeval(d.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &timeout),
		unix.SetsockoptTimeval(d.fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &timeout),
	)
}

func (d descriptor) Read(p []byte) (int, error) {
	n, err := d.transfer(unix.SYS_READ, p, unix.Read)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

func (d descriptor) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		n, err := d.transfer(unix.SYS_WRITE, p[done:], unix.Write)
		if err != nil {
			return done, err
		}
		done += n
	}
	return len(p), nil
}

// transfer reads or writes: attentively first, then patiently, so that the process may sleep.
func (d descriptor) transfer(call uintptr, p []byte, patient func(int, []byte) (int, error)) (int, error) {
	for {
		n, _, errno := unix.RawSyscall(call, uintptr(d.fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
			goruntime.Gosched() // the scheduler may have asked for it
		case unix.EAGAIN: // poll(2) is not to be had: it refuses a process that may open nothing
			if d.long != nil {
				d.long()
			}
			if err := d.returnAfter(0); err != nil {
				return 0, err
			}
			n, err := patient(d.fd, p)
			if err := d.returnAfter(attentive); err != nil {
				return 0, err
			}
			if err != unix.EINTR {
				return max(0, n), err
			}
		default:
			return 0, errno
		}
	}
}

// polled reads a descriptor that blocks without keeping a processor: the process has only one, and a
// system call that blocks holds it for milliseconds.
type polled struct{ conn syscall.RawConn }

// newPolled hands fd to the runtime's poller, which takes only descriptors that do not block: fd blocks
// again afterwards, for it is the channel's hot path.
func newPolled(fd int) (*polled, error) {
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, err
	}
	conn, err := os.NewFile(uintptr(fd), "channel").SyscallConn()
	if err != nil {
		return nil, err
	}
	return &polled{conn}, unix.SetNonblock(fd, false)
}

func (p *polled) Read(b []byte) (n int, err error) {
	polling := p.conn.Read(func(fd uintptr) bool {
		n, _, err = unix.Recvfrom(int(fd), b, unix.MSG_DONTWAIT)
		return err != unix.EAGAIN && err != unix.EINTR
	})
	switch {
	case polling != nil:
		return 0, polling
	case err != nil:
		return 0, err
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}
