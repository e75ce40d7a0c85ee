package vi

import (
	"slices"
	"strings"
	"testing"

	"chungtay/flows/dialog/fold"
)

func TestTheUnits(t *testing.T) {
	kinds := map[string]int{}
	for _, u := range Units() {
		kinds[u.Kind]++
		if got, ok := UnitByCode(u.Code); !ok || got.Name != u.Name {
			t.Errorf("%s is %v", u.Code, got)
		}
	}
	if kinds["phường"] != 23 || kinds["xã"] != 70 || kinds["đặc khu"] != 1 {
		t.Errorf("%v", kinds)
	}
	if n := len(OldUnits()); n != 280 {
		t.Errorf("%d old units", n)
	}
	for _, o := range OldUnits() {
		if len(o.Units) > 1 && o.Short != "Hòa Liên" {
			t.Errorf("%s is split: %v", o.Name, o.Units)
		}
	}
	if _, ok := UnitByCode("00000"); ok {
		t.Error("00000 is a unit")
	}
}

// Every unit of today is read for sure by its full name, however it is typed, and is among the readings of its bare
// name.
func TestEveryUnit(t *testing.T) {
	for _, u := range Units() {
		initial := map[string]string{"phường": "P.", "xã": "X.", "đặc khu": "ĐK "}[u.Kind]
		for _, phrase := range []string{u.Name, strings.ToUpper(u.Name), strings.ToLower(u.Name), newTones(u.Name), fold.Fold(u.Name), initial + u.Short, u.Name + ", TP Đà Nẵng", u.Name + " thành phố Đà Nẵng", "ở " + u.Name} {
			r := ReadUnit(phrase, at)
			if !r.Sure || r.Value.Unit != u.Code {
				t.Errorf("%q is %s, want %s", phrase, writeUnit(r), u.Code)
			}
		}
		for _, phrase := range []string{u.Short, fold.Fold(u.Short), strings.ToUpper(u.Short)} {
			if !mayBe(ReadUnit(phrase, at), u.Code) {
				t.Errorf("%q is %s, want %s among them", phrase, writeUnit(ReadUnit(phrase, at)), u.Code)
			}
		}
	}
}

// Every old ward, commune and town leads to the unit that holds it today.
func TestEveryOldUnit(t *testing.T) {
	for _, o := range OldUnits() {
		for _, phrase := range []string{o.Name, o.Name + " cũ", strings.ToUpper(o.Name), newTones(o.Name) + " (cũ)", fold.Fold(o.Name), o.Short, fold.Fold(o.Short), o.Short + " cũ"} {
			r := ReadUnit(phrase, at)
			for _, code := range o.Units {
				if !mayBe(r, code) {
					t.Errorf("%q is %s, want %s", phrase, writeUnit(r), code)
				}
			}
			if r.Sure && len(o.Units) > 1 {
				t.Errorf("%q is surely %s", phrase, writeUnit(r))
			}
		}
	}
}

func TestEveryDistrict(t *testing.T) {
	for _, d := range Districts() {
		r := ReadUnit(d.Name, at)
		for _, code := range d.Units {
			if !mayBe(r, code) {
				t.Errorf("%q is %s, want %s among them", d.Name, writeUnit(r), code)
			}
		}
		if r.Sure && len(d.Units) > 1 {
			t.Errorf("%q is surely %s", d.Name, writeUnit(r))
		}
	}
}

// Two places whose names differ by nothing but accents are asked about when those are left out.
func TestNamesThatShareTheirLetters(t *testing.T) {
	sure := map[string]map[string]bool{}
	note := func(name, code string) {
		key := strings.ReplaceAll(fold.Fold(name), " ", "")
		if sure[key] == nil {
			sure[key] = map[string]bool{}
		}
		sure[key][code] = true
	}
	for _, u := range Units() {
		note(u.Short, u.Code)
	}
	for _, o := range OldUnits() {
		for _, code := range o.Units {
			note(o.Short, code)
		}
	}
	shared := 0
	for key, codes := range sure {
		if len(codes) < 2 {
			continue
		}
		shared++
		for code := range codes {
			if r := ReadUnit(key, at); !mayBe(r, code) || r.Sure {
				t.Errorf("%q is %s, want a question with %s", key, writeUnit(r), code)
			}
		}
	}
	if shared < 4 {
		t.Errorf("%d names are shared", shared)
	}
}

func mayBe(r Reading[Place], code string) bool {
	return r.Sure && r.Value.Unit == code || slices.ContainsFunc(r.Candidates, func(p Place) bool { return p.Unit == code })
}
