package vi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog/fold"
)

// Phrases put together from all their parts: written in words they say what they say in digits, and typed without
// accents they say the same or are asked about.
func TestEveryDayInWords(t *testing.T) {
	months := []string{"", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"}
	for m := 1; m <= 12; m++ {
		for d := 1; d <= daysIn(2026, m); d++ {
			want := writeDate(ReadDate(fmt.Sprintf("%d/%d/2026", d, m), at), "date")
			for _, phrase := range []string{
				fmt.Sprintf("ngày %d tháng %s năm 2026", d, months[m]), fmt.Sprintf("%d tháng %d năm 2026", d, m), fmt.Sprintf("ngày %s tháng %s năm 2026", spelled(d), months[m]),
				fmt.Sprintf("%02d-%02d-2026", d, m), fmt.Sprintf("%d.%d.2026", d, m), fmt.Sprintf("ngày %d/%d/26", d, m), Day{2026, m, d}.String(),
			} {
				mustRead(t, "date", phrase, want)
				mayAsk(t, "date", fold.Fold(phrase), want)
			}
		}
	}
}

func TestEveryRelativeDay(t *testing.T) {
	units := map[string]int{"ngày": 1, "hôm": 1, "bữa": 1, "tuần": 7}
	for n := 1; n <= 31; n++ {
		for unit, days := range units {
			back, ahead := DayOf(at).Add(-n*days).String(), DayOf(at).Add(n*days).String()
			for _, number := range []string{fmt.Sprint(n), spelled(n)} {
				for _, phrase := range []string{"cách đây " + number + " " + unit, number + " " + unit + " trước"} {
					mustRead(t, "date", phrase, back)
					mayAsk(t, "date", fold.Fold(phrase), back)
				}
				mustRead(t, "date", number+" "+unit+" nữa", ahead)
				mayAsk(t, "date", fold.Fold(number+" "+unit+" nữa"), ahead)
			}
		}
	}
}

func TestEveryWeekday(t *testing.T) {
	names := [][]string{{"thứ hai", "thứ 2", "t2", "T2"}, {"thứ ba", "thứ 3", "t3"}, {"thứ tư", "thứ 4", "t4"}, {"thứ năm", "thứ 5", "t5"}, {"thứ sáu", "thứ 6", "t6"}, {"thứ bảy", "thứ 7", "T7"}, {"chủ nhật", "cn", "CN"}}
	weeks := map[string]int{"này": 0, "ni": 0, "trước": -1, "rồi": -1, "vừa rồi": -1, "sau": 1, "tới": 1, "sau nữa": 2, "trước nữa": -2}
	for i, list := range names {
		for _, name := range list {
			for week, k := range weeks {
				want := Day{2026, 11, 9}.Add(7*k + i).String()
				for _, phrase := range []string{name + " tuần " + week, "tuần " + week + " " + name, "hôm " + name + " tuần " + week, "sáng " + name + " tuần " + week} {
					mustRead(t, "date", phrase, want)
					mayAsk(t, "date", fold.Fold(phrase), want)
				}
				clock := "8h30 sáng " + name + " tuần " + week
				mustRead(t, "datetime", clock, want+"T08:30")
				mayAsk(t, "datetime", fold.Fold(clock), want+"T08:30")
			}
		}
	}
}

func TestEveryLunarDay(t *testing.T) {
	months := []string{"", "giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "chạp"}
	for m := 1; m <= 12; m++ {
		for d := 1; d <= LunarMonthDays(2026, m, false); d++ {
			on, _ := FromLunar(LunarDate{Year: 2026, Month: m, Day: d})
			phrases := []string{
				fmt.Sprintf("ngày %d tháng %s âm lịch năm 2026", d, months[m]), fmt.Sprintf("%d/%d âm lịch năm 2026", d, m), fmt.Sprintf("%d/%d/2026 âm lịch", d, m), fmt.Sprintf("%d tháng %d âm năm Bính Ngọ", d, m),
			}
			if d <= 10 {
				phrases = append(phrases, fmt.Sprintf("mùng %d tháng %s âm lịch năm 2026", d, months[m]), fmt.Sprintf("mồng %s tháng %s âm lịch năm nay", spelled(d), months[m]))
			}
			if d == 15 {
				phrases = append(phrases, "rằm tháng "+months[m]+" năm 2026", fmt.Sprintf("rằm tháng %d năm nay", m))
			}
			for _, phrase := range phrases {
				mustRead(t, "date", phrase, on.String())
				mayAsk(t, "date", fold.Fold(phrase), on.String())
			}
		}
	}
}

func TestEveryHour(t *testing.T) {
	parts := []struct {
		name     string
		from, to int // hours of the 24 that may be said with it
	}{{"sáng", 1, 11}, {"trưa", 11, 14}, {"chiều", 13, 18}, {"tối", 18, 23}}
	for _, part := range parts {
		for hour := part.from; hour <= part.to; hour++ {
			said := hour
			if hour > 12 {
				said -= 12
			}
			for minute, forms := range map[int][]string{0: {"%dh", "%d giờ", "%dg", "%dh00", "%d giờ đúng"}, 30: {"%dh30", "%d giờ rưỡi", "%d rưỡi", "%dg30", "%d giờ 30 phút", "%d:30"}, 15: {"%dh15", "%d giờ 15"}, -15: {"%d giờ kém 15", "%dh kém 15 phút"}} {
				for _, form := range forms {
					for _, order := range []string{"%s %s mai", "%s %s ngày 12/11", "%[2]s mai %[1]s", "lúc %s %s ngày mai"} {
						phrase := fmt.Sprintf(order, fmt.Sprintf(form, said), part.name)
						total := hour*60 + minute
						want := fmt.Sprintf("2026-11-12T%02d:%02d", total/60, total%60)
						mustRead(t, "datetime", phrase, want)
						mayAsk(t, "datetime", fold.Fold(phrase), want)
					}
				}
			}
		}
	}
}

// The readings do not hang on the one clock of the corpus: on every day of some years they are what arithmetic says.
func TestRelativeDaysOnEveryDay(t *testing.T) {
	for d := (Day{2026, 1, 1}); d.Year < 2029; d = d.Add(1) {
		now := d.Time(at.Location()).Add(15 * time.Hour)
		monday := d.monday()
		for phrase, want := range map[string]Day{
			"hôm nay": d, "hôm qua": d.Add(-1), "bữa ni": d, "ngày mốt": d.Add(2), "hôm kìa": d.Add(-3), "thứ bảy tuần rồi": monday.Add(-2), "cn tuần sau": monday.Add(13),
			"cuối tháng": {d.Year, d.Month, daysIn(d.Year, d.Month)}, "cách đây 10 ngày": d.Add(-10),
		} {
			if r := ReadDate(phrase, now); !r.Sure || r.Value.Date != want {
				t.Fatalf("on %v %q is %v, want %v", d, phrase, r, want)
			}
		}
		for _, phrase := range []string{"rằm", "mùng 1", "30 tết", "mùng 1 tết", "20/11", "rằm tháng giêng", "29/2", "ngày 31", "thứ hai", "trung thu"} {
			r := ReadDate(phrase, now)
			if !r.Understood() {
				t.Fatalf("on %v %q is not understood", d, phrase)
			}
			if l, ok := ToLunar(r.Value.Date); r.Sure && strings.HasPrefix(phrase, "rằm") && (!ok || l.Day != 15) {
				t.Fatalf("on %v %q is %v", d, phrase, r)
			}
			for _, lean := range []Lean{Behind, Ahead} {
				q := ReadDateLeaning(phrase, now, lean)
				if r.Sure && q.Sure && q.Value != r.Value && !strings.Contains(phrase, "tết") && phrase != "ngày 31" {
					t.Fatalf("on %v %q is %v, leaning %v", d, phrase, r, q)
				}
			}
		}
	}
}

func mustRead(t *testing.T, kind, phrase, want string) {
	t.Helper()
	if got, _ := understandWhenWhere(kind, phrase, at); got != want {
		t.Errorf("%s %q is %s, want %s", kind, phrase, got, want)
	}
}

func mayAsk(t *testing.T, kind, phrase, want string) {
	t.Helper()
	if got, _ := understandWhenWhere(kind, phrase, at); got != want && got != notUnderstood && !strings.Contains(got, `"ask":true`) {
		t.Errorf("%s %q is %s, want %s or a question", kind, phrase, got, want)
	}
}

// spelled writes 1 to 39 in words.
func spelled(n int) string {
	units := []string{"", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}
	ten, unit := n/10, n%10
	switch {
	case ten == 0:
		return units[unit]
	case ten == 1 && unit == 0:
		return "mười"
	case ten == 1 && unit == 5:
		return "mười lăm"
	case ten == 1:
		return "mười " + units[unit]
	case unit == 0:
		return units[ten] + " mươi"
	case unit == 1:
		return units[ten] + " mươi mốt"
	case unit == 5:
		return units[ten] + " mươi lăm"
	}
	return units[ten] + " mươi " + units[unit]
}
