package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// trace is a table of loads: one row a machine, one column a step of time, each a fraction. It
// starts again when it is over, and nodes beyond its last row take the first ones again.
type trace struct {
	rows [][]float64
	step time.Duration
}

// readTrace reads "vm,t0,t300,..." and whole percents below it. The step is t(2nd) - t(1st), in
// seconds, divided by speed.
func readTrace(path string, speed float64) (*trace, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	result, err := parseTrace(file, speed)
	if err != nil {
		return nil, fmt.Errorf("trace %s: %w", path, err)
	}
	return result, nil
}

func parseTrace(input io.Reader, speed float64) (*trace, error) {
	if !(speed > 0) {
		return nil, fmt.Errorf("--speed is %v, it has to be more than 0", speed)
	}
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 16<<20)
	lines.Scan()
	header := strings.Split(strings.TrimSpace(lines.Text()), ",")
	step, err := headerStep(header)
	if err != nil {
		return nil, err
	}
	result := &trace{step: time.Duration(float64(step) / speed)}
	if result.step < time.Millisecond {
		return nil, fmt.Errorf("--speed %v makes a step of %v, it has to be at least 1ms", speed, result.step)
	}
	for number := 2; lines.Scan(); number++ {
		if lines.Text() == "" {
			continue
		}
		row, err := parseRow(strings.Split(strings.TrimSpace(lines.Text()), ","), len(header))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		result.rows = append(result.rows, row)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(result.rows) == 0 {
		return nil, fmt.Errorf("it has no row below the header")
	}
	return result, nil
}

func headerStep(header []string) (time.Duration, error) {
	if len(header) < 3 {
		return 0, fmt.Errorf("the header has %d columns, it needs 'vm' and at least two times, as in vm,t0,t300", len(header))
	}
	var times [2]int
	for i := range times {
		seconds, err := strconv.Atoi(strings.TrimPrefix(header[i+1], "t"))
		if err != nil {
			return 0, fmt.Errorf("column %d is called %q, it has to be t and whole seconds", i+2, header[i+1])
		}
		times[i] = seconds
	}
	if times[1] <= times[0] {
		return 0, fmt.Errorf("times go from t%d to t%d, they have to grow", times[0], times[1])
	}
	return time.Duration(times[1]-times[0]) * time.Second, nil
}

func parseRow(fields []string, columns int) ([]float64, error) {
	if len(fields) != columns {
		return nil, fmt.Errorf("%d columns, the header has %d", len(fields), columns)
	}
	row := make([]float64, 0, columns-1)
	for _, field := range fields[1:] {
		percent, err := strconv.ParseFloat(field, 64)
		if err != nil || !(percent >= 0 && percent <= 100) {
			return nil, fmt.Errorf("%q is no percentage from 0 to 100", field)
		}
		row = append(row, percent/100)
	}
	return row, nil
}

// at is the load fraction of node i after the given number of steps.
func (t *trace) at(i, steps int) float64 {
	row := t.rows[i%len(t.rows)]
	return row[steps%len(row)]
}
