package records_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chungtay/storage/records"
)

func TestCodeRoundTrip(t *testing.T) {
	for _, c := range []struct {
		n    uint64
		want string
	}{{0, "GN-222222"}, {1, "GN-222223"}, {records.CodeSpace - 1, "GN-ZZZZZZ"}} {
		if got := records.CodeOf(c.n); got[:9] != c.want {
			t.Errorf("code of %d is %s, want %s and a check symbol", c.n, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(0, records.CodeSpace-1).Draw(t, "n")
		m := rapid.Uint64Range(0, records.CodeSpace-1).Draw(t, "m")
		code := records.CodeOf(n)
		if back, ok := records.ParseCode(code); !ok || back != code {
			t.Fatalf("%s is read as %q", code, back)
		}
		if (n == m) != (code == records.CodeOf(m)) {
			t.Fatalf("%d and %d have codes %s and %s", n, m, code, records.CodeOf(m))
		}
		if home := records.HouseholdCodeOf(n); len(home) != 10 {
			t.Fatal(home)
		}
		if _, ok := records.ParseHouseholdCode(code); ok {
			t.Fatalf("%s is taken for a household's code", code)
		}
		invite := records.InviteCodeOf(rapid.Uint64Range(0, records.InviteSpace-1).Draw(t, "invite"))
		for _, fund := range records.Funds {
			if code := records.TransferCodeOf(fund, rapid.Uint64Range(0, records.CodeSpace-1).Draw(t, "transfer")); code != "" {
				if _, ok := records.ParseInviteCode(code); ok {
					t.Fatalf("%s is read as an invite", code)
				}
				if strings.HasPrefix(invite, code[:3]) {
					t.Skip("such an invite is not given out")
				}
			}
		}
		if back, ok := records.ParseInviteCode(strings.ToLower(invite)); !ok || back != invite {
			t.Fatalf("invite %s is read as %q", invite, back)
		}
	})
}

// Every wrong symbol and every swap of two symbols up to three places apart is found, in every code of a spread of them.
func TestCodeFindsSlips(t *testing.T) {
	for n := uint64(0); n < records.CodeSpace; n += 1_999_993 {
		for _, code := range []string{records.CodeOf(n)[3:], strings.ReplaceAll(records.InviteCodeOf(n*15_625), "-", "")} {
			parse := records.ParseCode
			if len(code) > 7 {
				parse = records.ParseInviteCode
			}
			for i := range code {
				for _, s := range []byte(records.Symbols) {
					if wrong := code[:i] + string(s) + code[i+1:]; s != code[i] {
						if got, ok := parse(wrong); ok {
							t.Fatalf("%s typed for %s is taken for %s", wrong, code, got)
						}
					}
				}
				for j := i + 1; j < len(code) && j <= i+3; j++ {
					b := []byte(code)
					b[i], b[j] = b[j], b[i]
					if got, ok := parse(string(b)); ok && b[i] != b[j] {
						t.Fatalf("%s swapped from %s is taken for %s", b, code, got)
					}
				}
			}
		}
	}
}

func TestParseCodeAsTyped(t *testing.T) {
	code := records.CodeOf(123_456_789)
	bare := code[3:]
	for _, typed := range []string{
		code, strings.ToLower(code), bare, "gn" + bare, "GN " + bare[:3] + " " + bare[3:], " gn–" + bare + ".", "GN—" + bare, "gn - " + strings.ToLower(bare),
		"#" + code, "ＧＮ－" + fullWidth(bare), "gn\u200b-" + bare, "GN_" + bare, code[:5] + "\u0301" + code[5:], "\ufeff" + code + "\n",
	} {
		if got, ok := records.ParseCode(typed); !ok || got != code {
			t.Errorf("%q is read as %q, %v; want %s", typed, got, ok, code)
		}
	}
	for _, typed := range []string{"", "GN", "GN-", bare[1:], bare + "2", "GNGN" + bare, "HG" + bare, "xin chào", "500k", strings.Repeat("2", 500), "GN-\xff\xfe", "GN-AEIOUYW", "\x00"} {
		if got, ok := records.ParseCode(typed); ok {
			t.Errorf("%q is read as %s", typed, got)
		}
	}
}

func fullWidth(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r + 0xFEE0)
	}
	return b.String()
}

func FuzzParseCode(f *testing.F) {
	f.Add("GN-7K3QF2M")
	f.Add("gn 7k3 qf2m.")
	f.Fuzz(func(t *testing.T, s string) {
		if code, ok := records.ParseCode(s); ok {
			if again, ok := records.ParseCode(code); !ok || again != code {
				t.Errorf("%q gives %s, which gives %s", s, code, again)
			}
		}
		records.ParseInviteCode(s)
		records.ParseHouseholdCode(s)
	})
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		path, in string
		want     bool
	}{
		{"48/20200/hoa-minh.12", "48/20200/hoa-minh.12", true},
		{"48/20200/hoa-minh.12", "48/20200", true},
		{"48/20200/hoa-minh.12", "48", true},
		{"48/20200/hoa-minh.12/HG-2222222", "48/20200/hoa-minh.12", true},
		{"48/20200/hoa-minh.12", "48/20200/hoa-minh.1", false},
		{"48/20200", "48/20200/hoa-minh.12", false},
		{"480/1", "48", false},
		{"48", "", false},
		{"", "", false},
		{"", "48", false},
	} {
		if got := records.Within(c.path, c.in); got != c.want {
			t.Errorf("%q within %q: %v", c.path, c.in, got)
		}
	}
}

