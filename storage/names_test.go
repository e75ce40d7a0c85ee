package storage

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"chungtay/storage/records"
)

func TestGroupKey(t *testing.T) {
	for _, c := range []struct{ label, number, want string }{
		{"Hòa Minh", "12", "hoa-minh.12"},
		{"Hoà Minh", "Tổ 12", "hoa-minh.12"},
		{"phường Hòa Minh", "tổ dân phố 012", "hoa-minh.12"},
		{"", "56A", "56a"},
		{"", "Thôn Phú Sơn", "phu-son"},
		{"Hòa Sơn", "TDP 3/4", "hoa-son.3-4"},
		{"", "thôn 5", "5"},
		{"", "Tơ Viêng", "to-vieng"},
		{"", "Khối phố An Hà", "an-ha"},
	} {
		if got := GroupKey(c.label, c.number); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.label, c.number, got, c.want)
		}
	}
}

// The sort key puts names in the order of a Vietnamese list, as the Unicode collation of the language does.
func TestSortKey(t *testing.T) {
	names := strings.Split("Nguyễn Thị Lan,Trần Thị Lan,Phạm Văn Lân,Lê Văn Lăng,Bùi Lãng,Võ Văn An,Võ Văn Ân,Võ Văn Ấn,Võ Văn Ăn,Đỗ Thị Ánh,Đặng Đà,Lê Dũng,Lê Đức,Hồ Thị Ơn,Hồ Thị Ôn,Hồ Thị On,Lý Ước,Lý Út,A Lăng Bốn,Bríu Pố,Ngô Ê,Ngô E,Lê Thị Lan,Lê Thị Làn,Lê Thị Lạn,Lê Thị Lán,Lê Thị Lan Anh,Anh", ",")
	reference := collate.New(language.Vietnamese)
	given := func(name string) string {
		parts := strings.Fields(name)
		return strings.Join(append(parts[len(parts)-1:], parts[:len(parts)-1]...), " ")
	}
	ours, theirs := slices.Clone(names), slices.Clone(names)
	slices.SortStableFunc(ours, func(a, b string) int { return strings.Compare(sortKey(a), sortKey(b)) })
	slices.SortStableFunc(theirs, func(a, b string) int { return reference.CompareString(given(a), given(b)) })
	if !slices.Equal(ours, theirs) {
		t.Errorf("sorted\n%s\nwant\n%s", strings.Join(ours, ", "), strings.Join(theirs, ", "))
	}
}

func TestHouseholdKey(t *testing.T) {
	h := records.Household{Area: to12, Head: "Nguyễn Thị Lan", BirthYear: 1951, Second: "hẻm 42"}
	same := records.Household{Area: to12, Head: "nguyễn  thị LAN", BirthYear: 1951, Second: "Hẻm 42"}
	if HouseholdKey(h) != HouseholdKey(same) {
		t.Errorf("%s, %s", HouseholdKey(h), HouseholdKey(same))
	}
	seen := map[string]bool{HouseholdKey(h): true}
	for _, change := range []func(*records.Household){
		func(h *records.Household) { h.BirthYear = 1952 }, func(h *records.Household) { h.Second = "" }, func(h *records.Household) { h.Area = to13 },
		func(h *records.Household) { h.Official = "H42" }, func(h *records.Household) { h.Head = "Nguyễn Thị Lành" },
	} {
		other := h
		change(&other)
		if seen[HouseholdKey(other)] {
			t.Errorf("%+v shares a key", other)
		}
		seen[HouseholdKey(other)] = true
	}
}
