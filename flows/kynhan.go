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

// Where a household has no phone it signs on paper: entries are printed on numbered sheets, the leader brings the photo of a signed one and
// says which lines are signed, and those entries are confirmed on paper.

// The questions of printing sheets.
var (
	signGroup  = dialog.Lookup("group", records.AskAreaMine, nil)
	signPeriod = dialog.Choice("period", "open", "month", "day")
	signDay    = vi.PastDate("day").When(signPeriod.Is("day")).Check(notFuture).Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}})
)

// PrintSheets is /bangky: numbered sheets of a group's entries that nobody confirmed yet, to be signed.
var PrintSheets = dialog.Form("bangky", 1, signGroup, signPeriod, signDay).
	On("/bangky").
	For(logsHelp).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		onlyGroup(c, a, signGroup)
		return a
	}).
	Says(append([]dialog.Key{
		{Name: "bangky.kept", Args: []string{"codes", "count", "sheets", "group", "more"}},
		{Name: "bangky.refused", Args: []string{"reason"}},
		{Name: records.RefusedNothingToSign},
		{Name: "help.on.future", Args: []string{"on"}},
	}, paperKeys("bangky", signWords)...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		command := records.MakeSignatureSheets{Group: signGroup.Of(c.Answers)}
		switch signPeriod.Of(c.Answers) {
		case "month":
			now := today(c)
			command.From, command.To = vi.Day{Year: now.Year, Month: now.Month, Day: 1}.String(), now.String()
		case "day":
			command.From = signDay.Of(c.Answers).String()
			command.To = command.From
		}
		words := map[string]string{}
		for _, w := range signWords {
			words[w] = c.Label("bangky.paper." + w)
		}
		for _, k := range records.Kinds {
			words["kind."+k.Code] = c.Label("kind." + k.Code)
		}
		save := keep(records.CmdMakeSheets, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "bangky.kept"}}, File: "{file}", FileName: "bang-ky-{code}.pdf",
			Print: &dialog.Drawing{Kind: records.PaperSignatures, Args: words},
		})
		save.Refused.Lines[0].Key = "bangky.refused"
		return []dialog.Effect{save}
	})

// signWords are the words on a sheet.
var signWords = []string{"title", "made", "no", "entry", "who", "what", "on", "sign", "total", "hint"}

// paperKeys are the locale keys of the words on a paper of a flow.
func paperKeys(flow string, words []string) []dialog.Key {
	keys := make([]dialog.Key, len(words))
	for i, w := range words {
		keys[i].Name = flow + ".paper." + w
	}
	return keys
}

// The questions of bringing a sheet back.
var (
	sheetNo = dialog.Text("sheet").Check(func(said string, _ dialog.Ctx) (string, dialog.Problem) {
		code, ok := records.ParseSheetCode(said)
		if !ok {
			return said, dialog.Problem{Key: "guiky.sheet.wrong"}
		}
		return code, dialog.Fine
	}).Says(dialog.Key{Name: "guiky.sheet.wrong"})
	sheetFact  = dialog.Fact("of", records.AskSheet, func(c dialog.Ctx) map[string]string { return map[string]string{"sheet": sheetNo.Of(c.Answers)} })
	sheetFound = dialog.If("the sheet was found", func(c dialog.Ctx) bool { return sheetFact.Of(c.Answers)["sheet"] != "" })
	signedFoto = dialog.Photo("photo").When(sheetFound)
	signedHow  = dialog.Choice("how", "all", "except", "only").When(sheetFound)
	signedNos  = dialog.Text("lines").When(signedHow.Is("except", "only")).Check(func(said string, c dialog.Ctx) (string, dialog.Problem) {
		most, _ := strconv.Atoi(sheetFact.Of(c.Answers)["count"])
		numbers := lineNumbers(said, most)
		if len(numbers) == 0 {
			return said, dialog.Problem{Key: "guiky.lines.wrong", Args: map[string]string{"max": strconv.Itoa(most)}}
		}
		return joined(numbers), dialog.Fine
	}).Says(dialog.Key{Name: "guiky.lines.wrong", Args: []string{"max"}})
)

