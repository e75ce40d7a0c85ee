package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// candidates bounds how many households one search weighs; beyond it the person has to say more anyway.
const candidates = 80

// titles are words before a name, folded. They are heard only where they help: "Ba" and "Bảy" are names too.
var titles = map[string]bool{
	"ba": true, "ong": true, "co": true, "chu": true, "bac": true, "anh": true, "chi": true, "em": true, "di": true, "duong": true, "cau": true,
	"mo": true, "thim": true, "cu": true, "o": true, "me": true, "ma": true, "cha": true, "bo": true, "con": true, "chau": true, "vo": true,
	"chong": true, "nha": true, "ho": true, "gia": true, "dinh": true,
}

// searchHouseholds finds households by name, nickname, second key or code, with accents or without. Args: q the words, group
// (a path, or a group's number with or without the old ward's name) to search only there, exclude codes to leave out. No
// words: those the person used last, then the area in the order of its list.
//
// Options: Key the household's code, Label the name, the birth year and, where two share a name, the second key; with several
// groups the group's name too. Facts: count (capped), sure: the one code that what was typed can only mean, if there is one.
func (r *Records) searchHouseholds(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	paths, typed, err := r.searchedIn(ctx, actor, ask.Args["group"], ask.Args["q"])
	if errors.Is(err, errNotFound) && ask.Args["q"] != "" {
		to.Facts = map[string]string{"count": "0"}
		return nil
	}
	if err != nil {
		return err
	}
	page := max(ask.Page, 0)
	exclude := map[string]bool{}
	for _, code := range strings.Fields(ask.Args["exclude"]) {
		exclude[code] = true
	}
	q := readQuery(typed)
	var homes []home
	if q.empty() {
		homes, err = r.browse(ctx, actor, paths, (page+1)*pageSize+1+len(exclude))
	} else {
		homes, err = r.find(ctx, paths, q)
	}
	if err != nil {
		return err
	}
	homes = slices.DeleteFunc(homes, func(h home) bool { return exclude[h.Code] })
	to.Facts = map[string]string{"count": strconv.Itoa(len(homes))}
	if !q.empty() && len(homes) > 0 && (len(homes) == 1 || homes[0].score > homes[1].score) && homes[0].score >= sureScore {
		to.Facts["sure"] = homes[0].Code
	}
	homes = homes[min(page*pageSize, len(homes)):]
	to.More = len(homes) > pageSize
	homes = homes[:min(pageSize, len(homes))]
	names, err := r.groupNames(ctx, paths, homes)
	if err != nil {
		return err
	}
	to.Options = options(homes, names)
	return nil
}

// home is a household as a search weighs and shows it.
type home struct {
	ID        int64
	Code      string
	Area      string
	Head      string
	BirthYear int
	Nickname  string
	Second    string
	Search    string
	Sort      string
	score     int
}

const homeColumns = "id, code, area, head, birth_year, nickname, second, search, sort"

func scanHomes(rows *sql.Rows, err error) ([]home, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var homes []home
	for rows.Next() {
		var h home
		if err := rows.Scan(&h.ID, &h.Code, &h.Area, &h.Head, &h.BirthYear, &h.Nickname, &h.Second, &h.Search, &h.Sort); err != nil {
			return nil, err
		}
		homes = append(homes, h)
	}
	return homes, rows.Err()
}

// scoped is where the actor may look for households, bound to a group where one is named. Without any right: errDenied; a group
// outside it: errNotFound.
func (r *Records) scoped(ctx context.Context, actor records.Actor, group string) ([]string, error) {
	scope := records.Scope(actor, records.FindHouseholds)
	if len(scope) == 0 {
		return nil, errDenied
	}
	group = fold.Clean(group)
	if group == "" {
		return scope, nil
	}
	if strings.Contains(group, "/") {
		for _, s := range scope {
			if records.Within(group, s) {
				return []string{group}, nil
			}
		}
		return nil, errNotFound
	}
	where, args := within("path", scope)
	var areas []records.Area
	err := r.db.WithContext(ctx).Select("path", "label", "number").Where("kind = ? AND valid_to IS NULL", records.AreaGroup).Where(where, args...).
		Order("path").Find(&areas).Error
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, a := range areas {
		if isGroup(a, group) {
			paths = append(paths, a.Path)
		}
	}
	if len(paths) == 0 {
		return nil, errNotFound
	}
	return paths, nil
}

