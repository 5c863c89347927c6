// Kubeletcpus asks the kubelet's own CPU allocator what it would hand out.
//
// It reads a file as "ballast allocate --batch" does and prints the same lines, so that both can be
// compared. A question that costs more than -limit of CPU time gets the error "endless".
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

const endless = "endless"

func main() {
	limit := flag.Duration("limit", 2*time.Second, "CPU time that a question may cost")
	offset := flag.Int64("offset", 0, "where in the file to go on; the program uses it itself")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: kubeletcpus [-limit 2s] FILE")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *offset, *limit); err != nil {
		fmt.Fprintln(os.Stderr, "kubeletcpus:", err)
		os.Exit(2)
	}
}

func run(name string, offset int64, limit time.Duration) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	list, err := open(file, offset)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	for list.More() {
		var q question
		if err := list.Decode(&q); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		a, ended := bounded(q, limit)
		if err := lines.Encode(a); err != nil {
			return err
		}
		if !ended { // nothing but a new program gets rid of the loop
			if err := out.Flush(); err != nil {
				return err
			}
			return again(name, offset+list.InputOffset(), limit)
		}
	}
	if _, err := list.Token(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return out.Flush()
}

// list is a JSON list that is read item by item.
type list struct {
	*json.Decoder
	made int64 // bytes that are not in the file
}

// InputOffset is where the next item begins, counted from where the list was opened.
func (l *list) InputOffset() int64 {
	return l.Decoder.InputOffset() - l.made
}

// open begins a list, or goes on after one of its items.
func open(file io.ReadSeeker, offset int64) (*list, error) {
	if _, err := file.Seek(offset, io.SeekStart); err != nil {
		return nil, err
	}
	reader := bufio.NewReaderSize(file, 1<<20)
	l := &list{json.NewDecoder(reader), 0}
	if offset > 0 {
		skipped, err := skipComma(reader)
		if err != nil {
			return nil, err
		}
		l = &list{json.NewDecoder(io.MultiReader(strings.NewReader("["), reader)), 1 - skipped}
	}
	begin, err := l.Token()
	if err != nil {
		return nil, err
	}
	if begin != json.Delim('[') {
		return nil, errors.New("it is no JSON list")
	}
	return l, nil
}

// skipComma passes white space and a comma after it, if there is one, and tells how many bytes.
func skipComma(reader *bufio.Reader) (int64, error) {
	for n := int64(0); ; n++ {
		r, _, err := reader.ReadRune()
		switch {
		case err != nil:
			return n, err
		case r == ',':
			return n + 1, nil
		case !unicode.IsSpace(r):
			return n, reader.UnreadRune()
		}
	}
}

// bounded gives an answer, and whether the allocator came to an end.
func bounded(q question, limit time.Duration) (answer, bool) {
	done := make(chan answer, 1)
	start := cpuTime()
	go func() { done <- allocate(q) }()
	tick := time.NewTicker(limit / 10)
	defer tick.Stop()
	for {
		select {
		case a := <-done:
			return a, true
		case <-tick.C:
			if cpuTime()-start > limit {
				return answer{Name: q.Name, Error: endless}, false
			}
		}
	}
}

// cpuTime is what this process has used: a busy machine makes nothing endless.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// again replaces the process by a fresh one that goes on in the file.
func again(name string, offset int64, limit time.Duration) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{self, "-limit", limit.String(), "-offset", strconv.FormatInt(offset, 10), name}
	return syscall.Exec(self, args, os.Environ())
}
