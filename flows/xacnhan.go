package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// homeAndYear reads what the buttons of /tracuu bring along: "HG-7K3QF2M 2026 1794301200".
func homeAndYear(c dialog.Ctx) (home string, year int, seen int64) {
	for _, word := range strings.Fields(c.Input) {
		n, err := strconv.ParseInt(word, 10, 64)
		code, ok := records.ParseHouseholdCode(word)
		switch {
		case ok:
			home = code
		case err == nil && len(word) == len("2026"):
			year = int(n)
		case err == nil:
			seen = n
		}
	}
	return home, year, seen
}

// Received is /nhandu: a household received all it was shown. Said without having been shown anything, the list comes first.
var Received = dialog.Command("nhandu").
	On("/nhandu").
	For(hasHome).
	Says(append([]dialog.Key{{Name: "nhandu.kept", Args: []string{"count"}}, {Name: "save.refused", Args: []string{"reason"}}}, supportKeys...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		home, year, seen := homeAndYear(c)
		if year == 0 || seen == 0 {
			return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdSupport, Args: map[string]string{"household": home, "about": "given"}}}
		}
		return []dialog.Effect{keep(records.CmdConfirmHelp, records.ConfirmHelp{Household: home, Year: year, Seen: seen},
			&dialog.Say{Lines: []dialog.Line{{Key: "nhandu.kept"}}})}
	}).
	Show(showSupport)

// The questions of what is not right about help that was entered: in the household's own words, and which entry is meant where they do
// not tell.
var (
	wrongHome = dialog.Text("home").Hidden()
	wrongYear = dialog.Text("year").Hidden()
	wrongSaid = dialog.Text("said").Check(dialog.Length(2, 300))
	meant     = dialog.Fact("meant", records.AskHelpMeant, func(c dialog.Ctx) map[string]string { return meantArgs(c, "") })
	several   = dialog.If("several entries may be meant", func(c dialog.Ctx) bool {
		n, err := strconv.Atoi(meant.Of(c.Answers)["count"])
		return err == nil && n > 1
	})
	which   = dialog.Lookup("which", records.AskHelpMeant, func(c dialog.Ctx) map[string]string { return meantArgs(c, "") }).When(several)
	meantIt = dialog.Fact("meant_it", records.AskHelpMeant, func(c dialog.Ctx) map[string]string { return meantArgs(c, which.Of(c.Answers)) }).When(several)
)

func meantArgs(c dialog.Ctx, key string) map[string]string {
	args := map[string]string{"household": wrongHome.Of(c.Answers), "year": wrongYear.Of(c.Answers), "said": wrongSaid.Of(c.Answers)}
	if key != "" {
		args["key"] = key
	}
	return args
}

// NotRight is /chuadung: something did not come, or is not as it is entered. It goes to the ward's Front and not to the leader.
var NotRight = dialog.Form("chuadung", 1, wrongHome, wrongYear, wrongSaid, meant, which, meantIt).
	On("/chuadung").
	For(hasHome).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		home, year, _ := homeAndYear(c)
		if home != "" {
			wrongHome.Put(a, home)
		}
		if year != 0 {
			wrongYear.Put(a, strconv.Itoa(year))
		}
		return a
	}).
	Says(dialog.Key{Name: "chuadung.kept", Args: []string{"code", "on", "missing", "said"}}, dialog.Key{Name: "chuadung.none"}, dialog.Key{Name: "chuadung.share"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := meant.Of(c.Answers)
		if which.Has(c.Answers) {
			f = meantIt.Of(c.Answers)
		}
		if f["code"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "chuadung.none"}}}}
		}
		command := records.DisputeHelp{Code: f["code"], Answer: f["answer"], Words: wrongSaid.Of(c.Answers)}
		if command.Answer == records.AnswerMissing {
			command.Missing = f["missing"]
		}
		return []dialog.Effect{keep(records.CmdDisputeHelp, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "chuadung.kept"}},
			Menu:  []dialog.Option{{Key: "share", Label: c.Label("chuadung.share"), Do: "/baototruong " + f["code"]}},
			Loose: true,
		})}
	})

// Share is /baototruong: the leader may know of what the household said is not right.
var Share = dialog.Command("baototruong").
	On("/baototruong").
	For(hasHome).
	Says(dialog.Key{Name: "baototruong.kept"}, dialog.Key{Name: "baototruong.none"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, _ := records.ParseCode(c.Input)
		save := keep(records.CmdShareDispute, records.ShareDispute{Code: code}, &dialog.Say{Lines: []dialog.Line{{Key: "baototruong.kept"}}})
		save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "baototruong.none"}}}
		return []dialog.Effect{save}
	})
