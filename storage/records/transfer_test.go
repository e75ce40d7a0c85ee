package records

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTransferCode(t *testing.T) {
	t.Parallel()
	for _, fund := range Funds {
		code := TransferCodeOf(fund, 123_456_789)
		if len(code) != 10 {
			t.Errorf("%s: %s", fund, code)
		}
		for _, typed := range []string{code, strings.ToLower(code), " " + code[:3] + " " + code[3:7] + "-" + code[7:] + ". "} {
			if got, ok := ParseTransferCode(typed); !ok || got != code {
				t.Errorf("%q is %q, %v", typed, got, ok)
			}
		}
	}
	if got := TransferCodeOf("none", 1); got != "" {
		t.Error(got)
	}
	code := TransferCodeOf(FundPoor, 987_654)
	for _, typed := range []string{"", code[3:], "GN" + code[3:], code + "2", code[:9], code[:8] + code[9:] + "2", "tui chuyen roi " + code} {
		if got, ok := ParseTransferCode(typed); ok {
			t.Errorf("%q is %q", typed, got)
		}
	}
}

// other is a symbol that is not c and does not look like it.
func other(c byte) byte {
	for i := range len(Symbols) {
		s := Symbols[i]
		if s != c && !strings.Contains(lookAlikes[s], string(c)) && !strings.Contains(lookAlikes[c], string(s)) {
			return s
		}
	}
	return 0
}

func TestReadContent(t *testing.T) {
	t.Parallel()
	code, second := TransferCodeOf(FundPoor, 42_424_242), TransferCodeOf(FundRelief, 7)
	low := strings.ToLower(code)
	for content, want := range map[string]Content{
		code: {Code: code, Exact: true},
		low:  {Code: code, Exact: true},
		"MBVCB.1457193831." + code + ".CT tu 0123456789 NGUYEN VAN A toi 9876543210": {Code: code, Exact: true},
		"MBVCB.1457193831.600514." + code + "FT26314":                                {Code: code, Exact: true},
		"CT DEN:527813 " + code[:5] + " " + code[5:] + " ung ho nguoi ngheo":         {Code: code, Exact: true},
		code[:3] + "\n" + code[3:]:                                                   {Code: code, Exact: true},
		"ung ho" + low + "chuc suc khoe":                                             {Code: code, Exact: true},
		"ủng hộ " + code + " cảm ơn":                                                 {Code: code, Exact: true},
		"Ủng hộ quỹ: " + strings.Join(strings.Split(code, ""), "."):                  {Code: code, Exact: true},
		code + " " + code:                       {Code: code, Exact: true},
		code + " " + second:                     {Maybe: []string{code, second}},
		"IBFT " + second:                        {Code: second, Exact: true},
		"chuyen tien 300000 ung ho nguoi ngheo": {},
		"":                                      {},
		"VNN":                                   {},
		"NGUYEN VAN NAM CHUYEN KHOAN VNNAM":     {},
		"MBVCB.1." + code[:8]:                   {Part: code[:8]},
		code[3:]:                                {}, // without its prefix it is anybody's
		strings.Repeat("x", maxContent) + code:  {},
	} {
		got := ReadContent(content)
		if want.Code == "" && want.Maybe == nil && want.Part == "" {
			got.Part = ""
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, want %+v", content, got, want)
		}
	}
	for i := transferPrefixLen; i < len(code); i++ { // one symbol that is nothing like it: the check symbol says so
		if got := ReadContent(code[:i] + string(other(code[i])) + code[i+1:]); got.Exact || got.Code == code {
			t.Errorf("symbol %d: %+v", i, got)
		}
	}
}

// TestReadContentMends plants one mistake in codes.
func TestReadContentMends(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := TransferCodeOf(rapid.SampledFrom(Funds).Draw(t, "fund"), rapid.Uint64Range(0, CodeSpace-1).Draw(t, "n"))
		at := rapid.IntRange(transferPrefixLen, len(code)-1).Draw(t, "at")
		var seen []byte
		for c := byte('0'); c <= 'Z'; c++ {
			if strings.IndexByte(lookAlikes[c], code[at]) >= 0 {
				seen = append(seen, c)
			}
		}
		if len(seen) > 0 {
			wrong := code[:at] + string(rapid.SampledFrom(seen).Draw(t, "wrong")) + code[at+1:]
			got := ReadContent("CT DEN " + wrong + " CAM ON")
			if got.Exact || got.Code != code && !contains(got.Maybe, code) {
				t.Fatalf("%s for %s: %+v", wrong, code, got)
			}
		}
		for accented, key := range map[string]string{"ó": "S1", "ò": "F2", "ỏ": "R3", "õ": "X4", "ọ": "J5"} { // typed onto a word
			if strings.IndexByte(key, code[at]) < 0 {
				continue
			}
			got := ReadContent("ung h" + accented + code[:at] + code[at+1:])
			if got.Code != code && !contains(got.Maybe, code) {
				t.Fatalf("%s lost symbol %d: %+v", code, at, got)
			}
		}
	})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestReadContentIsSure tries contents that hold no code: nothing is found for sure in more than a few of them.
func TestReadContentIsSure(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.StringMatching(`[A-Z0-9 .]{0,80}`).Draw(t, "content")
		got := ReadContent(content)
		if got.Code != "" && !strings.Contains(strings.NewReplacer(" ", "", ".", "").Replace(content), got.Code[:transferPrefixLen]) {
			t.Fatalf("%q: %+v", content, got)
		}
	})
}

func FuzzReadContent(f *testing.F) {
	code := TransferCodeOf(FundPoor, 42_424_242)
	for _, s := range []string{code, "MBVCB.1457193831." + code + ".CT", "ủng hộ" + code[:9], code[:7], "VNN\xff\u0301", strings.Repeat("VNN", 700)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, content string) {
		got := ReadContent(content)
		for _, found := range append(got.Maybe, got.Code) {
			if parsed, ok := ParseTransferCode(found); found != "" && (!ok || parsed != found) {
				t.Fatalf("%q: %+v", content, got)
			}
		}
		if got.Code != "" && (len(got.Maybe) > 0 || got.Part != "") || len(got.Maybe) == 1 || got.Exact && got.Code == "" {
			t.Fatalf("%q: %+v", content, got)
		}
		if with := ReadContent(code + " " + content); with.Code != code && !contains(with.Maybe, code) {
			t.Fatalf("%q after a code: %+v", content, with)
		}
	})
}
