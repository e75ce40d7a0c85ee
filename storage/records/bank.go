package records

import (
	_ "embed"
	"slices"
	"strings"
)

// Bank is one that money is transferred to.
type Bank struct {
	BIN   string // six digits: how a VietQR names it
	Code  string
	Short string // as people say it
	Name  string
}

// The table comes from the npm package vietnam-qr-pay 1.5.1 (MIT licence): bin, code, short_name, name, swift, vietqr_status, deprecated.
// The State Treasury and the Bank for Social Policies are not in it: no VietQR pays into their accounts.
//
//go:embed banks.csv
var bankTable string

// banks are those that take transfers by VietQR, in the order of the table; a BIN that was renamed stands once, as it is called now.
var banks = func() []Bank {
	var list []Bank
	old := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(bankTable), "\n")[1:] {
		f := strings.Split(strings.TrimRight(line, "\r"), ",") // no cell holds a comma
		if len(f) != 7 || len(f[0]) != 6 {
			continue
		}
		b, deprecated := Bank{BIN: f[0], Code: f[1], Short: f[2], Name: f[3]}, f[6] != "" || f[5] != "transfer"
		at := slices.IndexFunc(list, func(x Bank) bool { return x.BIN == b.BIN })
		switch {
		case at < 0:
			list = append(list, b)
			old[b.BIN] = deprecated
		case old[b.BIN] && !deprecated:
			list[at], old[b.BIN] = b, false
		}
	}
	return list
}()

// Banks are all banks that a VietQR can name.
func Banks() []Bank { return slices.Clone(banks) }

// BankOf finds a bank by its BIN.
func BankOf(bin string) (Bank, bool) {
	for _, b := range banks {
		if b.BIN == bin {
			return b, true
		}
	}
	return Bank{}, false
}
