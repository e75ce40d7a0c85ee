package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"chungtay/storage"
	"chungtay/storage/sheets"
)

// Where the leader of the sample data works.
const (
	sampleLeaderCalled = "Hoa"
	sampleLeaderName   = "Cô Hoa"
	sampleLeaderGroup  = "48/20200/hoa-minh.12"
)

// sampleGroups are forty groups: the unit, the ward of before July 2025, how a group is called, first and last number.
var sampleGroups = []struct {
	unit, old, kind string
	first, last     int
}{
	{"Phường Hòa Khánh", "Hòa Minh", "Tổ", 8, 15},
	{"Phường Hòa Khánh", "Hòa Khánh Nam", "Tổ", 10, 15},
	{"Phường Hòa Khánh", "Hòa Sơn", "Tổ", 10, 15},
	{"Phường Hải Châu", "Thạch Thang", "Tổ", 1, 5},
	{"Phường Thanh Khê", "Xuân Hà", "Tổ", 21, 25},
	{"Phường Sơn Trà", "Thọ Quang", "Tổ", 40, 44},
	{"Xã Hòa Vang", "Hòa Phong", "Thôn", 1, 5},
}

const sampleHouseholds = 300

// loadSample fills an empty database with the 94 units, forty groups and three hundred households whose names are drawn by
// chance, always the same ones, which are marked as samples, and with a fund that takes gifts.
func loadSample(ctx context.Context, r *storage.Records, at time.Time) error {
	units, err := builtInUnits()
	if err != nil {
		return err
	}
	groups, households := sampleLists()
	for _, list := range []struct {
		kind  string
		table *sheets.Table
	}{{storage.ImportAreas, units}, {storage.ImportGroups, groups}, {storage.ImportHouseholds, households}} {
		var problem *storage.ImportProblem
		report, err := r.Import(ctx, list.kind, list.table, storage.ImportOptions{
			Apply: true, Places: places, Source: "sample", Actor: "sample", Sample: true,
			Report: func(p storage.ImportProblem) { problem = &p },
		})
		if err != nil {
			return err
		}
		if problem != nil {
			return fmt.Errorf("sample %s: row %d: %s (%d bad)", list.kind, problem.Row, problem.Line.Key, report.Bad)
		}
	}
	return loadSampleFund(ctx, r, at)
}

var (
	sampleFamilies = strings.Fields("Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Huỳnh Huỳnh Phan Võ Đặng Bùi Đỗ Hồ Ngô Dương Mai Trương Đinh Thái")
	sampleWomen    = strings.Fields("Hạnh Bảy Sáu Hồng Cúc Mai Thủy Nga Hương Phượng Liên Thu Xuân Tuyết Loan Yến Bích Hiền Tâm Thanh Đào Huệ Nguyệt Vân")
	sampleMen      = strings.Fields("Tư Năm Hùng Dũng Sơn Long Minh Bình Thành Phúc Lợi Đức Tâm Hải Cường Quang Tài Vinh Khánh Hòa Trung Nam Thọ Sang")
	sampleMiddles  = strings.Fields("Văn Văn Văn Đình Ngọc Minh Hữu Quốc Công Xuân")
	sampleClasses  = []string{"Hộ nghèo", "Hộ cận nghèo", "Hộ cận nghèo", "Mới thoát nghèo", ""}
)

// sampleLists makes the lists of groups and of households. Two women called Lan live in the leader's group, as two of
// one name do in most.
func sampleLists() (groups, households *sheets.Table) {
	var g, h strings.Builder
	g.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn\n")
	h.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn;Họ và tên chủ hộ;Năm sinh;Tên thường gọi;Nhận biết;Mã hộ;Số nhân khẩu;Diện;Năm;Số quyết định;Không có khả năng lao động\n")
	chance := rand.New(rand.NewPCG(2026, 11))
	n := 0
	household := func(place, name string, birth int, nickname, second string, members int, class string, noLabour bool) {
		n++
		year, decision, mark := "", "", ""
		if class != "" {
			year, decision = "2026", "MẪU/QĐ-UBND"
		}
		if noLabour {
			mark = "x"
		}
		fmt.Fprintf(&h, "%s;%s;%d;%s;%s;MẪU-%03d;%d;%s;%s;%s;%s\n", place, name, birth, nickname, second, n, members, class, year, decision, mark)
	}
	var all []string
	for _, s := range sampleGroups {
		for number := s.first; number <= s.last; number++ {
			fmt.Fprintf(&g, "%s;%s;%s %d\n", s.unit, s.old, s.kind, number)
			place := fmt.Sprintf("%s;%s;%s %d", s.unit, s.old, s.kind, number)
			all = append(all, place)
			if s.old == "Hòa Minh" && number == 12 {
				household(place, "Nguyễn Thị Lan", 1951, "", "hẻm 42", 1, "Hộ nghèo", true)
				household(place, "Trần Thị Lan", 1963, "", "vợ ông Sáu", 4, "Hộ cận nghèo", false)
				household(place, "Lê Văn Tư", 1958, "Tư Lé", "kiệt 7", 3, "Hộ cận nghèo", false)
				household(place, "Phạm Thị Bảy", 1947, "Bảy Sang", "hẻm 42", 2, "Hộ nghèo", true)
				household(place, "Huỳnh Đức Huy", 1986, "", "kiệt 15", 5, "Hộ nghèo", false)
				all = append(all, place, place) // a group with more households than the others
			}
		}
	}
	for i := 0; n < sampleHouseholds; i++ {
		name, nickname := sampleName(chance)
		birth := 1935 + chance.IntN(60)
		second := fmt.Sprintf("kiệt %d", 1+chance.IntN(99))
		if chance.IntN(3) == 0 {
			second += fmt.Sprintf(", nhà số %d", 1+chance.IntN(40))
		}
		household(all[i%len(all)], name, birth, nickname, second, 1+chance.IntN(6), sampleClasses[chance.IntN(len(sampleClasses))], birth < 1945)
	}
	read := func(b *strings.Builder) *sheets.Table {
		t, err := sheets.Read(strings.NewReader(b.String()), int64(b.Len()), "", sheets.Usual)
		if err != nil {
			panic("the sample list is no table: " + err.Error())
		}
		return t
	}
	return read(&g), read(&h)
}

func sampleName(chance *rand.Rand) (name, nickname string) {
	pick := func(list []string) string { return list[chance.IntN(len(list))] }
	family := pick(sampleFamilies)
	if chance.IntN(2) == 0 {
		given := pick(sampleWomen)
		name = family + " Thị " + given
		if chance.IntN(6) == 0 {
			nickname = pick([]string{"Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám"}) + " " + given
		}
		return name, nickname
	}
	return family + " " + pick(sampleMiddles) + " " + pick(sampleMen), ""
}