// lineNumbers are the numbers of lines that words name, each once and in order: "3, 7", "dong 3 va 7". None if one is not on the sheet.
func lineNumbers(said string, most int) []int {
	var numbers []int
	for _, word := range strings.FieldsFunc(fold.Fold(said), func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > most {
			return nil
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func joined(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ", ")
}

// signedLines are the lines that are signed and those that are not, as was said.
func signedLines(c dialog.Ctx) (signed, not []int) {
	most, _ := strconv.Atoi(sheetFact.Of(c.Answers)["count"])
	named := lineNumbers(signedNos.Of(c.Answers), most)
	for n := 1; n <= most; n++ {
		if signedHow.Of(c.Answers) == "all" || slices.Contains(named, n) == (signedHow.Of(c.Answers) == "only") {
			signed = append(signed, n)
		} else {
			not = append(not, n)
		}
	}
	return signed, not
}

// BringSheet is /guiky: the photo of a signed sheet, and which lines are signed.
var BringSheet = dialog.Form("guiky", 1, sheetNo, sheetFact, signedFoto, signedHow, signedNos).
	On("/guiky").
	For(logsHelp).
	Hear(func(_ dialog.Ctx, text string) dialog.Understood { // beneath a photo, or alone
		code, ok := sheetCode(text)
		if !ok {
			return dialog.Understood{}
		}
		a := dialog.Answers{}
		sheetNo.Put(a, code)
		return dialog.Understood{OK: true, Answers: a}
	}).
	ConfirmIf(sheetFound).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := sheetFact.Of(c.Answers)
		signed, not := signedLines(c)
		return []dialog.Line{{Key: "guiky.echo", Args: map[string]string{
			"sheet": f["sheet"], "group": f["group"], "count": f["count"], "signed": strconv.Itoa(len(signed)), "not": joined(not), "before": f["brought"],
		}}}
	}).
	Says(dialog.Key{Name: "guiky.echo", Args: []string{"sheet", "group", "count", "signed", "not", "before"}}, dialog.Key{Name: "guiky.none"},
		dialog.Key{Name: "guiky.kept", Args: []string{"code", "count", "voided", "changed", "answered"}}, dialog.Key{Name: "guiky.see"},
		dialog.Key{Name: "guiky.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedNoPhoto}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		f := sheetFact.Of(c.Answers)
		if f["sheet"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "guiky.none"}}}}
		}
		signed, _ := signedLines(c)
		save := keep(records.CmdSignSheet, records.SignSheet{Sheet: f["sheet"], Photo: signedFoto.Of(c.Answers), Signed: signed}, &dialog.Say{
			Lines: []dialog.Line{{Key: "guiky.kept"}}, Loose: true,
			Menu: []dialog.Option{{Key: "see", Label: c.Label("guiky.see"), Do: "/xemky " + f["sheet"]}},
		})
		save.Refused.Lines[0].Key = "guiky.refused"
		return []dialog.Effect{save}
	})

// sheetCode is the number of a sheet that a whole message is: with its prefix, as the rest may be the code of anything.
func sheetCode(text string) (string, bool) {
	folded := strings.ToUpper(strings.TrimSpace(fold.Fold(text)))
	if !strings.HasPrefix(folded, "KN") {
		return "", false
	}
	return records.ParseSheetCode(text)
}

// SeeSheet is /xemky: a sheet with what became of its lines, and its photo.
var SeeSheet = dialog.Command("xemky").
	On("/xemky").
	For(logsHelp).
	Says(dialog.Key{Name: "xemky.sheet", Args: []string{"sheet", "group", "on", "count", "brought", "by"}},
		dialog.Key{Name: "xemky.line", Args: []string{"n", "name", "what", "on", "state", "signed"}},
		dialog.Key{Name: "xemky.which"}, dialog.Key{Name: "xemky.none"}, dialog.Key{Name: "xemky.bring"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, ok := records.ParseSheetCode(c.Input)
		if !ok {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemky.which"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskSheet, Args: map[string]string{"sheet": code}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		if f["sheet"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemky.none"}}}}
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "xemky.sheet", Args: map[string]string{
			"sheet": f["sheet"], "group": f["group"], "on": f["on"], "count": f["count"], "brought": f["brought"], "by": f["by"],
		}}}, Photo: f["photo"], Private: true}
		for _, l := range found.Lines {
			say.Lines = append(say.Lines, dialog.Line{Key: "xemky.line", Args: map[string]string{
				"n": l.Args["n"], "name": l.Args["name"], "what": receivedOf(c, l.Args), "on": l.Args["on"], "state": l.Args["state"], "signed": l.Args["signed"],
			}})
		}
		if f["photo"] == "" {
			say.Menu = []dialog.Option{{Key: "bring", Label: c.Label("xemky.bring"), Do: "/guiky " + f["sheet"]}}
		}
		return []dialog.Effect{say}
	})
