package records

import (
	_ "embed"
	"errors"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The vectors are those of public specifications and libraries, each named with its source.
//
//go:embed testdata/vietqr_vectors.tsv
var qrVectors string

func TestVietQRVectors(t *testing.T) {
	t.Parallel()
	for _, line := range strings.Split(strings.TrimSpace(qrVectors), "\n")[1:] {
		f := append(strings.Split(line, "\t"), "", "")
		name, kind, payload := f[0], f[1], f[3]
		q, err := ParseVietQR(payload)
		switch {
		case strings.HasPrefix(kind, "NOT VietQR"):
			if !errors.Is(err, ErrNotVietQR) {
				t.Errorf("%s: %+v, %v", name, q, err)
			}
			continue
		case f[5] != "yes":
			if !errors.Is(err, ErrBadVietQR) {
				t.Errorf("%s: %+v, %v", name, q, err)
			}
			continue
		case err != nil:
			t.Errorf("%s: %v", name, err)
			continue
		}
		amount, _ := strconv.ParseInt(f[8], 10, 64)
		want := VietQR{BIN: f[6], Account: f[7], Amount: amount, Purpose: strings.TrimSpace(f[9]), Card: strings.Contains(kind, "card")}
		if q != want {
			t.Errorf("%s: %+v, want %+v", name, q, want)
		}
		made, err := q.Payload()
		switch name {
		case "napas-6.1.1-corrected", "napas-6.1.2", "acb-static", "acb-dynamic-10000", "acb-dynamic-1000": // no other fields
			if err != nil || made != payload {
				t.Errorf("%s: made %s, %v", name, made, err)
			}
		}
	}
}

func TestCheckSum(t *testing.T) {
	t.Parallel()
	if got := checkSum("123456789"); got != "29B1" {
		t.Error(got)
	}
}

func TestVietQRRefuses(t *testing.T) {
	t.Parallel()
	good := VietQR{BIN: "970436", Account: "1234567890", Amount: 300_000, Purpose: "VNN7K3QF2M"}
	for name, q := range map[string]VietQR{
		"no bank":           {Account: "1"},
		"a bank's name":     {BIN: "VIETCO", Account: "1"},
		"no account":        {BIN: good.BIN},
		"a long account":    {BIN: good.BIN, Account: strings.Repeat("1", 20)},
		"a spaced account":  {BIN: good.BIN, Account: "123 456"},
		"a negative amount": {BIN: good.BIN, Account: "1", Amount: -1},
		"a huge amount":     {BIN: good.BIN, Account: "1", Amount: 1e13},
		"accents":           {BIN: good.BIN, Account: "1", Purpose: "ủng hộ"},
		"a long purpose":    {BIN: good.BIN, Account: "1", Purpose: strings.Repeat("a", 26)},
	} {
		if text, err := q.Payload(); !errors.Is(err, ErrBadVietQR) || text != "" {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	text, err := good.Payload()
	if err != nil {
		t.Fatal(err)
	}
	for i := range text { // any one character changed is found out
		for _, c := range []byte("0aZ ") {
			if text[i] == c || strings.EqualFold(text[i:i+1], string(c)) && i >= len(text)-4 {
				continue
			}
			if q, err := ParseVietQR(text[:i] + string(c) + text[i+1:]); err == nil {
				t.Fatalf("character %d: %+v", i, q)
			}
		}
		if q, err := ParseVietQR(text[:i]); err == nil {
			t.Fatalf("cut at %d: %+v", i, q)
		}
	}
	dollars := strings.Replace(text[:len(text)-4], "5303704", "5303840", 1)
	if q, err := ParseVietQR(dollars + checkSum(dollars)); !errors.Is(err, ErrBadVietQR) {
		t.Errorf("dollars: %+v, %v", q, err)
	}
}

func TestVietQRReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := VietQR{
			BIN:     rapid.SampledFrom(Banks()).Draw(t, "bank").BIN,
			Account: rapid.StringMatching(`[0-9A-Za-z]{1,19}`).Draw(t, "account"),
			Card:    rapid.Bool().Draw(t, "card"),
			Amount:  rapid.Int64Range(0, 9_999_999_999_999).Draw(t, "amount"),
			Purpose: rapid.StringMatching(`[0-9A-Za-z ]{0,25}`).Draw(t, "purpose"),
		}
		text, err := q.Payload()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseVietQR(text); err != nil || got != q {
			t.Fatalf("%s: %+v, %v", text, got, err)
		}
	})
}

func FuzzParseVietQR(f *testing.F) {
	for _, line := range strings.Split(strings.TrimSpace(qrVectors), "\n")[1:] {
		f.Add(strings.Split(line, "\t")[3])
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseVietQR(text)
		if err != nil {
			return
		}
		q.Purpose = ""
		made, err := q.Payload()
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if again, err := ParseVietQR(made); err != nil || again != q {
			t.Fatalf("%+v became %+v, %v", q, again, err)
		}
	})
}
