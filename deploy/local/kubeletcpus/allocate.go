package main

import (
	"errors"
	"fmt"
	_ "unsafe" // for go:linkname

	"github.com/go-logr/logr"
	"k8s.io/kubernetes/pkg/kubelet/cm/cpumanager"
	"k8s.io/kubernetes/pkg/kubelet/cm/cpumanager/topology"
	"k8s.io/utils/cpuset"
)

// The kubelet does not export its allocator. The linker finds it by name when it is told not to
// mind (-ldflags=-checklinkname=0).

//go:linkname takePacked k8s.io/kubernetes/pkg/kubelet/cm/cpumanager.takeByTopologyNUMAPacked
func takePacked(logr.Logger, *topology.CPUTopology, cpuset.CPUSet, int, cpumanager.CPUSortingStrategy, bool) (cpuset.CPUSet, error)

//go:linkname takeDistributed k8s.io/kubernetes/pkg/kubelet/cm/cpumanager.takeByTopologyNUMADistributed
func takeDistributed(logr.Logger, *topology.CPUTopology, cpuset.CPUSet, int, int, cpumanager.CPUSortingStrategy) (cpuset.CPUSet, error)

// cpu is a CPU that is online, as in the files that "ballast allocate" reads.
type cpu struct {
	CPU    int  `json:"cpu"`
	Core   int  `json:"core"`
	Socket int  `json:"socket"`
	NUMA   int  `json:"numa"`
	Uncore *int `json:"uncore"`
}

// question is an item of a batch.
type question struct {
	Name     string `json:"name"`
	Topology struct {
		CPUs []cpu `json:"cpus"`
	} `json:"topology"`
	Available string `json:"available"`
	CPUs      int    `json:"cpus"`
	Policy    string `json:"policy"`
	Group     int    `json:"group"`
}

// answer is what the kubelet does, in the kernel's list format, or why it does nothing.
type answer struct {
	Name  string  `json:"name"`
	CPUs  *string `json:"cpus,omitempty"`
	Error string  `json:"error,omitempty"`
}

// allocate asks the kubelet's allocator. A panic of it is an error.
func allocate(q question) (a answer) {
	a.Name = q.Name
	defer func() {
		if p := recover(); p != nil {
			a.CPUs, a.Error = nil, fmt.Sprint("panic: ", p)
		}
	}()
	set, err := take(q)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	text := set.String()
	a.CPUs = &text
	return a
}

func take(q question) (cpuset.CPUSet, error) {
	machine, err := describe(q.Topology.CPUs)
	if err != nil {
		return cpuset.New(), err
	}
	available, err := cpuset.Parse(q.Available)
	if err != nil {
		return cpuset.New(), err
	}
	if !available.IsSubsetOf(machine.CPUDetails.CPUs()) {
		return cpuset.New(), fmt.Errorf("available is %q, which has CPUs that the topology lacks", q.Available)
	}
	quiet := logr.Discard()
	switch q.Policy {
	case "packed", "":
		return takePacked(quiet, machine, available, q.CPUs, cpumanager.CPUSortingStrategyPacked, false)
	case "spread":
		return takePacked(quiet, machine, available, q.CPUs, cpumanager.CPUSortingStrategySpread, false)
	case "l3":
		return takePacked(quiet, machine, available, q.CPUs, cpumanager.CPUSortingStrategyPacked, true)
	case "distributed":
		return takeDistributed(quiet, machine, available, q.CPUs, max(1, q.Group), cpumanager.CPUSortingStrategyPacked)
	}
	return cpuset.New(), fmt.Errorf("policy is %q: the kubelet has packed, spread, l3 and distributed", q.Policy)
}

// describe makes the kubelet's view of a machine. Numbers of cores that are used in more than one
// socket or NUMA node are replaced as the kubelet does it: by the lowest CPU of the core.
func describe(cpus []cpu) (*topology.CPUTopology, error) {
	type core struct{ numa, socket, id int }
	lowest := map[core]int{}
	places := map[int]core{}
	repeated := false
	for _, c := range cpus {
		key := core{c.NUMA, c.Socket, c.Core}
		if first, ok := lowest[key]; !ok || c.CPU < first {
			lowest[key] = c.CPU
		}
		if other, ok := places[c.Core]; ok && other != key {
			repeated = true
		}
		places[c.Core] = key
	}
	details := topology.CPUDetails{}
	for _, c := range cpus {
		if _, doubled := details[c.CPU]; doubled {
			return nil, fmt.Errorf("cpu %d is there twice", c.CPU)
		}
		info := topology.CPUInfo{NUMANodeID: c.NUMA, SocketID: c.Socket, CoreID: c.Core, UncoreCacheID: c.Socket}
		if repeated {
			info.CoreID = lowest[core{c.NUMA, c.Socket, c.Core}]
		}
		if c.Uncore != nil {
			info.UncoreCacheID = *c.Uncore
		}
		details[c.CPU] = info
	}
	if len(details) == 0 {
		return nil, errors.New("the topology has no cpus")
	}
	return &topology.CPUTopology{
		NumCPUs:        len(details),
		NumCores:       details.Cores().Size(),
		NumUncoreCache: details.UncoreCaches().Size(),
		NumSockets:     details.Sockets().Size(),
		NumNUMANodes:   details.NUMANodes().Size(),
		CPUDetails:     details,
	}, nil
}
