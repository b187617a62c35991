package worker

import (
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// descriptor reads and writes the channel with system calls that block: there is nothing else to do.
type descriptor int

func (d descriptor) Read(p []byte) (int, error) {
	for {
		n, err := unix.Read(int(d), p)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (d descriptor) Write(p []byte) (int, error) {
	for done := 0; done < len(p); {
		n, err := unix.Write(int(d), p[done:])
		switch {
		case err == unix.EINTR:
		case err != nil:
			return done, err
		default:
			done += n
		}
	}
	return len(p), nil
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
