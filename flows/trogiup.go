package flows

import (
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Help is /trogiup, "?" and the like while nothing is open: the few things that this person can do, each with words to type,
// in one message, and the way to a human. docs/huong-dan says the same at length.
var Help = dialog.Command("trogiup").
	On("/trogiup", "/help", "/huongdan").
	Says(helpLines...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		say := dialog.Say{
			Lines: []dialog.Line{{Key: "trogiup.how"}},
			Menu: []dialog.Option{
				{Key: "menu", Label: c.Label("trogiup.menu"), Do: "/menu"},
				{Key: "human", Label: c.Label("dialog.human"), Do: "/gapnguoi"},
			},
			Loose: true,
		}
		for _, key := range helpFor(c.Who) {
			say.Lines = append(say.Lines, dialog.Line{Key: key})
		}
		return []dialog.Effect{say}
	})

var helpLines = []dialog.Key{
	{Name: "trogiup.how"},
	{Name: "trogiup.log"},
	{Name: "trogiup.homes"},
	{Name: "trogiup.card"},
	{Name: "trogiup.correct"},
	{Name: "trogiup.sheet"},
	{Name: "trogiup.decide"},
	{Name: "trogiup.tasks"},
	{Name: "trogiup.phone"},
	{Name: "trogiup.support"},
	{Name: "trogiup.wrong"},
	{Name: "trogiup.leave"},
	{Name: "trogiup.need"},
	{Name: "trogiup.give"},
	{Name: "trogiup.code"},
	{Name: "trogiup.staff"},
	{Name: "trogiup.accounts"},
	{Name: "trogiup.human"},
	{Name: "trogiup.menu"},
}

// helpFor are the lines for what somebody can do, most needed first. Who has several roles is told of the one with most to
// do, and how to see their own household's.
func helpFor(p dialog.Person) []string {
	var keys []string
	switch {
	case p.Has(records.RoleFront):
		keys = []string{"trogiup.tasks", "trogiup.log", "trogiup.sheet", "trogiup.homes"}
	case p.Has(records.RoleOfficer):
		keys = []string{"trogiup.decide", "trogiup.tasks", "trogiup.log", "trogiup.sheet"}
	case p.Has(records.RoleLeader):
		keys = []string{"trogiup.log", "trogiup.homes", "trogiup.card", "trogiup.correct"}
	case p.Has(records.RoleAdmin):
		keys = []string{"trogiup.tasks", "trogiup.phone", "trogiup.code"}
	case hasHome(p):
		return []string{"trogiup.support", "trogiup.wrong", "trogiup.leave", "trogiup.need", "trogiup.accounts", "trogiup.human"}
	case p.Has(records.RoleDonor):
		keys = []string{"trogiup.give", "trogiup.code"}
	case guest(p):
		keys = []string{"trogiup.code", "trogiup.need", "trogiup.give", "trogiup.staff"}
	default: // treasurers and officers of the city
		keys = []string{"trogiup.code"}
	}
	if hasHome(p) {
		keys = append(keys, "trogiup.support")
	}
	if !guest(p) {
		keys = append(keys, "trogiup.accounts")
	}
	return append(keys, "trogiup.human")
}