// Scope and Can agree: an actor can act exactly in the areas of its scope and below, and no area of a scope lies in another.
func TestScopeAgreesWithCan(t *testing.T) {
	areas := []string{"48", "48/1", "48/2", "48/1/a", "48/1/b", "48/2/a", "48/1/a/HG-1", "49"}
	roles := append([]string{"nobody"}, records.Roles...)
	actions := []records.Action{"burn"}
	for _, r := range records.Rules {
		actions = append(actions, r.Action)
	}
	rapid.Check(t, func(t *rapid.T) {
		var actor records.Actor
		for range rapid.IntRange(0, 5).Draw(t, "grants") {
			actor.Grants = append(actor.Grants, records.Grant{Role: rapid.SampledFrom(roles).Draw(t, "role"), Area: rapid.SampledFrom(append(areas, "")).Draw(t, "area")})
		}
		action := rapid.SampledFrom(actions).Draw(t, "action")
		scope := records.Scope(actor, action)
		for i, x := range scope {
			for j, y := range scope {
				if i != j && records.Within(x, y) {
					t.Fatalf("scope %v: %s lies within %s", scope, x, y)
				}
			}
		}
		for _, area := range areas {
			inside := false
			for _, s := range scope {
				inside = inside || records.Within(area, s)
			}
			if can := records.Can(actor, action, area); can != inside {
				t.Fatalf("%v in %s: can %v, in scope %v: %v", action, area, can, scope, inside)
			}
		}
	})
}

// What each role must never be able to do, whatever the rules grow into.
func TestAccessLimits(t *testing.T) {
	everywhere := func(role string) records.Actor {
		return records.Actor{Grants: []records.Grant{{Role: role, Area: "48"}}}
	}
	for _, role := range []string{records.RoleDonor, records.RoleTreasurer, records.RoleCity, records.RoleAdmin, "", "nobody"} {
		for _, action := range []records.Action{records.SeeHousehold, records.SeeHelp, records.LogTheHelp} {
			if records.Can(everywhere(role), action, "48/1/a/HG-1") {
				t.Errorf("%q can %s", role, action)
			}
		}
	}
	if records.Can(everywhere(records.RoleHousehold), records.LogTheHelp, "48") {
		t.Error("a household can log help")
	}
}

func TestRolesFitAreas(t *testing.T) {
	for _, role := range records.InviteRoles {
		fits := 0
		for _, kind := range []string{records.AreaCity, records.AreaCommune, records.AreaGroup} {
			if records.FitsArea(role, kind) {
				fits++
			}
		}
		if fits == 0 || records.FitsArea(role, "") {
			t.Errorf("%s fits %d kinds of area, and none: %v", role, fits, records.FitsArea(role, ""))
		}
	}
}

func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range records.Kinds {
		if seen[k.Code] {
			t.Errorf("%s is there twice", k.Code)
		}
		seen[k.Code] = true
		if !strings.Contains(" "+strings.Join(records.KindGroups, " ")+" ", " "+k.Group+" ") {
			t.Errorf("%s is in no group of the menu", k.Code)
		}
		if got, ok := records.KindOf(k.Code); !ok || got != k {
			t.Errorf("%s is not found", k.Code)
		}
	}
}

func TestItemInWords(t *testing.T) {
	for _, c := range []struct {
		item records.Item
		want string
	}{
		{records.Item{Qty: 10_000, Unit: "g", Name: "gạo"}, "10 kg gạo"},
		{records.Item{Qty: 500, Unit: "g", Name: "đường"}, "0,5 kg đường"},
		{records.Item{Qty: 1_250, Unit: "g", Name: "thịt"}, "1,25 kg thịt"},
		{records.Item{Qty: 1_005, Unit: "g", Name: "trà"}, "1,005 kg trà"},
		{records.Item{Qty: 50, Unit: "g", Name: "trà"}, "50 g trà"},
		{records.Item{Qty: 2_000, Unit: "ml", Name: "dầu ăn"}, "2 lít dầu ăn"},
		{records.Item{Qty: 2, Unit: "thùng", Name: "mì"}, "2 thùng mì"},
		{records.Item{Qty: 3, Name: "chăn"}, "3 chăn"},
		{records.Item{Qty: 5, Unit: "suất", Name: "suất"}, "5 suất"},
		{records.Item{Qty: 5_000, Unit: "g", Name: "kg"}, "5 kg"},
	} {
		if got := c.item.String(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.item, got, c.want)
		}
	}
}

func TestDays(t *testing.T) {
	evening := time.Date(2026, 11, 10, 17, 30, 0, 0, time.UTC) // half past midnight of the 11th in Đà Nẵng
	if got := records.FormatDay(records.DayOf(evening)); got != "2026-11-11" {
		t.Errorf("day of %v is %s", evening, got)
	}
	log := records.LogHelp{Households: []string{"x"}, Kind: "tien_mat", Money: 1, GiverKind: records.GiverAnonymous, On: "2026-11-11"}
	if refused := log.Check(evening); refused != "" {
		t.Errorf("today in Đà Nẵng is refused: %s", refused)
	}
	if refused := log.Check(evening.Add(-time.Hour)); refused != records.RefusedFuture {
		t.Errorf("tomorrow in Đà Nẵng: %q", refused)
	}
	for _, bad := range []string{"", "2026-2-3", "2026-02-29", "2026-13-01", "11/11/2026", "2026-11-11T00:00:00Z"} {
		if _, ok := records.ParseDay(bad); ok {
			t.Errorf("%q is a day", bad)
		}
	}
}
