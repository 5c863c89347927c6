package fleet

import "testing"

func TestNamesAndAddresses(t *testing.T) {
	for i, want := range map[int][3]string{
		0:    {"node-000", "10.100.0.1:9100", "zone-a"},
		249:  {"node-249", "10.100.0.250:9100", "zone-a"},
		250:  {"node-250", "10.100.1.1:9100", "zone-b"},
		4999: {"node-4999", "10.100.19.250:9100", "zone-b"},
	} {
		if got := [3]string{Name(i), Instance(i), Zone(i)}; got != want {
			t.Errorf("node %d: got %v, want %v", i, got, want)
		}
	}
}

func TestIndex(t *testing.T) {
	if i, err := Index("node-042", 50); err != nil || i != 42 {
		t.Errorf("node-042: got %d, %v", i, err)
	}
	for _, name := range []string{"node-050", "node-42", "node--01", "node-", "042", "node-042x"} {
		if i, err := Index(name, 50); err == nil {
			t.Errorf("%s: got %d, want an error", name, i)
		}
	}
}

func TestCheckSize(t *testing.T) {
	if CheckSize(0) != nil || CheckSize(MaxNodes) != nil {
		t.Error("the limits themselves are refused")
	}
	if CheckSize(-1) == nil || CheckSize(MaxNodes+1) == nil {
		t.Error("a size beyond the limits passes")
	}
}