// within is the condition that a column of areas' paths is one of areas, or below it.
func within(column string, areas []string) (string, []any) {
	var parts []string
	var args []any
	for _, a := range areas {
		parts = append(parts, column+" = ?", column+" >= ? AND "+column+" < ?")
		args = append(args, a, a+"/", a+"0") // "0" follows "/"
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// livesIn is the condition that a column of groups' paths, as households have it, lies in one of areas: one range each, which
// an index walks in order.
func livesIn(column string, areas []string) (string, []any) {
	var parts []string
	var args []any
	for _, a := range areas {
		if records.KindOfPath(a) == records.AreaGroup {
			parts = append(parts, column+" = ?")
			args = append(args, a)
			continue
		}
		parts = append(parts, column+" >= ? AND "+column+" < ?")
		args = append(args, a+"/", a+"0")
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

// query runs a statement with ? for parameters and returns the households it selects.
func (r *Records) homes(ctx context.Context, statement string, args ...any) ([]home, error) {
	if r.pg {
		statement = dollars(statement)
	}
	return scanHomes(r.pool.QueryContext(ctx, statement, args...))
}

// dollars numbers the parameters of a statement as Postgres wants them.
func dollars(statement string) string {
	var b strings.Builder
	n := 0
	for _, c := range []byte(statement) {
		if c != '?' {
			b.WriteByte(c)
			continue
		}
		n++
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// homesIn lists the households of areas in the order of their groups' lists.
func (r *Records) homesIn(ctx context.Context, paths []string, limit, offset int) ([]home, error) {
	where, args := livesIn("area", paths)
	return r.homes(ctx, "SELECT "+homeColumns+" FROM households WHERE ended_at IS NULL AND "+where+" ORDER BY area, sort, id LIMIT ? OFFSET ?",
		append(args, limit, offset)...)
}

// browse lists the households the person used last, then the others, at most n.
func (r *Records) browse(ctx context.Context, actor records.Actor, paths []string, n int) ([]home, error) {
	where, args := livesIn("area", paths)
	recent, err := r.homes(ctx, "SELECT "+homeColumns+` FROM households JOIN household_uses u ON u.household_id = households.id
		WHERE u.person_id = ? AND ended_at IS NULL AND `+where+" ORDER BY u.used_at DESC, id LIMIT ?",
		append(append([]any{actor.Person}, args...), usesOffered)...)
	if err != nil {
		return nil, err
	}
	rest, err := r.homesIn(ctx, paths, n+len(recent), 0)
	if err != nil {
		return nil, err
	}
	for _, h := range rest {
		if !slices.ContainsFunc(recent, func(x home) bool { return x.ID == h.ID }) {
			recent = append(recent, h)
		}
	}
	return recent, nil
}

// query is what was typed, ready for comparing.
type query struct {
	code     string
	words    []string // that a household must have, folded
	accented []string // the same with accents, where any were typed; else nil
	titles   []string // words that may be titles
	whole    string   // everything, folded
}

func (q query) empty() bool { return q.code == "" && len(q.words) == 0 }

// readQuery tells the words of a name from the titles before it. Words that are titles count as names only at the end, or
// where there is nothing else.
func readQuery(text string) query {
	if len(text) > 400 {
		text = clip(text, 400)
	}
	var q query
	if code, ok := records.ParseHouseholdCode(text); ok {
		q.code = code
	}
	q.whole = fold.Fold(text)
	all, accented := words(q.whole), words(fold.Accents(text))
	if len(all) != len(accented) {
		accented = all
	}
	if !fold.HasAccents(text) {
		accented = nil
	}
	for i, w := range all {
		if titles[w] && i < len(all)-1 {
			q.titles = append(q.titles, w)
			continue
		}
		if len(q.words) < 8 && !slices.Contains(q.words, w) {
			q.words = append(q.words, w)
			if accented != nil {
				q.accented = append(q.accented, accented[i])
			}
		}
	}
	return q
}

// find brings back the households that a query may mean, best first: those that have all its words, or where there are
// none, words that begin so.
func (r *Records) find(ctx context.Context, paths []string, q query) ([]home, error) {
	if q.code != "" {
		where, args := livesIn("area", paths)
		homes, err := r.homes(ctx, "SELECT "+homeColumns+" FROM households WHERE code = ? AND ended_at IS NULL AND "+where, append([]any{q.code}, args...)...)
		if err != nil || len(homes) > 0 {
			return rank(homes, q), err
		}
	}
	terms := make([][]string, len(q.words))
	for i, w := range q.words {
		terms[i] = []string{w}
	}
	homes, err := r.byWords(ctx, paths, terms)
	if err != nil || len(homes) > 0 {
		return rank(homes, q), err
	}
	for i, w := range q.words {
		if terms[i], err = r.beginning(ctx, w); err != nil || len(terms[i]) == 0 {
			return nil, err
		}
	}
	homes, err = r.byWords(ctx, paths, terms)
	return rank(homes, q), err
}

// endings bounds how many words one beginning may stand for.
const endings = 40

// beginning lists the words of names that begin so, the word itself included, by leaping through the index. A digit after it
// begins a number, not a name.
func (r *Records) beginning(ctx context.Context, word string) ([]string, error) {
	rows, err := r.pool.QueryContext(ctx, `WITH RECURSIVE leap(word) AS (
			SELECT min(word) FROM household_words WHERE word >= $1 AND word < $2
			UNION ALL SELECT (SELECT min(w.word) FROM household_words w WHERE w.word > leap.word AND w.word < $2) FROM leap WHERE leap.word IS NOT NULL
		) SELECT word FROM leap WHERE word IS NOT NULL LIMIT $3`, word+"a", word+"\U0010FFFF", endings)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []string{word}
	for rows.Next() {
		var w string
		if err := rows.Scan(&w); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// byWords finds up to candidates households that have a word of every term. It walks the index of the rarest term and probes
// for the others. Of a single word it takes first whoever is called by it.
func (r *Records) byWords(ctx context.Context, paths []string, terms [][]string) ([]home, error) {
	if len(terms) == 0 {
		return nil, nil
	}
	rarest, err := r.rarest(ctx, paths, terms)
	if err != nil || rarest < 0 {
		return nil, err
	}
	probes := ""
	var probed []any
	for i, term := range terms {
		if i != rarest {
			// A scalar subquery, which no planner turns into a join that reads every household of a common name.
			probes += " AND (SELECT 1 FROM household_words o WHERE " + wordIs("o.word", term) +
				" AND o.area = w.area AND o.household_id = w.household_id LIMIT 1) IS NOT NULL"
			probed = append(probed, anys(term)...)
		}
	}
	where, areas := livesIn("w.area", paths)
	order := " ORDER BY w.area, w.household_id"
	if len(terms[rarest]) > 1 {
		order = "" // the index has them by word: to order them by area would be to read them all
	}
	walk := func(called string) string {
		return "SELECT household_id FROM (SELECT w.household_id FROM household_words w WHERE " + called + wordIs("w.word", terms[rarest]) +
			" AND " + where + probes + order + " LIMIT ?) AS walk"
	}
	args := slices.Concat(anys(terms[rarest]), areas, probed, []any{candidates})
	found := walk("")
	if len(terms) == 1 {
		found, args = walk("w.given AND ")+"1 UNION "+found+"2", slices.Concat(args, args)
	}
	return r.homes(ctx, "SELECT "+homeColumns+" FROM households WHERE ended_at IS NULL AND id IN ("+found+")", args...)
}

// rarest is the term that the fewest households have, counting no further than candidates; -1 when there is one that none has.
func (r *Records) rarest(ctx context.Context, paths []string, terms [][]string) (int, error) {
	if len(terms) == 1 {
		return 0, nil
	}
	where, areas := livesIn("area", paths)
	var counts []string
	var args []any
	for i, term := range terms {
		counts = append(counts, "(SELECT count(*) FROM (SELECT 1 FROM household_words WHERE "+wordIs("word", term)+" AND "+where+
			" LIMIT ?) AS term"+strconv.Itoa(i)+")")
		args = slices.Concat(args, anys(term), areas, []any{candidates + 1})
	}
	statement := "SELECT " + strings.Join(counts, ", ")
	if r.pg {
		statement = dollars(statement)
	}
	found := make([]int, len(terms))
	into := make([]any, len(terms))
	for i := range found {
		into[i] = &found[i]
	}
	if err := r.pool.QueryRowContext(ctx, statement, args...).Scan(into...); err != nil {
		return 0, err
	}
	fewest := len(terms) - 1 // of equals the last, which is the given name
	for i := range found {
		if found[i] < found[fewest] {
			fewest = i
		}
	}
	if found[fewest] == 0 {
		return -1, nil
	}
	return fewest, nil
}

// wordIs is the condition that a column is one of the words of a term.
func wordIs(column string, term []string) string {
	if len(term) == 1 {
		return column + " = ?"
	}
	return column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", len(term)), ", ") + ")"
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// Scores: every word of the query is somewhere in the household; these say where, and how well.
const (
	scoreCode    = 1000
	scoreGiven   = 40  // the last word typed is the given name or a nickname
	scoreName    = 30  // in the head's name
	scoreSecond  = 20  // in the second key
	scoreAccents = 8   // typed with the same accents
	scoreTitle   = 3   // a title that the second key has: "vợ ông Sáu"
	scoreWhole   = 60  // the whole name, or the whole second key
	scoreAgainst = -15 // typed with other accents
	scorePrefix  = -12 // only the beginning
	sureScore    = 30
)

// rank weighs households against a query and puts the best first; equal ones come in the order of lists.
func rank(homes []home, q query) []home {
	for i := range homes {
		homes[i].score = weigh(homes[i], q)
	}
	slices.SortFunc(homes, func(x, y home) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.Sort, y.Sort), cmp.Compare(x.Area, y.Area), cmp.Compare(x.ID, y.ID))
	})
	return homes
}

func weigh(h home, q query) int {
	if q.code != "" && q.code == h.Code {
		return scoreCode
	}
	names := strings.SplitN(h.Search, "|", 3)
	if len(names) != 3 {
		return 0
	}
	head, nick, second := strings.Fields(names[0]), strings.Fields(names[1]), strings.Fields(names[2])
	var accented []string
	if q.accented != nil {
		accented = words(fold.Accents(h.Head + " " + h.Nickname + " " + h.Second))
	}
	score := 0
	for i, w := range q.words {
		switch {
		case i == len(q.words)-1 && (len(head) > 0 && head[len(head)-1] == w || slices.Contains(nick, w)):
			score += scoreGiven
		case slices.Contains(head, w), slices.Contains(nick, w):
			score += scoreName
		case slices.Contains(second, w):
			score += scoreSecond
		default:
			score += scoreSecond + scorePrefix
		}
		if accented != nil {
			if slices.Contains(accented, q.accented[i]) {
				score += scoreAccents
			} else {
				score += scoreAgainst
			}
		}
	}
	for _, t := range q.titles {
		if slices.Contains(second, t) {
			score += scoreTitle
		}
	}
	for _, name := range [][]string{head, nick, second} {
		if len(name) > 1 && strings.Join(name, " ") == q.whole || len(name) == len(q.words) && len(name) > 1 && slices.Equal(name, q.words) {
			score += scoreWhole
			break
		}
	}
	return score
}

// groupNames are the names of the homes' groups, where the search covers more than one; else nil.
func (r *Records) groupNames(ctx context.Context, paths []string, homes []home) (map[string]string, error) {
	if len(paths) == 1 && records.KindOfPath(paths[0]) == records.AreaGroup || len(homes) == 0 {
		return nil, nil
	}
	groups := map[string]bool{}
	for _, h := range homes {
		groups[h.Area] = true
	}
	return r.areaNames(ctx, slices.Sorted(maps.Keys(groups)))
}

// options shows households: the name and birth year, the second key of those that share their given name with another shown, and
// the group where groups are named.
func options(homes []home, groups map[string]string) []dialog.Option {
	same := map[string]int{}
	for _, h := range homes {
		same[fold.Fold(GivenName(h.Head))]++
	}
	list := make([]dialog.Option, len(homes))
	for i, h := range homes {
		label := h.Head
		if h.BirthYear != 0 {
			label += ", " + strconv.Itoa(h.BirthYear)
		}
		if h.Second != "" && same[fold.Fold(GivenName(h.Head))] > 1 {
			label += ", " + h.Second
		}
		if name := groups[h.Area]; name != "" {
			label += ", " + name
		}
		list[i] = dialog.Option{Key: h.Code, Label: clipRunes(label, labelMaxRunes)}
	}
	return list
}
