package records_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chungtay/storage/records"
)

var update = flag.Bool("update", false, "write docs/access.md anew")

const pageHead = `# Who may do what

This page is made from the table in ` + "`storage/records/access.go`" + `; a test fails when it is stale (` + "`go test ./storage/records -run TestAccessPage\n-update`" + ` writes it). Another test, ` + "`testAccess`" + ` in ` + "`storage`" + `, tries every cell against the real store, in both databases: each role, and nobody, within its area,
right beside it and in another city. A rule that nothing asks fails there, and so does a look-up or a command that asks no rule.

A right holds within the area of the role and below it: a leader's in one group, a ward officer's in all groups of the ward. Rights
are asked when something is looked up and again when it is saved, of the rows as they are then: a role that ended, is suspended, or
whose holder is locked gives none.

| role | who | held in |
|---|---|---|
`

var roleWords = map[string][2]string{
	records.RoleHousehold: {"a person of a household", "the household"},
	records.RoleDonor:     {"donor or volunteer", "any area"},
	records.RoleLeader:    {"tổ trưởng, trưởng thôn, trưởng ban công tác Mặt trận; a deputy, too", "a group"},
	records.RoleOfficer:   {"officer of the ward's People's Committee", "a ward"},
	records.RoleFront:     {"officer of the ward's Fatherland Front", "a ward"},
	records.RoleTreasurer: {"treasurer of the fund", "a ward"},
	records.RoleCity:      {"officer of the city", "the city"},
	records.RoleAdmin:     {"looks after the program", "the city or a ward"},
}

// accessPage is docs/access.md.
func accessPage() string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, role := range records.Roles {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", role, roleWords[role][0], roleWords[role][1])
	}
	b.WriteString("\nImporting areas and groups, and lists of more than a ward, and the first invite, are done at the command line by whoever runs the\nprogram; no role gives that.\n\n## The table\n\n| record | action |")
	for _, role := range records.Roles {
		b.WriteString(" " + role + " |")
	}
	b.WriteString(" asked by |\n|---|---|" + strings.Repeat("---|", len(records.Roles)+1) + "\n")
	for _, rule := range records.Rules {
		fmt.Fprintf(&b, "| %s | %s |", rule.Record, rule.What)
		for _, role := range records.Roles {
			if slices.Contains(rule.Roles, role) {
				b.WriteString(" ✓ |")
			} else {
				b.WriteString("  |")
			}
		}
		fmt.Fprintf(&b, " %s |\n", strings.Join(askers(rule.Action), ", "))
	}
	b.WriteString("\n## What is one's own\n\nEverybody, with any role or none, may do this with what is theirs: " + strings.Join(askers(records.Own), ", ") + ".\n")
	return b.String()
}

// askers are the look-ups and commands that ask for an action.
func askers(action records.Action) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(records.Guards)) {
		if slices.Contains(records.Guards[name], action) {
			names = append(names, "`"+name+"`")
		}
	}
	return names
}

func TestAccessPage(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "access.md")
	for _, role := range records.Roles {
		if roleWords[role][0] == "" {
			t.Errorf("role %s is not described", role)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(accessPage()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil || string(have) != accessPage() {
		t.Errorf("docs/access.md is stale; run with -update (%v)", err)
	}
}
