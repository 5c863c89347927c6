package extenderclient

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// path is a way to a server that counts connections and may be slow.
type path struct {
	address  string // where it listens
	accepted atomic.Int32
}

// newPath makes a path that passes the first bytes of each connection at once, pauses, and then
// passes the rest.
func newPath(t *testing.T, server string, first int64, pause time.Duration) *path {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	made := &path{address: listener.Addr().String()}
	group.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			made.accepted.Add(1)
			t.Cleanup(func() { near.Close() })
			group.Go(func() { carry(near, server, first, pause) })
		}
	})
	t.Cleanup(group.Wait)
	t.Cleanup(func() { listener.Close() })
	return made
}

// carry copies both ways until either side closes.
func carry(near net.Conn, server string, first int64, pause time.Duration) {
	defer near.Close()
	far, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(near, far)
		near.Close()
	})
	if _, err := io.CopyN(far, near, first); err == nil {
		time.Sleep(pause)
		io.Copy(far, near)
	}
	far.Close()
	back.Wait()
}
