package bot

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chungtay/flows/dialog"
)

func TestTapRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tap := dialog.Tap{
			Form: rapid.StringMatching(`[a-z0-9]{0,10}`).Draw(t, "form"),
			Step: rapid.StringMatching(`[a-z_.]{0,20}`).Draw(t, "step"),
			Key:  rapid.StringMatching(`[A-Za-z0-9_:.\-]{1,40}`).Draw(t, "key"),
		}
		if rapid.Bool().Draw(t, "command") {
			tap = dialog.Tap{Do: "/" + rapid.StringMatching(`[a-z]{1,10} [A-Z0-9\-]{0,60}`).Draw(t, "do")}
		}
		data, ok := TapData(tap)
		if !ok {
			if len(data) <= MaxTapData {
				t.Fatalf("refused %q", data)
			}
			return
		}
		if got := ParseTap(data); got != tap {
			t.Fatalf("%q: got %+v, want %+v", data, got, tap)
		}
	})
}

func TestParseTapForged(t *testing.T) {
	for _, data := range []string{"", "1", "1:", "1:a", "1:a:b", "1:a:b:", "2:a:b:c", "1!", "1!x", "1!\x00", "\xff\xfe", "1:a\x00:b:c", strings.Repeat("1", 65), "1:" + strings.Repeat("á", 40) + ":b:c"} {
		if got := ParseTap(data); got != (dialog.Tap{Bad: true}) {
			t.Errorf("ParseTap(%q) = %+v", data, got)
		}
	}
}

func FuzzParseTap(f *testing.F) {
	f.Add("1:9f3a:kind:tien_mat")
	f.Add("1!/suaphieu GN-7K3QF2M")
	f.Fuzz(func(t *testing.T, data string) {
		tap := ParseTap(data)
		if tap.Bad {
			return
		}
		if again, ok := TapData(tap); !ok || again != data {
			t.Fatalf("%q became %q", data, again)
		}
	})
}
