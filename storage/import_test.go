package storage_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chungtay/flows/dialog/fold"
	"chungtay/storage"
	"chungtay/storage/sheets"
	"chungtay/storage/storagetest"
)

// places reads the few units that these tests use.
func places(name string) []storage.Place {
	switch strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(fold.Fold(name), " (cu)"), "phuong "), "xa ") {
	case "hoa khanh", "20200":
		return []storage.Place{{Code: "20200"}}
	case "hoa minh":
		return []storage.Place{{Code: "20200", Old: "Hòa Minh"}}
	case "hoa son":
		return []storage.Place{{Code: "20200", Old: "Hòa Sơn"}}
	case "hoa vang":
		return []storage.Place{{Code: "20320"}}
	case "hoa lien":
		return []storage.Place{{Code: "20194", Old: "Hòa Liên"}, {Code: "20197", Old: "Hòa Liên"}}
	}
	return nil
}

func openImport(t testing.TB) *storage.Records {
	t.Helper()
	return openImportAt(t, "sqlite:"+filepath.Join(t.TempDir(), "c.db"))
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(*testing.T, *storage.Records)) {
	t.Run("sqlite", func(t *testing.T) { test(t, openImport(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, openImportAt(t, storagetest.Postgres(t))) })
}

func openImportAt(t testing.TB, address string) *storage.Records {
	t.Helper()
	r, err := storage.OpenRecords(t.Context(), address, storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if err := r.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// imported imports a csv and returns counts ("added changed same bad") and the problems ("row column key").
func imported(t testing.TB, r *storage.Records, kind, csv string, apply bool) (counts string, problems []string) {
	t.Helper()
	table, err := sheets.Read(strings.NewReader(csv), int64(len(csv)), "", sheets.Usual)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	report, err := r.Import(context.Background(), kind, table, storage.ImportOptions{
		Apply: apply, Places: places, Source: "ds.csv", Actor: "test",
		Report: func(p storage.ImportProblem) {
			problems = append(problems, strings.TrimSpace(fmt.Sprintf("%d%s %s", p.Row, p.Column, p.Line.Key)))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Rows != report.Added+report.Changed+report.Same+report.Bad {
		t.Errorf("%d rows, but %+v", report.Rows, report)
	}
	return fmt.Sprintf("+%d ~%d =%d !%d c%d", report.Added, report.Changed, report.Same, report.Bad, report.Classified), problems
}

const areasCSV = "Mã,Tên\n20200,Phường Hòa Khánh\n20320,Xã Hòa Vang\n"

const groupsCSV = `Phường/xã;Phường/xã cũ;Tổ/thôn
Hòa Khánh;Hòa Minh;12
Hòa Khánh;Hòa Sơn;Tổ dân phố số 12
phường Hòa Minh;;Tổ 05
Hòa Khánh;Hòa Minh;56A
Xã Hòa Vang;;Thôn Phú Sơn
`

func setUp(t testing.TB, r *storage.Records) {
	t.Helper()
	if got, p := imported(t, r, storage.ImportAreas, areasCSV, true); got != "+2 ~0 =0 !0 c0" {
		t.Fatal(got, p)
	}
	if got, p := imported(t, r, storage.ImportGroups, groupsCSV, true); got != "+5 ~0 =0 !0 c0" {
		t.Fatal(got, p)
	}
}

func query(t testing.TB, r *storage.Records, sql string, args ...any) []string {
	t.Helper()
	rows, err := r.Pool().Query(sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(cells))
		for i, c := range cells {
			switch v := (*c.(*any)).(type) {
			case nil:
				line[i] = "-"
			case time.Time:
				line[i] = v.Format(time.DateOnly)
			default:
				line[i] = fmt.Sprint(v)
			}
		}
		got = append(got, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t testing.TB, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestImportAreasAndGroups(t *testing.T) { onBoth(t, testImportAreasAndGroups) }

func testImportAreasAndGroups(t *testing.T, r *storage.Records) {
	if got, _ := imported(t, r, storage.ImportAreas, areasCSV, false); got != "+2 ~0 =0 !0 c0" {
		t.Error("dry run:", got)
	}
	same(t, nil, query(t, r, "SELECT path FROM areas"))
	setUp(t, r)
	same(t, []string{
		"48|city|Thành phố Đà Nẵng||",
		"48/20200|commune|Phường Hòa Khánh||",
		"48/20200/hoa-minh.12|group|Tổ 12 (Hòa Minh cũ)|Hòa Minh|12",
		"48/20200/hoa-minh.5|group|Tổ 5 (Hòa Minh cũ)|Hòa Minh|5",
		"48/20200/hoa-minh.56a|group|Tổ 56A (Hòa Minh cũ)|Hòa Minh|56A",
		"48/20200/hoa-son.12|group|Tổ 12 (Hòa Sơn cũ)|Hòa Sơn|12",
		"48/20320|commune|Xã Hòa Vang||",
		"48/20320/phu-son|group|Thôn Phú Sơn||Phú Sơn",
	}, query(t, r, "SELECT path, kind, name, label, number FROM areas ORDER BY path"))
	logged := query(t, r, "SELECT action, subject, actor FROM audit_log ORDER BY id")

	for kind, csv := range map[string]string{storage.ImportAreas: areasCSV, storage.ImportGroups: groupsCSV} {
		if got, p := imported(t, r, kind, csv, true); !strings.HasPrefix(got, "+0 ~0") || p != nil {
			t.Error("second run of", kind, got, p)
		}
	}
	same(t, logged, query(t, r, "SELECT action, subject, actor FROM audit_log ORDER BY id"))
	if len(logged) != 8 || logged[0] != "area.add|area 48|test" {
		t.Errorf("log: %q", logged)
	}

	// A group that is merged ends, and the older list does not bring it back.
	merge := "Phường/xã;Phường cũ;Tổ;Hiệu lực từ;Hiệu lực đến;Nhập vào tổ\nHòa Khánh;Hòa Minh;5;1/7/2025;31/10/2026;12\n"
	if got, p := imported(t, r, storage.ImportGroups, merge, true); got != "+0 ~1 =0 !0 c0" {
		t.Error("merge:", got, p)
	}
	same(t, []string{"2026-10-31|48/20200/hoa-minh.12"}, query(t, r, "SELECT valid_to, merged_into FROM areas WHERE path = '48/20200/hoa-minh.5'"))
	for _, csv := range []string{merge, groupsCSV} {
		if got, p := imported(t, r, storage.ImportGroups, csv, true); !strings.HasPrefix(got, "+0 ~0") {
			t.Error("after the merge:", got, p)
		}
	}
	// It comes back as a new row when the list says since when.
	again := "Phường/xã;Phường cũ;Tổ;Hiệu lực từ\nHòa Khánh;Hòa Minh;5;1/12/2026\n"
	if got, p := imported(t, r, storage.ImportGroups, again, true); got != "+1 ~0 =0 !0 c0" {
		t.Error("a new group of the old number:", got, p)
	}
}

func TestImportHouseholds(t *testing.T) { onBoth(t, testImportHouseholds) }

func testImportHouseholds(t *testing.T, r *storage.Records) {
	setUp(t, r)
	const list = `UBND PHƯỜNG HÒA KHÁNH;;;;;;;;;;;
DANH SÁCH HỘ NGHÈO;;;;;;;;;;;
STT;Họ và tên chủ hộ;Năm sinh;Phường/xã;Tổ;Nhận biết;Số nhân khẩu;Diện;Năm;Số QĐ;Ngày ký;Không có khả năng lao động
(1);(2);(3);(4);(5);(6);(7);(8);(9);(10);(11);(12)
1;NGUYỄN THỊ LAN;1951;phường Hòa Minh;12;hẻm 42;1;Hộ nghèo;2026;15/QĐ-UBND;20/12/2025;x
2;Trần Thị Lan;1963;phường Hòa Minh;12;vợ ông Sáu;4;Cận nghèo;2026;15/QĐ-UBND;20/12/2025;
3;Bríu Pố;;Xã Hòa Vang;Phú Sơn;;;;;;;
`
	if got, p := imported(t, r, storage.ImportHouseholds, list, false); got != "+3 ~0 =0 !0 c2" {
		t.Fatal("dry run:", got, p)
	}
	same(t, nil, query(t, r, "SELECT head FROM households"))
	if got, p := imported(t, r, storage.ImportHouseholds, list, true); got != "+3 ~0 =0 !0 c2" {
		t.Fatal(got, p)
	}
	const everything = `SELECT h.head, h.birth_year, h.area, h.second, h.members, c.class, c.year, c.standard_version, c.decision_no, c.decision_date, c.valid_from, c.valid_to, f.flag
		FROM households h LEFT JOIN classifications c ON c.household_id = h.id LEFT JOIN household_flags f ON f.household_id = h.id AND f.valid_to IS NULL ORDER BY h.id, c.valid_from, c.id`
	want := []string{
		"Nguyễn Thị Lan|1951|48/20200/hoa-minh.12|hẻm 42|1|ngheo|2026|2022-2025|15/QĐ-UBND|2025-12-20|2025-12-20|-|khong_kha_nang_lao_dong",
		"Trần Thị Lan|1963|48/20200/hoa-minh.12|vợ ông Sáu|4|can_ngheo|2026|2022-2025|15/QĐ-UBND|2025-12-20|2025-12-20|-|-",
		"Bríu Pố|0|48/20320/phu-son||0|-|-|-|-|-|-|-|-",
	}
	same(t, want, query(t, r, everything))
	same(t, []string{"42", "hem", "lan", "nguyen", "thi"}, query(t, r,
		"SELECT w.word FROM household_words w JOIN households h ON h.id = w.household_id WHERE h.birth_year = 1951 ORDER BY w.word"))
	codes := query(t, r, "SELECT code FROM households ORDER BY id")

	if got, p := imported(t, r, storage.ImportHouseholds, list, true); got != "+0 ~0 =3 !0 c0" {
		t.Error("second run:", got, p)
	}
	same(t, want, query(t, r, everything))

	// The next year's decision ends the one in force; an older one becomes history; neither is written twice.
	const next = "Chủ hộ;Năm sinh;Phường/xã;Tổ;Nhận biết;Nhân khẩu;Diện;Năm;Số QĐ;Hiệu lực từ;Không có khả năng lao động\n" +
		"Nguyễn Thị Lan;1951;Hòa Minh;12;hẻm 42;2;Mới thoát nghèo;2027;9/QĐ;1/1/2027;\n"
	const older = "Chủ hộ;Năm sinh;Phường/xã;Tổ;Nhận biết;Diện;Năm\nNguyễn Thị Lan;1951;Hòa Minh;12;hẻm 42;cận nghèo;2024\n"
	for range 2 {
		imported(t, r, storage.ImportHouseholds, next, true)
		imported(t, r, storage.ImportHouseholds, older, true)
		same(t, []string{
			"can_ngheo|2024|2022-2025|2024-01-01|2025-12-20",
			"ngheo|2026|2022-2025|2025-12-20|2027-01-01",
			"moi_thoat_ngheo|2027|2027-2030|2027-01-01|-",
		}, query(t, r, "SELECT c.class, c.year, c.standard_version, c.valid_from, c.valid_to FROM classifications c JOIN households h ON h.id = c.household_id WHERE h.birth_year = 1951 ORDER BY c.valid_from"))
		same(t, []string{"2"}, query(t, r, "SELECT members FROM households WHERE birth_year = 1951"))
		same(t, []string{"0"}, query(t, r, "SELECT count(*) FROM household_flags WHERE valid_to IS NULL"))
	}
	same(t, codes, query(t, r, "SELECT code FROM households ORDER BY id"))
	for _, line := range query(t, r, "SELECT action, subject, why FROM audit_log WHERE subject LIKE 'household %'") {
		if strings.Contains(line, "Lan") {
			t.Errorf("a name in the log: %s", line)
		}
	}
}

func TestImportProblems(t *testing.T) { onBoth(t, testImportProblems) }

func testImportProblems(t *testing.T, r *storage.Records) {
	setUp(t, r)
	const list = `Họ tên,Năm sinh,Phường/xã,Phường cũ,Tổ,Nhân khẩu,Diện,Năm,Chuẩn,Ngày ký,Chính sách
Lê Văn Tám,1950,Hòa Khánh,,12,,,,,,
Lê Văn Tám,1950,Hòa Khánh,Hòa Vang,12,,,,,,
Lê Văn Tám,1950,Hòa Liên,,12,,,,,,
Lê Văn Tám,1950,Sao Hỏa,,12,,,,,,
Lê Văn Tám,1950,Hòa Minh,,99,,,,,,
Lê Văn Tám,1850,Hòa Minh,,12,0,,,,,
Lê Văn Tám,1950,Hòa Minh,,12,-3,giàu,2026,,,
Lê Văn Tám,1950,Hòa Minh,,12,,hộ nghèo,,,,
Lê Văn Tám,1950,Hòa Minh,,12,,hộ nghèo,2026,cũ,31/2/2026,có lẽ
,1950,Hòa Minh,,12,,,,,,
Tám 8,1950,Hòa Minh,,12,,,,,,
Lê Văn Tám,1950,,,,,,,,,
Lê Văn Tám,1950,Hòa Minh,,12,,,,,,
LE VAN TAM,1950,Phường Hòa Khánh,Hòa Minh,012,,,,,,
Trần Ba,1970,Hòa Vang,,Tổ 1,,,,,,
`
	want := []string{
		"2E import.ambiguous_group", "3D import.unit_mismatch", "4C import.ambiguous_unit", "5C import.unknown_unit", "6E import.group_not_there",
		"7B import.bad_year", "7F import.bad_number", "8F import.bad_number", "8G import.bad_class", "9H import.no_year", "10K import.bad_mark",
		"10J import.bad_day", "10I import.bad_standard", "11A import.no_name", "12A import.bad_name", "13C import.no_unit", "15A import.twice", "16E import.group_not_there",
	}
	for _, apply := range []bool{false, true} {
		got, problems := imported(t, r, storage.ImportHouseholds, list, apply)
		same(t, want, problems)
		if got != "+1 ~0 =0 !14 c0" {
			t.Error(got)
		}
	}
	if got, _ := imported(t, r, storage.ImportHouseholds, list, true); got != "+0 ~0 =1 !14 c0" {
		t.Error("second run:", got)
	}
}

func TestImportNeedsHeadings(t *testing.T) {
	r := openImport(t)
	csv := "Họ tên,Tổ\nLan,12\n"
	table, err := sheets.Read(strings.NewReader(csv), int64(len(csv)), "", sheets.Usual)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Import(t.Context(), storage.ImportHouseholds, table, storage.ImportOptions{Places: places})
	var header *storage.HeaderError
	if !errors.As(err, &header) {
		t.Fatal(err)
	}
	same(t, []string{"Phường/xã"}, header.Missing)
	same(t, []string{"Họ tên", "Tổ"}, header.Seen)
}
