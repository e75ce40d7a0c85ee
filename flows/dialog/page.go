package dialog

import "strings"

// NextPage is the button for the page of a command's list after the one that a is, for its Show. slash is the command's own.
func (c Ctx) NextPage(slash string, a Answer) Option {
	return Option{
		Key: KeyMore, Label: c.Label("dialog.more"), Do: slash + " " + strings.TrimSpace(c.Input+" "+pageMark+itoa(a.Page+1)), Nav: true,
	}
}
