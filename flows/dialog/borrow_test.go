package dialog_test

import (
	"encoding/json"

	"chungtay/flows/dialog"
)

var (
	thing   = dialog.Choice("thing", "tent", "tables", "chairs", "speaker")
	count   = dialog.Number("count").When(thing.Is("tables", "chairs")).Check(dialog.Within(1, 200))
	purpose = dialog.Text("purpose").Check(dialog.Length(3, 100))
	night   = dialog.YesNo("night").Sure(lateNoise)
	note    = dialog.Text("note").Optional()

	// Borrow is /muondo: borrow what the group owns for a wedding, a funeral, a party.
	Borrow = dialog.Form("muondo", 1, thing, count, purpose, night, note).
		On("/muondo").
		Listed().
		For(func(p dialog.Person) bool { return p.Has("household", "leader") }).
		Says(dialog.Key{Name: "muondo.kept", Args: []string{"code"}}, dialog.Key{Name: "muondo.night.late"}).
		Done(func(c dialog.Ctx) []dialog.Effect {
			data, err := json.Marshal(map[string]any{
				"thing": thing.Of(c.Answers), "count": max(1, count.Of(c.Answers)),
				"purpose": purpose.Of(c.Answers), "night": night.Of(c.Answers), "note": note.Of(c.Answers),
			})
			if err != nil {
				return nil
			}
			return []dialog.Effect{dialog.Save{Kind: "thing.borrow", Data: data, Kept: &dialog.Say{Lines: []dialog.Line{{Key: "muondo.kept"}}}}}
		})
)

// lateNoise asks twice before a speaker is lent for the night.
func lateNoise(overnight bool, c dialog.Ctx) dialog.Problem {
	if overnight && thing.Of(c.Answers) == "speaker" {
		return dialog.Problem{Key: "muondo.night.late"}
	}
	return dialog.Fine
}
