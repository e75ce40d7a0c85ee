package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// From the pool of a fund to households. Nobody picks whose gift a household gets. Much money waits for a second person; what is decided is
// handed over by whoever looks after the household, and that is its entry of help.

func allocates(p dialog.Person) bool { return p.Has(records.RoleFront) }

func approves(p dialog.Person) bool { return p.Has(records.RoleFront, records.RoleTreasurer) }

// The questions of an allocation.
var (
	poolHere = dialog.Fact("here", records.AskPool, func(dialog.Ctx) map[string]string { return map[string]string{"fund": ""} })
	hasPool  = dialog.If("a fund has something that is free", func(c dialog.Ctx) bool { return poolHere.Of(c.Answers)["funds"] != "" })
	poolFund = dialog.Choice("fund", records.Funds...).Columns(1).Labels("fund").
			When(dialog.If("several funds have something that is free", func(c dialog.Ctx) bool { return strings.Contains(poolHere.Of(c.Answers)["funds"], " ") })).
			Among(func(fund string, c dialog.Ctx) bool {
			return slices.Contains(strings.Fields(poolHere.Of(c.Answers)["funds"]), fund)
		})
	poolFree = dialog.Fact("pool", records.AskPool, func(c dialog.Ctx) map[string]string {
		return map[string]string{"fund": poolFund.Of(c.Answers)}
	})
	allocNeed  = dialog.Number("need").Hidden()
	allocWho   = dialog.Choice("who", "one", "many").When(hasPool)
	allocHome  = dialog.Lookup("household", records.AskAllocHomes, nil).When(allocWho.Is("one"))
	allocGroup = dialog.Lookup("group", records.AskAreaMine, nil).When(allocWho.Is("many"))
	allocHomes = dialog.Lookup("chosen", records.AskHouseholdList, func(c dialog.Ctx) map[string]string {
		return map[string]string{"group": allocGroup.Of(c.Answers)}
	}).Many(200).Picks(pick).When(allocWho.Is("many"))
	allocKind = dialog.Grouped("kind", kindGroups()...).Labels("kind").GroupLabels("kind").When(hasPool)
	allocWhat = giftField("what").When(hasPool).Check(inPool).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := poolFree.Of(c.Answers)
		return []dialog.Line{{Key: "phanbo.what", Args: map[string]string{"money": f["money"], "things": f["things"]}}}
	}).Says(dialog.Key{Name: "phanbo.what", Args: []string{"money", "things"}}, dialog.Key{Name: "phanbo.what.short", Args: []string{"money", "count"}})
)

// inPool refuses more money than the fund has for so many households; of things the store knows.
func inPool(g vi.Gifts, c dialog.Ctx) (vi.Gifts, dialog.Problem) {
	free, err := strconv.ParseInt(poolFree.Of(c.Answers)["money"], 10, 64)
	if n := int64(len(allocatedTo(c.Answers))); err == nil && g.Money > 0 && g.Money > free/max(1, n) {
		return g, dialog.Problem{Key: "phanbo.what.short", Args: map[string]string{"money": strconv.FormatInt(free, 10), "count": strconv.FormatInt(n, 10)}}
	}
	return g, dialog.Fine
}

// allocKindOf is the kind of help that is allocated: what was chosen, but cash only while no things go with it.
func allocKindOf(a dialog.Answers) string {
	k, g := allocKind.Of(a), allocWhat.Of(a)
	if k != "tien_mat" || len(g.Items) == 0 {
		return k
	}
	if told := kindOfGifts(g); told != "" {
		return told
	}
	return "dot_xuat"
}

// allocatedTo are the codes of the households that something is allocated to.
func allocatedTo(a dialog.Answers) []string {
	if allocWho.Of(a) == "many" {
		return allocHomes.All(a)
	}
	return []string{allocHome.Of(a)}
}

