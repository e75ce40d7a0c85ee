package records

import "strings"

// Names of roles.
const (
	RoleLeader    = "leader"    // tổ trưởng, trưởng thôn, trưởng ban công tác Mặt trận: one group
	RoleOfficer   = "officer"   // of the commune's People's Committee
	RoleFront     = "front"     // of the commune's Fatherland Front
	RoleTreasurer = "treasurer" // keeps a fund's books; sees no household
	RoleCity      = "city"      // of the city: totals, no names
	RoleAdmin     = "admin"     // looks after the program; sees no household
	RoleHousehold = "household" // a person of one household
)

// Roles that an invite can give.
var InviteRoles = []string{RoleLeader, RoleOfficer, RoleFront, RoleTreasurer, RoleCity, RoleAdmin}

// Action is something a person may or may not do in an area.
type Action string

// Actions. Each is done in an area, given as its path: for households and help that is the household's own path.
const (
	SeeHousehold Action = "see_household" // its name and facts
	LogTheHelp   Action = "log_help"      // and void or correct it as its author
	SeeHelp      Action = "see_help"      // entries with names
	SeeTotals    Action = "see_totals"    // sums without names
	DoTasks      Action = "do_tasks"      // what was handed over
	GiveRoles    Action = "give_roles"    // invite
	ChangeAreas  Action = "change_areas"  // import areas and groups
	ChangeLists  Action = "change_lists"  // import households and classifications
)

// rules: what each role may do within its area.
var rules = map[string][]Action{
	RoleLeader:    {SeeHousehold, LogTheHelp, SeeHelp, SeeTotals},
	RoleOfficer:   {SeeHousehold, LogTheHelp, SeeHelp, SeeTotals, DoTasks, ChangeLists},
	RoleFront:     {SeeHousehold, LogTheHelp, SeeHelp, SeeTotals, DoTasks},
	RoleTreasurer: {SeeTotals},
	RoleCity:      {SeeTotals},
	RoleAdmin:     {GiveRoles, ChangeAreas, ChangeLists, DoTasks},
	RoleHousehold: {SeeHousehold, SeeHelp},
}

// Grant is a role in an area, by the area's path.
type Grant struct {
	Role string
	Area string
}

// Actor is who wants something done: a person with the roles in force now.
type Actor struct {
	Person int64
	Grants []Grant
}

// Can reports whether the actor may do action in the area with this path: by a role in that area or one above it.
func Can(actor Actor, action Action, area string) bool {
	for _, g := range actor.Grants {
		if allows(g.Role, action) && Within(area, g.Area) {
			return true
		}
	}
	return false
}

// Scope is the paths of the areas in which the actor may do action; none lies within another. Look-ups are bound to it.
func Scope(actor Actor, action Action) []string {
	var scope []string
next:
	for _, g := range actor.Grants {
		if g.Area == "" || !allows(g.Role, action) {
			continue
		}
		kept := scope[:0]
		for _, s := range scope {
			if Within(g.Area, s) {
				continue next
			}
			if !Within(s, g.Area) {
				kept = append(kept, s)
			}
		}
		scope = append(kept, g.Area)
	}
	return scope
}

// Within reports whether the area with path is, or lies in, the area with path in. The empty path is no area.
func Within(path, in string) bool {
	return in != "" && (path == in || strings.HasPrefix(path, in) && path[len(in)] == '/')
}

func allows(role string, action Action) bool {
	for _, a := range rules[role] {
		if a == action {
			return true
		}
	}
	return false
}
