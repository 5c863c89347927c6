// Package fleet says what the made-up nodes of the local cluster are called. The node objects,
// the exporter and the Prometheus targets all take names and addresses from here, so they agree.
package fleet

import (
	"fmt"
	"strings"
)

// MaxNodes is the number of different addresses that IP can give.
const MaxNodes = 250 * 250

// CheckSize returns an error unless n nodes can be named and addressed.
func CheckSize(n int) error {
	if n < 0 || n > MaxNodes {
		return fmt.Errorf("--nodes is %d, it has to be from 0 to %d", n, MaxNodes)
	}
	return nil
}

// Name is the name of node i: node-000, node-001 and so on.
func Name(i int) string { return fmt.Sprintf("node-%03d", i) }

// IP is the InternalIP of node i. It is only data: nothing listens there.
func IP(i int) string { return fmt.Sprintf("10.100.%d.%d", i/250, i%250+1) }

// Instance is the value of the label "instance" of node i, as with a node_exporter on the node.
func Instance(i int) string { return IP(i) + ":9100" }

// Zone is the zone of node i: zone-a, zone-b and zone-c in turn.
func Zone(i int) string { return "zone-" + string(rune('a'+i%3)) }

// Index is the number of the node called name, or an error if none of n nodes is called so.
func Index(name string, n int) (int, error) {
	digits, found := strings.CutPrefix(name, "node-")
	var i int
	if _, err := fmt.Sscanf(digits, "%d", &i); found && err == nil && i >= 0 && i < n && Name(i) == name {
		return i, nil
	}
	return 0, fmt.Errorf("no node is called %q: the %d nodes are %s to %s", name, n, Name(0), Name(max(n-1, 0)))
}
