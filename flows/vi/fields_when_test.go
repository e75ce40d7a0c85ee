package vi

import (
	"testing"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"

	"pgregory.net/rapid"
)

func TestCanonicalFormsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := dayNumbered(rapid.IntRange(1721426, 5373484).Draw(t, "day"))
		if back, ok := ParseDay(d.String()); !ok || back != d {
			t.Fatalf("%v is %v", d, back)
		}
		e := d.Add(rapid.IntRange(0, 1000).Draw(t, "more"))
		if e.Year <= 9999 {
			if back, ok := ParseSpan(d.String() + ".." + e.String()); !ok || back.From != d || back.To != e {
				t.Fatalf("%v..%v is %v", d, e, back)
			}
		}
		m := Moment{d, TimeOfDay{rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")}}
		if back, ok := ParseMoment(m.String()); !ok || back != m {
			t.Fatalf("%v is %v", m, back)
		}
	})
	for _, bad := range []string{"", "2026-02-30", "2026-1-1", "x", "2026-11-11T24:00", "+84", "0905123456", "+84o05123456", "2026-11-11..2026-11-10"} {
		if d, ok := ParseDay(bad); ok {
			t.Errorf("%q is the day %v", bad, d)
		}
		if m, ok := ParseMoment(bad); ok {
			t.Errorf("%q is the moment %v", bad, m)
		}
		if p, ok := ParsePhone(bad); ok {
			t.Errorf("%q is the phone %v", bad, p)
		}
		if s, ok := ParseSpan(bad); ok {
			t.Errorf("%q is the span %v", bad, s)
		}
	}
}

func TestFieldsOfTime(t *testing.T) {
	in := func(text string) dialog.In { return dialog.In{Text: fold.Clean(text), At: at.UTC()} }
	for _, c := range []struct {
		name string
		got  any
		want any
	}{
		{"a day behind", answered(ReadDateLeaning(in("thứ bảy").Text, at, Behind), "day.", func(w When) Day { return w.Date }).Value, Day{2026, 11, 7}},
		{"a day ahead", answered(ReadDateLeaning(in("thứ bảy").Text, at, Ahead), "day.", func(w When) Day { return w.Date }).Value, Day{2026, 11, 14}},
		{"a day that is not", answered(ReadDate("31/11", at), "day.", func(w When) Day { return w.Date }).Problem.Key, "day.invalid_date"},
		{"a phone that is not", answered(ReadPhone("09051", at), "phone.", func(p PhoneNumber) PhoneNumber { return p }).Problem.Key, "phone.too_short"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestPhonesAreShownLocallyAndMasked(t *testing.T) {
	for e164, want := range map[string][2]string{"+84905123456": {"0905 123 456", "+849*****456"}, "+842363852468": {"02363852468", "+842******468"}, "+14155552671": {"+14155552671", "+141*****671"}} {
		p := PhoneNumber{E164: e164}
		if p.Local() != want[0] || p.Masked() != want[1] {
			t.Errorf("%s is %q and %q", e164, p.Local(), p.Masked())
		}
	}
	if m := (PhoneNumber{Code: "113"}).Masked(); m != "***" {
		t.Errorf("113 is %q", m)
	}
}