// Allocate is /phanbo: money or things of a fund are meant for a household, or for several of a group.
var Allocate = dialog.Form("phanbo", 1, poolHere, poolFund, poolFree, allocNeed, allocWho, allocHome, allocGroup, allocHomes, allocKind, allocWhat, Pin.When(hasPool)).
	On("/phanbo").
	ListedFor(allocates).
	For(allocates).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		code, need, _ := strings.Cut(c.Input, " ")
		if home, ok := records.ParseHouseholdCode(code); ok {
			allocWho.Put(a, "one")
			allocHome.Put(a, home)
			if n, err := strconv.ParseInt(need, 10, 64); err == nil && n > 0 {
				allocNeed.Put(a, n)
			}
		}
		return a
	}).
	ConfirmIf(hasPool).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a := c.Answers
		g, n := allocWhat.Of(a), int64(len(allocatedTo(a)))
		args := map[string]string{
			"fund": "fund." + poolFree.Of(a)["fund"], "kind": "kind." + allocKindOf(a), "what": g.String(), "count": strconv.FormatInt(n, 10),
			"amount": strconv.FormatInt(g.Money*n, 10), "names": strings.TrimRight(allocHome.Label(c), " ★☆"), "second": "",
		}
		if n > 1 || allocWho.Of(a) == "many" {
			args["names"] = chosenNames(allocHomes, a)
		}
		if g.Money*n > records.AllocateAlone {
			args["second"] = "1"
		}
		return []dialog.Line{{Key: "phanbo.echo", Args: args}}
	}).
	Says(
		dialog.Key{Name: "phanbo.echo", Args: []string{"fund", "kind", "what", "count", "amount", "names", "second"}},
		dialog.Key{Name: "phanbo.kept", Args: []string{"code", "count", "amount", "fund", "state", "told"}},
		dialog.Key{Name: "phanbo.empty", Args: []string{"area"}}, dialog.Key{Name: "phanbo.cancel"},
		dialog.Key{Name: "notice.allocated", Args: []string{"group"}}, dialog.Key{Name: "notice.allocated.waiting", Args: []string{"fund", "area"}},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}},
	).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if poolHere.Of(a)["funds"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "phanbo.empty", Args: map[string]string{"area": poolHere.Of(a)["area"]}}}}}
		}
		g := allocWhat.Of(a)
		l := records.Allocate{Fund: poolFree.Of(a)["fund"], Households: allocatedTo(a), Kind: allocKindOf(a), Money: g.Money, Need: allocNeed.Of(a)}
		for _, it := range g.Items {
			item, _ := recordItem(it)
			l.Items = append(l.Items, item)
		}
		return []dialog.Effect{keep(records.CmdAllocate, l, &dialog.Say{
			Lines: []dialog.Line{{Key: "phanbo.kept"}}, Loose: true,
			Menu: []dialog.Option{{Key: "cancel", Label: c.Label("phanbo.cancel"), Do: "/huyphanbo {code}"}},
		})}
	})

var allocationKeys = []dialog.Key{
	{Name: "duyetquy.one", Args: []string{"code", "fund", "kind", "money", "things", "state", "count", "amount", "group", "name", "mine", "on"}},
	{Name: "duyetquy.approve"},
	{Name: "duyetquy.cancel"},
	{Name: "duyetquy.hand"},
}

