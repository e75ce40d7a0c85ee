package records

import "time"

// Limits of one entry.
const (
	MaxMoney      = 100_000_000_000 // VND; the whole city's fund takes in less in a year
	AskTwiceMoney = 100_000_000     // VND above which a flow asks a second time
	MaxQty        = 1_000_000_000   // of the smallest unit: a thousand tonnes in grams
	MaxItems      = 20
	MaxPhotos     = 10
	MaxHouseholds = 1_000
	MaxNote       = 500 // characters
	MaxName       = 200 // characters of a giver's or a thing's name
	AuthorWindow  = 24 * time.Hour
)

// EarliestDay is the first day help can be logged for: an older one is a slip of the finger.
var EarliestDay = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Kind is a kind of help.
type Kind struct {
	Code      string
	Group     string // for menus
	Dimension string // of the six dimensions of poverty, or "" where none fits
	Bare      bool   // may be logged without money or things: a job found, a loan referred
}

// Kinds are all kinds of help, in the order of menus.
var Kinds = []Kind{
	{Code: "tien_mat", Group: "doi_song"},
	{Code: "nhu_yeu_pham", Group: "doi_song"},
	{Code: "qua_tet", Group: "doi_song"},
	{Code: "ngay_cong", Group: "doi_song", Bare: true},
	{Code: "dot_xuat", Group: "doi_song"},
	{Code: "nha_xay_moi", Group: "nha_o", Dimension: "nha_o"},
	{Code: "nha_sua_chua", Group: "nha_o", Dimension: "nha_o"},
	{Code: "nuoc_ve_sinh", Group: "nha_o", Dimension: "nuoc_vs"},
	{Code: "sinh_ke", Group: "lam_an", Dimension: "viec_lam"},
	{Code: "viec_lam", Group: "lam_an", Dimension: "viec_lam", Bare: true},
	{Code: "day_nghe", Group: "lam_an", Dimension: "viec_lam", Bare: true},
	{Code: "vay_von", Group: "lam_an", Dimension: "viec_lam", Bare: true},
	{Code: "bao_tieu", Group: "lam_an", Dimension: "viec_lam", Bare: true},
	{Code: "hoc_bong", Group: "giao_duc", Dimension: "giao_duc"},
	{Code: "do_dung_hoc_tap", Group: "giao_duc", Dimension: "giao_duc"},
	{Code: "kham_chua_benh", Group: "y_te", Dimension: "y_te", Bare: true},
	{Code: "bhyt", Group: "y_te", Dimension: "y_te", Bare: true},
	{Code: "thong_tin", Group: "thong_tin", Dimension: "thong_tin"},
}

// KindGroups are the groups of Kinds, in the order of menus.
var KindGroups = []string{"doi_song", "nha_o", "lam_an", "giao_duc", "y_te", "thong_tin"}

// KindOf finds a kind by its code.
func KindOf(code string) (Kind, bool) {
	for _, k := range Kinds {
		if k.Code == code {
			return k, true
		}
	}
	return Kind{}, false
}

// Kinds of giver.
const (
	GiverFund         = "fund"
	GiverOrganisation = "organisation"
	GiverPerson       = "person"
	GiverNeighbours   = "neighbours"
	GiverAnonymous    = "anonymous"
)

// GiverKinds are all kinds of giver, in the order of menus.
var GiverKinds = []string{GiverNeighbours, GiverFund, GiverOrganisation, GiverPerson, GiverAnonymous}

// Consents are the ways consent to keep a photo is given: said before a witness, on paper, by message, or not needed
// because a law lets the body keep it.
var Consents = []string{"noi_mieng", "giay", "tin_nhan", "can_cu_phap_luat"}

// Units of Item that measure instead of counting pieces.
const (
	UnitGram       = "g"
	UnitMillilitre = "ml"
)

// Check tells why a LogHelp cannot be kept ("" when it can), as a locale key. at is the instant of the event: nothing
// was given after that day.
func (l LogHelp) Check(at time.Time) string {
	kind, known := KindOf(l.Kind)
	switch {
	case !known, !oneOf(l.GiverKind, GiverKinds), len(l.Households) == 0, repeats(l.Households),
		l.Consent != "" && !oneOf(l.Consent, Consents), longer(l.Note, MaxNote), longer(l.Giver, MaxName), longer(l.Source, MaxName):
		return RefusedInvalid
	case len(l.Households) > MaxHouseholds, len(l.Items) > MaxItems, len(l.Photos) > MaxPhotos:
		return RefusedTooMany
	case l.Money < 0 || l.Money > MaxMoney:
		return RefusedMoney
	case l.Money == 0 && len(l.Items) == 0 && !kind.Bare:
		return RefusedEmpty
	case len(l.Photos) > 0 && l.Consent == "":
		return RefusedConsent
	}
	if why := checkItems(l.Items); why != "" {
		return why
	}
	on, ok := ParseDay(l.On)
	switch {
	case !ok:
		return RefusedInvalid
	case on.After(DayOf(at)):
		return RefusedFuture
	case on.Before(EarliestDay):
		return RefusedTooOld
	}
	return ""
}

func oneOf(s string, list []string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func repeats(list []string) bool {
	seen := make(map[string]bool, len(list))
	for _, x := range list {
		if x == "" || seen[x] {
			return true
		}
		seen[x] = true
	}
	return false
}

// longer reports whether s has more than n characters.
func longer(s string, n int) bool {
	if len(s) <= n {
		return false
	}
	for range s {
		n--
	}
	return n < 0
}

// checkItems tells why things cannot be kept, "" where they can.
func checkItems(items []Item) string {
	if len(items) > MaxItems {
		return RefusedTooMany
	}
	for _, it := range items {
		switch {
		case it.Qty <= 0 || it.Qty > MaxQty:
			return RefusedQuantity
		case it.Value < 0 || it.Value > MaxMoney:
			return RefusedMoney
		case it.Name == "" || longer(it.Name, MaxName) || longer(it.Unit, MaxName):
			return RefusedInvalid
		}
	}
	return ""
}
