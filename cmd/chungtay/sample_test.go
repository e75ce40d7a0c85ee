package main

import (
	"strings"
	"testing"

	"chungtay/flows/vi"
	"chungtay/storage"
)

// The same sample data every time: the units of today, forty groups, three hundred households marked as made up, and two
// women called Lan in the leader's group.
func TestSample(t *testing.T) {
	read := func() (groups, households []string) {
		g, h := sampleLists()
		for row, err := range g.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			groups = append(groups, strings.Join(row.Cells, ";"))
		}
		for row, err := range h.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			households = append(households, strings.Join(row.Cells, ";"))
		}
		return groups, households
	}
	groups, households := read()
	if len(groups) != 41 || len(households) != sampleHouseholds+1 {
		t.Errorf("%d groups, %d households", len(groups)-1, len(households)-1)
	}
	lans := 0
	for _, h := range households[1:] {
		if !strings.Contains(h, ";MẪU-") {
			t.Errorf("not marked as a sample: %s", h)
		}
		if strings.HasPrefix(h, "Phường Hòa Khánh;Hòa Minh;Tổ 12;") && strings.Contains(h, " Lan;") {
			lans++
		}
	}
	if lans != 2 {
		t.Errorf("%d women called Lan in the leader's group", lans)
	}
	groups2, households2 := read()
	if strings.Join(groups, "\n") != strings.Join(groups2, "\n") || strings.Join(households, "\n") != strings.Join(households2, "\n") {
		t.Error("the sample differs from one time to the next")
	}
	if len(vi.Units()) != 94 {
		t.Errorf("%d units", len(vi.Units()))
	}
}

// Names of units as people write them, for imports.
func TestPlaces(t *testing.T) {
	for said, want := range map[string][]storage.Place{
		"20200":               {{Code: "20200"}},
		"Phường Hòa Khánh":    {{Code: "20200"}},
		"phuong hoa khanh":    {{Code: "20200"}},
		"P. Hoà Khánh":        {{Code: "20200"}},
		"Phường Hòa Minh":     {{Code: "20200", Old: "Hòa Minh"}},
		"Hòa Minh (cũ)":       {{Code: "20200", Old: "Hòa Minh"}},
		"Xã Hòa Liên":         {{Code: "20194", Old: "Hòa Liên"}, {Code: "20197", Old: "Hòa Liên"}},
		"Đặc khu Hoàng Sa":    {{Code: "20333"}},
		"99999":               nil,
		"một nơi không có ai": nil,
	} {
		got := places(said)
		if len(got) != len(want) {
			t.Errorf("%s: %v", said, got)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %v, want %v", said, got, want)
			}
		}
	}
}