// Waiting is /duyetquy: what waits for a second person, or with a code one allocation.
var Waiting = dialog.Command("duyetquy").
	On("/duyetquy").
	ListedFor(approves).
	For(approves).
	Says(append([]dialog.Key{{Name: "duyetquy.list"}, {Name: "duyetquy.none"}}, allocationKeys...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if code, ok := records.ParseAllocationCode(c.Input); ok {
			return []dialog.Effect{dialog.Ask{Query: records.AskAllocation, Args: map[string]string{"code": code}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskAllocations, Args: map[string]string{"waiting": "1"}, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskAllocation {
			return showAllocation(c, found.Facts)
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "duyetquy.list"}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "duyetquy.none"
		}
		for _, l := range found.Lines {
			amount, _ := strconv.ParseInt(l.Args["amount"], 10, 64)
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["code"], Label: dayOf(l.Args["on"]) + ": " + vi.FormatMoney(amount) + ", " + l.Args["group"], Do: "/duyetquy " + l.Args["code"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/duyetquy", found))
		}
		return []dialog.Effect{say}
	})

// showAllocation tells of one allocation, and what the person can do with it.
func showAllocation(c dialog.Ctx, f map[string]string) []dialog.Effect {
	say := dialog.Say{Lines: []dialog.Line{{Key: "duyetquy.one", Args: f}}}
	for _, act := range []struct{ fact, do string }{{"approve", "/duyetphanbo "}, {"hand", "/trao "}, {"cancel", "/huyphanbo "}} {
		if f[act.fact] != "" {
			say.Menu = append(say.Menu, dialog.Option{Key: act.fact, Label: c.Label("duyetquy." + act.fact), Do: act.do + f["code"]})
		}
	}
	return []dialog.Effect{say}
}

// Which allocation it is comes with the button.
var (
	allocCode = dialog.Text("code").Hidden()
	allocFact = dialog.Fact("of", records.AskAllocation, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": allocCode.Of(c.Answers)}
	})
	approvable  = dialog.If("the person may agree to it", func(c dialog.Ctx) bool { return allocFact.Of(c.Answers)["approve"] != "" })
	cancellable = dialog.If("the person may take it back", func(c dialog.Ctx) bool { return allocFact.Of(c.Answers)["cancel"] != "" })
)

func allocationNamed(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	if code, ok := records.ParseAllocationCode(c.Input); ok {
		allocCode.Put(a, code)
	}
	return a
}

// decideAllocation is a form that approves or cancels what its button names.
func decideAllocation(form dialog.Flow, fact, command string, may dialog.Cond, allowed func(dialog.Person) bool, says ...dialog.Key) dialog.Flow {
	key := form.Key()
	return form.
		On("/" + key).
		For(allowed).
		Open(allocationNamed).
		ConfirmIf(may).
		Echo(func(c dialog.Ctx) []dialog.Line {
			f := allocFact.Of(c.Answers)
			return []dialog.Line{{Key: key + ".echo", Args: map[string]string{
				"code": f["code"], "fund": f["fund"], "money": f["money"], "things": f["things"], "count": f["count"], "amount": f["amount"], "group": f["group"],
				"name": f["name"], "state": f["state"],
			}}}
		}).
		Says(append(says, dialog.Key{Name: key + ".echo", Args: []string{"code", "fund", "money", "things", "count", "amount", "group", "name", "state"}},
			dialog.Key{Name: key + ".kept", Args: []string{"code", "count"}}, dialog.Key{Name: "duyetquy.not"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}})...).
		Done(func(c dialog.Ctx) []dialog.Effect {
			f := allocFact.Of(c.Answers)
			if f[fact] == "" {
				return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "duyetquy.not"}}}}
			}
			return []dialog.Effect{keep(command, records.DecideAllocation{Code: f["code"]}, &dialog.Say{Lines: []dialog.Line{{Key: key + ".kept"}}})}
		})
}

// ApproveAllocation is /duyetphanbo: the second person agrees.
var ApproveAllocation = decideAllocation(dialog.Form("duyetphanbo", 1, allocCode, allocFact, Pin.When(approvable)), "approve", records.CmdApproveAllocated, approvable, approves,
	dialog.Key{Name: "notice.allocated.approved", Args: []string{"code", "count"}})

// CancelAllocation is /huyphanbo: what was allocated goes back to the fund.
var CancelAllocation = decideAllocation(dialog.Form("huyphanbo", 1, allocCode, allocFact), "cancel", records.CmdCancelAllocated, cancellable, allocates,
	dialog.Key{Name: "notice.allocated.cancelled", Args: []string{"code", "count"}})
