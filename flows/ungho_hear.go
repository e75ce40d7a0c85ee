package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// hearPledge understands "mình ủng hộ quỹ 1 triệu", "an danh nha, gop quy vi nguoi ngheo phuong hoa khanh 300k", "cho tui góp 5 thùng mì với
// 20kg gạo", "công ty An Phú ủng hộ một ngày lương của 45 người, 18 triệu".
func hearPledge(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	if m.Intent != vi.MakePledge {
		return dialog.Understood{}
	}
	u := dialog.Understood{OK: true, Answers: dialog.Answers{}, Doubts: map[string][]string{}}
	if m.Unit != "" {
		askWhere.Put(u.Answers, vi.Whereabouts{Place: vi.Place{Unit: m.Unit}})
	}
	folded := fold.Fold(text)
	if strings.Contains(folded, "cuu tro") || strings.Contains(folded, "bao lu") || strings.Contains(folded, "lu lut") {
		giveFund.Put(u.Answers, records.FundRelief)
	} else if strings.Contains(folded, "nguoi ngheo") {
		giveFund.Put(u.Answers, records.FundPoor)
	}
	if m.Anonymous {
		publicly.Put(u.Answers, nobody)
	} else if m.DonorKind == vi.DonorOrganisation && len([]rune(m.Donor)) <= records.MaxDonor && givenAs(m.Donor) == records.AsOrganisation {
		publicly.Put(u.Answers, m.Donor)
		if n := headsIn(folded); n > 0 {
			giveHeads.Put(u.Answers, n)
		}
	}
	if words := []rune(strings.Join(strings.Fields(text), " ")); len(words) <= 500 {
		offerWhat.Put(u.Answers, string(words))
	}
	if len(m.Items) > 0 {
		hearThings(m, u)
	} else {
		hearMoney(m, u)
	}
	u.Complete = m.Unit != "" && m.Money != nil && m.Money.Exact()
	return u
}

// hearThings takes over things, or days of work, and money said beside them.
func hearThings(m vi.Message, u dialog.Understood) {
	if it := m.Items[0]; len(m.Items) == 1 && it.Unit == "ngày công" {
		giveKind.Put(u.Answers, records.PledgeLabour)
		if !it.Vague && it.Qty > 0 && it.Qty%1000 == 0 {
			giveDays.Put(u.Answers, it.Qty/1000)
		}
		if len([]rune(it.Note)) >= 2 {
			giveWork.Put(u.Answers, it.Note)
		}
		return
	}
	giveKind.Put(u.Answers, records.PledgeGoods)
	vague := slices.ContainsFunc(m.Items, func(it vi.Item) bool { return it.Vague || it.Approx })
	if gifts := (vi.Gifts{Items: m.Items}); !vague && storable(gifts).None() {
		giveGoods.Put(u.Answers, gifts)
	}
	if m.Money != nil && m.Money.Exact() {
		giveAlso.Put(u.Answers, m.Money.VND)
	}
}

// hearMoney takes over a sum, given once or each month. One that is given in other turns, or is not sure, is asked about.
func hearMoney(m vi.Message, u dialog.Understood) {
	if !m.Amounts.Understood() && m.Money == nil {
		return
	}
	giveKind.Put(u.Answers, giveMoney)
	switch {
	case m.Money != nil && m.Money.Exact():
		giveSum.Put(u.Answers, m.Money.VND)
	case m.Money != nil && *m.Money == (vi.Sum{VND: m.Money.VND, Period: "month"}):
		giveKind.Put(u.Answers, giveMonthly)
		giveSum.Put(u.Answers, m.Money.VND)
	default:
		for _, vnd := range vi.Amounts(m.Amounts) {
			u.Doubts[giveSum.Key()] = append(u.Doubts[giveSum.Key()], giveSum.Canonical(vnd))
		}
	}
}

// Words that the names of organisations and of families begin with, as they are written with accents: Trường is a school, and Trương a family.
// Those of the plain lists mean nothing else without them either.
var (
	groupWords = strings.Split("công ty|cty|doanh nghiệp|xí nghiệp|hợp tác xã|htx|cơ quan|trường|lớp|hội|đoàn thanh niên|đoàn trường|đoàn phường|đoàn xã|chi hội|chi đoàn|"+
		"chi bộ|đảng bộ|đảng ủy|đảng uỷ|ubnd|ủy ban|uỷ ban|mặt trận|ban|tổ|phòng|bệnh viện|trạm|nhà máy|cửa hàng|quán|tiệm|câu lạc bộ|clb|nhóm|ngân hàng|chùa|nhà thờ|"+
		"giáo xứ|thôn|khu dân cư|công đoàn|tập thể|xưởng|khách sạn|nhà hàng|siêu thị|nhà thuốc|nhà sách", "|")
	groupPlain = strings.Split("cong ty|cty|doanh nghiep|xi nghiep|hop tac xa|htx|co quan|chi hoi|chi doan|chi bo|dang bo|ubnd|uy ban|mat tran|to dan pho|benh vien|nha may|"+
		"cua hang|cau lac bo|clb|ngan hang|nha tho|khu dan cu|cong doan|tap the|khach san|nha hang|sieu thi|nha thuoc|hoi phu nu|hoi nong dan|hoi cuu chien binh|doan thanh nien", "|")
	familyWords = []string{"gia đình", "nhà", "hộ", "vợ chồng"}
	familyPlain = []string{"gia dinh", "vo chong"}
)

// givenAs tells whose a gift is by the name that is made public: "công ty An Phú" is an organisation, "gia đình cô Bảy" a family.
func givenAs(name string) string {
	if strings.TrimSpace(name) == "" || name == nobody {
		return ""
	}
	lower, folded := strings.ToLower(name)+" ", fold.Fold(name)+" "
	begins := func(text string, words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(text, w+" ") })
	}
	switch {
	case begins(lower, groupWords), begins(folded, groupPlain):
		return records.AsOrganisation
	case begins(lower, familyWords), begins(folded, familyPlain):
		return records.AsFamily
	}
	return records.AsPerson
}

// headWords are what people of an organisation are counted as; folded.
var headWords = strings.Fields("nguoi can bo cong nhan nhan vien doan vien hoi vien giao vien dang vien thay")

// headsIn is how many people a message says gave together, 0 where it does not.
func headsIn(folded string) int64 {
	words := strings.FieldsFunc(folded, func(r rune) bool { return r == ' ' || r == ',' || r == '.' || r == ';' })
	for i := 1; i < len(words); i++ {
		n, err := strconv.ParseInt(words[i-1], 10, 64)
		if err == nil && n >= 1 && n <= records.MaxHeads && slices.Contains(headWords, words[i]) {
			return n
		}
	}
	return 0
}
