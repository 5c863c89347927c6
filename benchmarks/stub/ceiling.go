package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	mostNames   = 20_000
	hostBytes   = 42 // as long as the names of nodes in clouds
	filterHead  = `{"Nodes":null,"NodeNames":`
	filterTail  = `,"FailedNodes":null,"FailedAndUnresolvableNodes":null,"Error":""}`
	readBuffer  = 64 << 10
	mostRequest = 16 << 20
)

var namesKey = []byte(`"NodeNames":[`)

// ceiling answers calls without decoding them, over bare sockets: no extender can be quicker for its client.
type ceiling struct {
	keep   int
	scores []byte // the entries of a prioritize answer, all of one size
	entry  int    // that size, with the comma
	times  stats
}

func serveCeiling(listener net.Listener, keep int) error {
	c := newCeiling(keep)
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go c.serve(conn)
	}
}

func newCeiling(keep int) *ceiling {
	c := &ceiling{keep: keep}
	var all bytes.Buffer
	for i := range mostNames {
		name := fmt.Sprintf("host-%06d", i) // no node is called so; the client passes over it
		fmt.Fprintf(&all, `{"Host":"%s","Score":%d},`, name+strings.Repeat("x", hostBytes-len(name)), 1+i%9)
		if i == 0 {
			c.entry = all.Len()
		}
	}
	c.scores = all.Bytes()
	return c
}

func (c *ceiling) serve(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReaderSize(conn, readBuffer)
	var body, out []byte
	for {
		if _, err := reader.Peek(1); err != nil {
			return // the client has gone
		}
		begin := time.Now()
		target, length, err := readHead(reader)
		if err != nil {
			return
		}
		if cap(body) < length {
			body = make([]byte, length, 2*length)
		}
		body = body[:length]
		if _, err := io.ReadFull(reader, body); err != nil {
			return
		}
		out = append(out[:0], "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length:          \r\n\r\n"...)
		head := len(out)
		out, err = c.answer(out, target, body)
		if err != nil {
			_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
			continue
		}
		size := strconv.Itoa(len(out) - head)
		copy(out[head-4-len(size):], size) // right-aligned before the empty line
		if _, err := conn.Write(out); err != nil {
			return
		}
		if strings.HasPrefix(target, "POST /v1/") {
			c.times.add(time.Since(begin))
		}
	}
}

// readHead reads up to the empty line: "METHOD PATH" and the length of the body.
func readHead(reader *bufio.Reader) (target string, length int, err error) {
	for first := true; ; first = false {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return "", 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return target, length, nil
		}
		if first {
			target, _, _ = strings.Cut(string(line), " HTTP/")
			continue
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("Content-Length")) {
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			if err != nil || length < 0 || length > mostRequest {
				return "", 0, fmt.Errorf("Content-Length is %q, it has to be from 0 to %d", value, mostRequest)
			}
		}
	}
}

func (c *ceiling) answer(out []byte, target string, body []byte) ([]byte, error) {
	switch target {
	case "POST /v1/filter":
		names, err := rawNames(body)
		if err != nil {
			return nil, err
		}
		out = append(out, filterHead...)
		if kept := c.first(names); len(kept) < len(names) {
			out = append(out, kept...)
			out = append(out, ']')
		} else {
			out = append(out, names...)
		}
		return append(out, filterTail...), nil
	case "POST /v1/prioritize":
		names, err := rawNames(body)
		if err != nil {
			return nil, err
		}
		count := min(bytes.Count(names, []byte(","))+1, mostNames)
		out = append(out, '[')
		out = append(out, c.scores[:count*c.entry-1]...)
		return append(out, ']'), nil
	case "GET /stats":
		summary, err := json.Marshal(c.times.summary())
		return append(out, summary...), err
	case "POST /stats/reset":
		c.times.reset()
		return out, nil
	}
	return nil, fmt.Errorf("no %s", target)
}

// rawNames is the array of the names as it came, with its brackets. It is the last list of the request, and names
// of nodes have no bracket in them.
func rawNames(body []byte) ([]byte, error) {
	at := bytes.LastIndex(body, namesKey)
	if at < 0 {
		return nil, errors.New("no NodeNames")
	}
	names := body[at+len(namesKey)-1:]
	end := bytes.IndexByte(names, ']')
	if end < 0 {
		return nil, errors.New("NodeNames does not end")
	}
	return names[:end+1], nil
}

// first is the array up to its first names that are to be kept, without the closing bracket; or all of it.
func (c *ceiling) first(names []byte) []byte {
	if c.keep == 0 {
		return names
	}
	end := 0
	for range c.keep {
		comma := bytes.IndexByte(names[end+1:], ',')
		if comma < 0 {
			return names
		}
		end += 1 + comma
	}
	return names[:end]
}
