package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The questions of keeping what is known of a household. Which one it is comes with the button, or is asked.
var (
	keptHome = dialog.Lookup("household", records.AskHouseholdSearch, nil)

	visitOn   = vi.PastDate("on").Default(today).Check(notFuture).Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}})
	visitNote = dialog.Text("note").Check(dialog.Length(2, records.MaxNote))

	homePart   = dialog.Choice("part", "nickname", "second", "members", "birth_year")
	homeWords  = dialog.Text("words").When(homePart.Is("nickname", "second")).Check(dialog.Length(2, 60))
	homeNumber = dialog.Number("number").When(homePart.Is("members")).Check(dialog.Within(1, 30))
	homeYear   = dialog.Number("born").When(homePart.Is("birth_year")).Check(dialog.Within(1900, 2100))

	homeState = dialog.Choice("state", "died", "away", "back")
)

// openHome takes the household from what followed the command.
func openHome(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	if c.Input != "" {
		keptHome.Put(a, c.Input)
	}
	return a
}

// Visit is /thamho: somebody called at a household.
var Visit = dialog.Form("thamho", 1, keptHome, visitOn, visitNote).
	On("/thamho").
	For(logsHelp).
	Open(openHome).
	Says(dialog.Key{Name: "thamho.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdVisit, records.NoteVisit{
			Household: keptHome.Of(c.Answers), On: visitOn.Of(c.Answers).String(), Note: visitNote.Of(c.Answers),
		}, &dialog.Say{Lines: []dialog.Line{{Key: "thamho.kept"}}})}
	})

// ChangeHome is /suaho: one fact of a household is another.
var ChangeHome = dialog.Form("suaho", 1, keptHome, homePart, homeWords, homeNumber, homeYear).
	On("/suaho").
	For(logsHelp).
	Open(openHome).
	Says(dialog.Key{Name: "suaho.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		value := homeWords.Of(a)
		switch {
		case homeNumber.Has(a):
			value = strconv.FormatInt(homeNumber.Of(a), 10)
		case homeYear.Has(a):
			value = strconv.FormatInt(homeYear.Of(a), 10)
		}
		return []dialog.Effect{keep(records.CmdChangeHousehold, records.ChangeHousehold{Household: keptHome.Of(a), Part: homePart.Of(a), Value: value},
			&dialog.Say{Lines: []dialog.Line{{Key: "suaho.kept"}}})}
	})

// Quiet is /vangho: a household where somebody died, or that is away, is not written to; or it is back.
var Quiet = dialog.Form("vangho", 1, keptHome, homeState).
	On("/vangho").
	For(logsHelp).
	Open(openHome).
	Says(dialog.Key{Name: "vangho.kept.quiet"}, dialog.Key{Name: "vangho.kept.back"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		why, said := homeState.Of(c.Answers), "vangho.kept.quiet"
		if why == "back" {
			why, said = "", "vangho.kept.back"
		}
		return []dialog.Effect{keep(records.CmdQuiet, records.QuietHousehold{Household: keptHome.Of(c.Answers), Why: why}, &dialog.Say{Lines: []dialog.Line{{Key: said}}})}
	})
