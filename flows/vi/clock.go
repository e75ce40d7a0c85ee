package vi

import "time"

type Moment struct {
	Date         Day
	Hour, Minute int
}

func readMomentTokens(tokens []Token, now time.Time) Reading[Moment] { return Reading[Moment]{} }
