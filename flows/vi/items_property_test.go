package vi

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chungtay/flows/dialog"
)

// knownItems are the things of the table with the unit each is counted by, in a fixed order.
func knownItems() []item {
	var list []item
	for _, key := range sortedKeys(items) {
		for _, row := range items[key] {
			list = append(list, row.value)
		}
	}
	return list
}

func sortedKeys[T any](t phraseTable[T]) []string {
	var keys []string
	for k := range t {
		i := 0
		for i < len(keys) && keys[i] < k {
			i++
		}
		keys = append(keys[:i], append([]string{k}, keys[i:]...)...)
	}
	return keys
}

func drawItem(t *rapid.T, known []item) Item {
	thing := rapid.SampledFrom(known).Draw(t, "thing")
	it := Item{Name: thing.name}
	switch it.Unit = rapid.SampledFrom([]string{thing.unit, "kg", "thùng", "bao", "hộp", "lít", "chai", "phần", "suất", "con", "túi"}).Draw(t, "unit"); it.Unit {
	case "kg", "lít":
		it.Qty = rapid.Int64Range(1, 5_000_000).Draw(t, "thousandths")
		if it.Unit == "kg" && it.Qty%10 != 0 { // typed decimals have one or two places
			it.Qty = it.Qty/10*10 + 10
		}
		it.Qty = it.Qty / 10 * 10
	default:
		it.Qty = rapid.Int64Range(1, 9_999).Draw(t, "pieces") * milli
	}
	if it.Qty == 0 {
		it.Qty = milli
	}
	switch rapid.IntRange(0, 3).Draw(t, "worth") {
	case 1:
		if it.Unit != "phần" && it.Unit != "suất" && it.Qty == milli {
			it.Value = rapid.Int64Range(10, 99_999).Draw(t, "value") * 1000
		}
	case 2:
		it.UnitValue = rapid.Int64Range(10, 9_999).Draw(t, "each") * 1000
		it.Total = it.UnitValue * it.Qty / milli
		if givenEachUnit(it.Unit) == "" {
			it.UnitValue, it.Total = 0, 0
		}
	case 3:
		it.Total = rapid.Int64Range(10, 99_999).Draw(t, "total") * 1000
	}
	return it
}

func givenEachUnit(unit string) string {
	u, _ := givenEach.at(Tokenize(unit), 0)
	if u == unit {
		return u
	}
	return ""
}

// TestFormatItemsReadsBack writes lists of things and reads them again: nothing may change.
func TestFormatItemsReadsBack(t *testing.T) {
	known := knownItems()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		list := make([]Item, n)
		for i := range list {
			list[i] = drawItem(t, known)
		}
		text := FormatItems(list)
		r := ReadItems(text)
		if !r.Sure || !reflect.DeepEqual(r.Value, list) {
			t.Fatalf("%q reads back as %+v %+v, want %+v", text, r.Value, r.Candidates, list)
		}
	})
}

// TestItemsFieldKeepsWhatItReads holds the field's promise: what is read is kept and parsed as the same.
func TestItemsFieldKeepsWhatItReads(t *testing.T) {
	for _, c := range corpus(t, "phrases.tsv", "more.tsv") {
		if c.kind != "quantity" {
			continue
		}
		r := readItemsAnswer(dialog.In{Text: c.phrase})
		if asks(c.want, "quantity") || !strings.Contains(c.want, "item") || strings.Contains(c.want, "error") || strings.Contains(c.want, "approx") {
			if r.Sure {
				t.Errorf("%q is taken as %+v, and is not sure", c.phrase, r.Value)
			}
			continue
		}
		if !r.Sure {
			t.Errorf("%q is refused: %+v", c.phrase, r)
			continue
		}
		text := FormatItems(r.Value)
		if back, ok := parseItemsAnswer(text); !ok || !reflect.DeepEqual(back, r.Value) {
			t.Errorf("%q is kept as %q and comes back as %+v", c.phrase, text, back)
		}
	}
}

func TestMoneyField(t *testing.T) {
	for in, want := range map[string]dialog.Reading[int64]{
		"500k":         dialog.Read(int64(500_000)),
		"1tr5":         dialog.Read(int64(1_500_000)),
		"500":          {Candidates: []int64{500_000, 500}},
		"2 chai":       {Candidates: []int64{2_000_000}},
		"khoảng 500k":  {Problem: dialog.Problem{Key: "money.vague"}},
		"500k/tháng":   {Problem: dialog.Problem{Key: "money.vague"}},
		"từ 5-7 triệu": {Problem: dialog.Problem{Key: "money.vague"}},
		"100 đô":       {Problem: dialog.Problem{Key: "money.foreign"}},
		"không đồng":   {Problem: dialog.Problem{Key: "money.zero"}},
		"-500k":        {Problem: dialog.Problem{Key: "money.negative"}},
		"99 nghìn tỷ":  {Problem: dialog.Problem{Key: "money.too_large"}},
		"10kg gạo":     {},
		"bỏ qua":       {},
	} {
		if got := readMoneyAnswer(dialog.In{Text: in}); !reflect.DeepEqual(got, want) {
			t.Errorf("%q = %+v, want %+v", in, got, want)
		}
	}
	for s, ok := range map[string]bool{"500000": true, "0": false, "-5": false, "+5": false, "1e3": false, "05": false, "1000000000001": false} {
		if _, got := parseMoneyAnswer(s); got != ok {
			t.Errorf("parseMoneyAnswer(%q) = %v", s, got)
		}
	}
}
