package vi

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chungtay/flows/dialog/fold"
)

// Person is somebody as a phrase names them. Names are kept as they were typed, never corrected (Bríu Pố, Zơ Râm
// Thị Nhang); only a name typed all in small letters gets its capitals.
type Person struct {
	Title string // ông, bà, cô, chú, ... or empty
	Name  string // Lan, Tư Hùng, Nguyễn Thị Lan
	Kin   string // a second key to tell namesakes apart: vợ ông Sáu
	Group Group  // where they live, where that was said
}

// String is how people say it: bà Lan.
func (p Person) String() string {
	if p.Title == "" {
		return p.Name
	}
	return p.Title + " " + p.Name
}

// Group is a residential group as a phrase names it.
type Group struct {
	Name  string   // tổ 12, thôn Phú Sơn 2, khu dân cư 24; empty where only a place was said
	Area  string   // the old ward it was counted in (Hòa Minh cũ), or an address (hẻm 42)
	Units []string // codes of the unit it lies in: one, or several between which one must ask
}

// titles are the words people are addressed by, with and without accents.
var titles = map[string]string{
	"ông": "ông", "ong": "ông", "bà": "bà", "ba": "bà", "cô": "cô", "co": "cô", "chú": "chú", "chu": "chú", "dì": "dì", "di": "dì",
	"bác": "bác", "bac": "bác", "anh": "anh", "chị": "chị", "chi": "chị", "em": "em", "mợ": "mợ", "mo": "mợ", "cậu": "cậu", "cau": "cậu",
	"thím": "thím", "thim": "thím", "dượng": "dượng", "duong": "dượng", "o": "o", "mệ": "mệ", "me": "mệ", "ôn": "ôn", "on": "ôn",
	"cụ": "cụ", "cu": "cụ", "thầy": "thầy", "thay": "thầy", "bé": "bé", "be": "bé", "cháu": "cháu", "chau": "cháu", "mẹ": "mẹ", "má": "má",
}

// weakTitles are titles whose letters are common words too (co: có, chi: gì, on: ơn): outside of a name they count
// only before something written like a name.
var weakTitles = wordSet("ba co chu di bac chi em mo cau thim duong o me on cu thay be chau má mẹ")

// birthNames are the names by order of birth, which look like numbers; the accents come back where no other name
// has the letters.
var birthNames = map[string]string{
	"hai": "", "ba": "", "bốn": "", "bon": "Bốn", "tư": "", "tu": "", "năm": "", "nam": "", "sáu": "", "sau": "Sáu", "bảy": "", "bay": "Bảy", "bẩy": "",
	"tám": "", "tam": "", "chín": "", "chin": "Chín", "mười": "", "muoi": "", "út": "", "ut": "Út", "cả": "",
}

// notNames are words that begin something else than a name behind a title.
var notNames = wordSet(`sĩ si sỹ sy con bà ông anh chị em ơi oi nào nao này nay ấy ay đó do kia nớ no tê ý không khong ko có co phí phi táo tao nội noi ngoại ngoai
	ta tui tôi trong trên dưới nói lo đây vậy rứa mô rất rat được duoc đã da đang dang sẽ se thì thi là la mà ma và va với voi của cua cho tặng tang hỗ trợ nhận nhan hôm hom ngày ngay tổ to thôn thon tdp nghèo ngheo
	năn nan hộ nhà nha gửi gui giúp giup cũng cung gì gi chưa chua rồi roi nhé nhe nha ạ bị bi đi vay mượn xin hỏi hoi bảo trưởng truong gái gai trai`)

// nameEnds are words that end a name, whatever way they are written.
var nameEnds = wordSet(`tổ to tdp thôn thon kdc khu khối khoi xóm xom bản nóc phường phuong xã xa quận quan huyện huyen tp ở o tại tai bên ben nhà nha hộ ho kiệt kiet hẻm hem ngõ ngo số so đường
	hôm hom hum ngày ngay bữa bua sáng sang chiều chieu tối toi trưa trua đêm dem tuần tháng qua mai rằm mùng mồng mung mong thứ nay
	tặng tang cho nhận nhan hỗ được duoc đã da vừa vua mới moi với voi và va cùng cung của bằng bang gồm gom là thì có co không khong xin góp gop ủng ung giúp giup trao gửi gui
	gạo gao mì mi sữa sua quà qua tiền tien dầu dau đường nước nuoc xe máy may heo bò bo gà ga vịt chăn mền màn áo ao quần sách vở bánh cá trứng muối rau thuốc thuoc tôn xi gạch
	thùng thung bao hộp hop gói goi chai lon can lốc loc bộ cái cai chiếc chiec con phần phan suất suat kg ký ky kí cân tạ tấn yến lạng vỉ chục cặp đôi đồng dong triệu trieu nghìn ngàn
	vợ vo chồng chong sđt sdt cccd bị bi ốm om vì vi do nên cần can chưa chua rồi roi nha nhé nhe ạ nghe trị tri giá gia mỗi moi mấy vài khoảng hoàn cận can nghèo ngheo chứ chu cũ`)

// surnames begin a full name; they are those of the Kinh and of the peoples of the mountains here.
var surnames = wordSet(`nguyễn nguyen trần tran lê le phạm pham huỳnh huynh hoàng hoang phan vũ vu võ vo đặng dang bùi bui đỗ do hồ ho ngô ngo dương duong lý ly
	đinh dinh trương truong đoàn doan lâm lam mai trịnh trinh đào dao phùng phung châu chau tô tống tong hà cao tạ ta tăng thái thai lương luong lưu luu
	đàm dam kiều kieu quách quach từ tu triệu trieu nghiêm nghiem thân than văn van ông ong mạc mac phó kim la lữ lu ung uông mã tưởng viên
	zơ râm ram bríu briu alăng a pơloong ploong bhling bling bhnướch hôih hoih arất arat coor cơlâu colau riah zrum bhiryu ating blúp hiên tơngôl bnướch
	hiền blup arâl avô ta ngôn zuôn tơ ríah alang clâu bh' nướch abing kaphu đoong ria riáh`)

// ReadPerson reads a phrase that names one person, and where they live: "bà Lan tổ 12", "nhà ông Bríu Pố",
// "Zơ Râm Thị Nhang, thôn Pring", or only a group: "TDP 15 Hòa Khánh".
func ReadPerson(s string, now time.Time) Reading[Person] {
	tokens := Tokenize(s)
	if n := len(tokens); n > 2 && tokens[n-1].in("a") && tokens[n-2].in("van", "thi", "văn", "thị") { // Nguyễn Văn A
		return readPersonTokens(tokens, now)
	}
	if r := readPersonTokens(trimPoliteness(tokens), now); r.Understood() {
		return r
	}
	return readPersonTokens(tokens, now) // chị Hí
}

func readPersonTokens(tokens []Token, now time.Time) Reading[Person] {
	i := skipHousehold(tokens, 0)
	if i >= len(tokens) {
		return Reading[Person]{}
	}
	p := Person{}
	if _, n := findGroup(tokens, i, now); n == 0 {
		var n int
		p, n = personAt(tokens, i, true)
		if n == 0 {
			return Reading[Person]{}
		}
		i += n
	}
	g, end := residence(tokens, i, now)
	if end < len(tokens) {
		return Reading[Person]{}
	}
	p.Group = g
	if len(g.Units) > 1 {
		return Between(p)
	}
	return Sure(p)
}

// findPerson reads the person who is named from token i on: title, name and kin, not where they live.
func findPerson(tokens []Token, i int, _ time.Time) (Reading[Person], int) {
	j := skipHousehold(tokens, i)
	p, n := personAt(tokens, j, false)
	if n == 0 {
		return Reading[Person]{}, 0
	}
	return Sure(p), j + n - i
}

// skipHousehold skips nhà, hộ, gia đình and their like, which stand before a person and mean the same household.
func skipHousehold(tokens []Token, i int) int {
	for range 3 {
		_, n := households.at(tokens, i)
		if n == 0 || n == 1 && tokens[i].in("ho") && i+1 < len(tokens) && tokens[i+1].in("van", "thi", "văn", "thị") {
			break // Hồ Văn, Hồ Thị
		}
		i += n
	}
	return i
}

var households = newPhraseTable(phraseList[bool]{true, "nhà|hộ|gia đình|gđ|hộ nghèo|hộ cận nghèo|hộ gia đình|vợ chồng|nhà của|hộ của|gia đình nhà"})

// personAt reads title, name and kin at i; whole says that nothing but a person stands there.
func personAt(tokens []Token, i int, whole bool) (Person, int) {
	if i >= len(tokens) {
		return Person{}, 0
	}
	if kin, n := kinAt(tokens, i); n > 0 {
		return Person{Name: kin}, n
	}
	title, j := titleAt(tokens, i, whole)
	switch {
	case title != "":
	case titles[tokens[i].Acc] != "" && !startsUpper(tokens[i].Text), i+1 == len(tokens) && titles[tokens[i].Acc] != "":
		return Person{}, 0
	case !whole && !fullName(tokens, i), whole && !nameAlone(tokens, i):
		return Person{}, 0
	}
	end := nameEnd(tokens, j, whole)
	if end == j {
		return Person{}, 0
	}
	p := Person{Title: title, Name: nameText(tokens[j:end], title != "", shouted(tokens, i))}
	k := end
	if k < len(tokens) && tokens[k].in("(", ",") {
		k++
	}
	if kin, n := kinAt(tokens, k); n > 0 {
		p.Kin = kin
		end = k + n
		if end < len(tokens) && tokens[end].in(")") {
			end++
		}
	}
	return p, end - i
}

// titleAt reads the title at i, of one word or two, if a name follows at j.
func titleAt(tokens []Token, i int, whole bool) (title string, j int) {
	if pair, n := doubleTitles.at(tokens, i); n > 0 && i+n < len(tokens) && (!startsUpper(tokens[i+1].Text) || startsUpper(tokens[i].Text)) && beginsName(tokens, i+n) {
		return pair, i + n
	}
	title = titles[tokens[i].Acc]
	if title == "" || i+1 >= len(tokens) || !mayBeName(tokens, i, i+1, whole) {
		return "", i
	}
	return title, i + 1
}

// beginsName reports a word that begins a name and hardly anything else.
func beginsName(tokens []Token, j int) bool {
	t := tokens[j]
	if !nameToken(t) || notNames[t.Acc] || groupWord(tokens, j) {
		return false
	}
	return startsUpper(t.Text) && !shouted(tokens, j) || nameSyllables[t.Acc] && !nameEnds[t.Acc] && !countedBehind(tokens, j)
}

var doubleTitles = newPhraseTable(sameList(`ông bà|bà cụ|ông cụ|cụ ông|cụ bà|em bé|cháu bé|cô giáo|thầy giáo|bác sĩ|anh chị|cô chú|chú thím|cậu mợ|dì dượng|bé gái|bé trai|sư cô|bà mẹ|
	tổ trưởng|tổ phó|trưởng thôn|thôn trưởng|phó thôn|bí thư|đồng chí`)...)

// sameList makes a table whose values are the phrases themselves.
func sameList(phrases string) []phraseList[string] {
	var rows []phraseList[string]
	for p := range strings.SplitSeq(phrases, "|") {
		p = strings.TrimSpace(p)
		rows = append(rows, phraseList[string]{p, p})
	}
	return rows
}

// nameAlone reports that the words from i on can be a name though no title says so: capitals, or words that names
// are made of.
func nameAlone(tokens []Token, i int) bool {
	if startsUpper(tokens[i].Text) && !shouted(tokens, i) {
		return strings.ContainsAny(tokens[i].Fold, "aeiou") || strings.HasSuffix(tokens[i].Fold, "y")
	}
	return nameSyllables[tokens[i].Acc] && (surnames[tokens[i].Acc] || !nameEnds[tokens[i].Acc])
}

// kinAt reads a person by somebody else at i: vợ ông Sáu, con bà Tư.
func kinAt(tokens []Token, i int) (string, int) {
	relation, n := relations.at(tokens, i)
	if n == 0 || i+n+1 >= len(tokens) {
		return "", 0
	}
	if _, double := doubleTitles.at(tokens, i); double > 0 || startsUpper(tokens[i+n].Text) && !shouted(tokens, i) {
		return "", 0
	}
	title, at := titleAt(tokens, i+n, false)
	if title == "" || at != i+n+1 || !beginsName(tokens, at) {
		return "", 0
	}
	end := nameEnd(tokens, i+n+1, false)
	if end == i+n+1 {
		return "", 0
	}
	return relation + " " + title + " " + nameText(tokens[i+n+1:end], true, shouted(tokens, i)), end - i
}

var relations = newPhraseTable(
	phraseList[string]{"vợ", "vợ"}, phraseList[string]{"chồng", "chồng"}, phraseList[string]{"con", "con"}, phraseList[string]{"mẹ", "=mẹ"},
	phraseList[string]{"con gái", "con gái"}, phraseList[string]{"con trai", "con trai"}, phraseList[string]{"cháu", "=cháu"}, phraseList[string]{"em", "=em"},
	phraseList[string]{"con dâu", "con dâu"}, phraseList[string]{"con rể", "con rể"},
)

// mayBeName reports whether what stands at j, behind the title at i, looks like a name.
func mayBeName(tokens []Token, i, j int, whole bool) bool {
	t := tokens[j]
	if !nameToken(t) {
		return false
	}
	if startsUpper(t.Text) && !shouted(tokens, i) {
		return true
	}
	if (notNames[t.Acc] || titles[t.Acc] != "") && !birthNameAt(t) {
		return false
	}
	if whole {
		return true
	}
	if birthNameAt(t) {
		return !countedBehind(tokens, j)
	}
	if weakTitles[tokens[i].Acc] && tokens[i].Acc != "ba" && !nameExpected(tokens, i, j) {
		return false
	}
	return nameSyllables[t.Acc] && !countedBehind(tokens, j) || surnames[t.Acc] && !weakTitles[tokens[i].Acc]
}

// nameExpected reports that somebody must be named at i: something is given to them, or their group or an amount
// follows the name.
func nameExpected(tokens []Token, i, j int) bool {
	if i > 0 && givesTo[tokens[i-1].Acc] {
		return true
	}
	for k := j + 1; k <= j+3; k++ {
		if k == len(tokens) || k < len(tokens) && (isDigit(tokens[k].Text[0]) || groupWord(tokens, k)) {
			return true
		}
		if k > len(tokens) || !nameSyllables[tokens[k].Acc] {
			return false
		}
	}
	return false
}

// givesTo are words that somebody is named behind.
var givesTo = wordSet("cho tặng tang gửi gui giúp giup biếu bieu trao thăm tham trợ tro hộ ho nhà nha của với voi và va gọi goi góp gop bà ba ông ong đình thưởng nhờ nho")

func birthNameAt(t Token) bool {
	_, ok := birthNames[t.Acc]
	return ok
}

// countedBehind reports that the number word at j counts something: ba thùng, năm trăm.
func countedBehind(tokens []Token, j int) bool {
	if j+1 >= len(tokens) {
		return false
	}
	n := tokens[j+1]
	return isUnitWord(n.Acc) || n.in("trăm", "tram", "chục", "chuc", "triệu", "trieu", "tr", "ngàn", "ngan", "nghìn", "nghin", "mươi", "muoi", "rưỡi", "ruoi", "củ", "k", "đồng", "dong", "tỷ", "tỉ",
		"người", "nguoi", "ngày", "ngay", "tháng", "thang", "tuần", "tuan", "hôm", "bữa", "lần", "hộ", "nhà")
}

// fullName reports a name without a title at i: a surname first, and capitals, or thị or văn behind it.
func fullName(tokens []Token, i int) bool {
	if i+1 >= len(tokens) || !surnames[tokens[i].Acc] || !nameToken(tokens[i+1]) {
		return false
	}
	if !startsUpper(tokens[i].Text) || !startsUpper(tokens[i+1].Text) || shouted(tokens, i) {
		return i+2 < len(tokens) && tokens[i+1].in("thị", "thi", "văn", "van") && nameSyllables[tokens[i+2].Acc]
	}
	return !notSurname(tokens, i)
}

func notSurname(tokens []Token, i int) bool {
	r, n := unitAt(tokens, i, true)
	return n > 1 && r.Understood()
}

// nameToken reports a word of letters that can be part of a name.
func nameToken(t Token) bool {
	for i, r := range t.Text {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !(i > 0 && (r == '\'' || r == '’')) {
			return false
		}
	}
	return t.Text != ""
}

// shouted reports that the words about i are all in capitals, so that capitals tell nothing.
func shouted(tokens []Token, i int) bool { return allUpper(tokens[max(i-4, 0):min(i+6, len(tokens))]) }

func allUpper(tokens []Token) bool {
	letters := 0
	for _, t := range tokens {
		for _, r := range t.Text {
			if unicode.IsLower(r) {
				return false
			}
			if unicode.IsLetter(r) {
				letters++
			}
		}
	}
	return letters > 3
}

// maxName is how many words a name may have.
const maxName = 6

// nameEnd finds where the name that begins at j ends. Written with capitals, it goes on as long as they do; in small
// letters as long as the words are such as names are made of.
func nameEnd(tokens []Token, j int, whole bool) int {
	upper := j < len(tokens) && startsUpper(tokens[j].Text) && !shouted(tokens, j)
	k := j
	for ; k < len(tokens) && k-j < maxName; k++ {
		t := tokens[k]
		if !nameToken(t) {
			break
		}
		if k == j {
			continue
		}
		if groupWord(tokens, k) || relationAt(tokens, k) {
			break
		}
		if upper {
			if startsUpper(t.Text) && (!nameEnds[t.Acc] || !stopsUpper(tokens, k)) {
				continue
			}
			if !startsUpper(t.Text) && whole && nameSyllables[t.Acc] && !nameEnds[t.Acc] && !birthNameAt(t) {
				continue
			}
			break
		}
		if birthNameAt(t) && (countedBehind(tokens, k) || k+1 < len(tokens) && isNumberWord(tokens[k+1])) {
			break
		}
		if nameSyllables[t.Acc] && (!nameEnds[t.Acc] || endsNameSafely(tokens, k)) || whole && !nameEnds[t.Acc] {
			continue
		}
		break
	}
	return k
}

func isNumberWord(t Token) bool {
	_, ok := unitWord(t)
	return ok
}

// stopsUpper reports a capitalised word that begins a place and not another part of the name: Tổ, Phường.
func stopsUpper(tokens []Token, k int) bool {
	if _, n := placeKind(tokens, k); n > 0 {
		return true
	}
	return tokens[k].in("tổ", "thôn", "tdp", "kdc", "hôm", "ở", "hẻm", "kiệt", "số", "ngày", "sđt", "cccd", "bị", "nghèo", "cận", "tặng", "nhận", "cho", "được")
}

// endsNameSafely reports that behind k nothing follows but a group, a sign or the end: the word is part of the name.
func endsNameSafely(tokens []Token, k int) bool {
	if k+1 >= len(tokens) {
		return !nameEnds[tokens[k].Fold] || tokens[k].Acc != tokens[k].Fold
	}
	return groupWord(tokens, k+1) && !groupWord(tokens, k)
}

func relationAt(tokens []Token, k int) bool {
	_, n := kinAt(tokens, k)
	return n > 0
}

// nameText writes a name as it was typed, with the tone marks where the old spelling has them, with capitals where it
// has none or nothing else, and order-of-birth names with the accents that only they can have.
func nameText(tokens []Token, titled, shout bool) string {
	lower := true
	for _, t := range tokens {
		lower = lower && !startsUpper(t.Text)
	}
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		restored := birthNames[t.Acc]
		switch {
		case titled && i == 0 && restored != "":
			b.WriteString(restored)
		case lower || shout:
			b.WriteString(capital(t.Acc))
		default:
			b.WriteString(recase(t.Acc, t.Text))
		}
	}
	return b.String()
}

// recase gives the letters of word, which is in small letters, the capitals that typed has.
func recase(word, typed string) string {
	if utf8.RuneCountInString(word) != utf8.RuneCountInString(typed) {
		return typed
	}
	return strings.Map(func(r rune) rune {
		t, n := utf8.DecodeRuneInString(typed)
		typed = typed[n:]
		if unicode.IsUpper(t) {
			return unicode.ToUpper(r)
		}
		return r
	}, word)
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// residence reads where a person lives: commas, "ở", a group, an address, a place.
func residence(tokens []Token, i int, now time.Time) (Group, int) {
	var g Group
	for range 4 {
		j := i
		for j < len(tokens) && tokens[j].in(",", "(", ")", "-", "ở", "o", "tại", "tai", "bên", "ben", "nhà", "thuộc", "cũ", ".") {
			j++
		}
		switch {
		case j >= len(tokens):
			return g, j
		default:
			if found, n := findGroup(tokens, j, now); n > 0 && g.Name == "" {
				f := g
				g = found.value()
				if g.Area == "" {
					g.Area = f.Area
				}
				if len(g.Units) == 0 {
					g.Units = f.Units
				}
				i = j + n
				continue
			}
			if address, n := addressAt(tokens, j); n > 0 && g.Area == "" {
				g.Area = address
				i = j + n
				continue
			}
			if place, n := unitAt(tokens, j, true); n > 0 && len(g.Units) == 0 {
				g.place(place)
				i = j + n
				continue
			}
		}
		return g, i
	}
	return g, i
}

// value is the sure value, or the first of several that differ only in what is asked about.
func (r Reading[T]) value() T {
	if !r.Sure && len(r.Candidates) > 0 {
		return r.Candidates[0]
	}
	return r.Value
}

// place puts where a group lies into it.
func (g *Group) place(r Reading[Place]) {
	if r.Sure {
		g.Units = []string{r.Value.Unit}
		if r.Value.OldUnit != "" {
			_, short := splitKind(r.Value.OldUnit)
			g.Area = short + " cũ"
		}
		return
	}
	same := true
	for _, c := range r.Candidates {
		g.Units = append(g.Units, c.Unit)
		same = same && c.OldUnit == r.Candidates[0].OldUnit
	}
	if same && len(r.Candidates) > 0 && r.Candidates[0].OldUnit != "" {
		_, short := splitKind(r.Candidates[0].OldUnit)
		g.Area = short + " cũ"
	}
}

// groupWord reports that a residential group is named at k.
func groupWord(tokens []Token, k int) bool {
	_, _, n := groupName(tokens, k)
	return n > 0
}

var groupKinds = newPhraseTable(
	phraseList[string]{"tổ", "tổ|tổ số|tổ dân phố|tổ dân phố số|tdp|tdp số|tổ dp|tổ dân cư|tđp|tdphố|tổ tự quản"},
	phraseList[string]{"thôn", "thôn|thôn số"},
	phraseList[string]{"khu dân cư", "khu dân cư|khu dân cư số|kdc|kdc số"},
	phraseList[string]{"khối phố", "khối phố|khối"},
	phraseList[string]{"khu phố", "khu phố|kp"},
	phraseList[string]{"xóm", "xóm"}, phraseList[string]{"nóc", "nóc"}, phraseList[string]{"bản", "=bản"}, phraseList[string]{"ấp", "=ấp"},
)

// groupName reads tổ 12, tdp15, thôn Phú Sơn 2 at i.
func groupName(tokens []Token, i int) (kind, name string, n int) {
	if i >= len(tokens) {
		return "", "", 0
	}
	if kind, number := gluedGroup(tokens[i].Fold); kind != "" {
		return kind, number, 1
	}
	kind, n = groupKinds.at(tokens, i)
	if n == 0 {
		return "", "", 0
	}
	j := i + n
	if j < len(tokens) && tokens[j].Text == "." {
		j++
	}
	if j >= len(tokens) {
		return "", "", 0
	}
	if number := groupNumber(tokens[j].Text); number != "" {
		return kind, number, j + 1 - i
	}
	p := dates{tokens: tokens}
	if v, used := p.small(j); used > 0 && !startsUpper(tokens[j].Text) && (kind == "tổ" || kind == "khu dân cư") && !tokens[i].in("to") {
		return kind, itoa(v), j + used - i
	}
	if kind == "tổ" || tokens[j].in("trưởng", "truong", "phó", "xóm", "bản", "nào", "này", "mình", "nghèo") {
		return "", "", 0
	}
	end := placeNameEnd(tokens, j)
	if end == j {
		return "", "", 0
	}
	return kind, placeText(tokens[j:end], shouted(tokens, j)), end - i
}

// gluedGroup reads tổ12, tdp15, kdc24 typed as one word.
func gluedGroup(s string) (kind, number string) {
	for _, g := range [...][2]string{{"tdp", "tổ"}, {"kdc", "khu dân cư"}, {"to", "tổ"}, {"thon", "thôn"}, {"kp", "khu phố"}} {
		if rest, ok := strings.CutPrefix(s, g[0]); ok {
			if number := groupNumber(rest); number != "" {
				return g[1], number
			}
		}
	}
	return "", ""
}

// groupNumber reads 12, 012 and 12A.
func groupNumber(s string) string {
	s = strings.TrimLeft(s, "0")
	k := 0
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	if k == 0 || k > 3 {
		return ""
	}
	switch rest := strings.ToUpper(s[k:]); {
	case rest == "", rest >= "A" && rest <= "D" && len(rest) == 1:
		return s[:k] + rest
	}
	return ""
}

// placeNameEnd finds where the name of a thôn that begins at j ends; a number at its end is part of it, unless it
// counts something.
func placeNameEnd(tokens []Token, j int) int {
	upper := startsUpper(tokens[j].Text) && !shouted(tokens, j)
	k := j
	for ; k < len(tokens) && k-j < 4; k++ {
		t := tokens[k]
		if number := groupNumber(t.Text); number != "" && k > j {
			if !countedBehind(tokens, k) {
				k++
			}
			break
		}
		if !nameToken(t) || upper && !startsUpper(t.Text) || k > j && !upper && (nameEnds[t.Acc] || k-j >= 2) {
			break
		}
		if kind, n := placeKind(tokens, k); n > 0 && kind != "" && k > j {
			break
		}
		if k == j && nameEnds[t.Acc] && !upper {
			break
		}
	}
	return k
}

func placeText(tokens []Token, shout bool) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		if shout {
			b.WriteString(capital(t.Acc))
		} else {
			b.WriteString(capital(recase(t.Acc, t.Text)))
		}
	}
	return b.String()
}

// findGroup reads the residential group that is named from token i on, and the place behind it.
func findGroup(tokens []Token, i int, _ time.Time) (Reading[Group], int) {
	kind, name, n := groupName(tokens, i)
	if n == 0 {
		return Reading[Group]{}, 0
	}
	g := Group{Name: kind + " " + name}
	j := i + n
	k := j
	for k < len(tokens) && tokens[k].in(",", "(", "-", "ở", "của", "thuộc") {
		k++
	}
	loose := k < len(tokens) && !countedBehind(tokens, k)
	if place, m := unitAt(tokens, k, loose && !ordinary(tokens, k)); m > 0 {
		g.place(place)
		j = k + m
		if j < len(tokens) && tokens[j].in(")") && tokens[k-1].in("(") {
			j++
		}
	}
	if len(g.Units) > 1 {
		return Between(g), j - i
	}
	return Sure(g), j - i
}

// ordinary reports words that name an old commune and are common words too, written small: tư, ba, lăng.
func ordinary(tokens []Token, k int) bool {
	_, n := longestName(tokens, k)
	return n == 1 && !startsUpper(tokens[k].Text)
}

// addressAt reads hẻm 42, kiệt 12 Nguyễn Lương Bằng, số 5 at i.
func addressAt(tokens []Token, i int) (string, int) {
	if i >= len(tokens) || !tokens[i].in("hẻm", "hem", "kiệt", "kiet", "ngõ", "ngo", "số", "so", "đường", "k", "lô") {
		return "", 0
	}
	k := i + 1
	for k < len(tokens) && (isDigit(tokens[k].Text[0]) || startsUpper(tokens[k].Text) && !groupWord(tokens, k)) && k-i < 7 {
		k++
	}
	if k == i+1 {
		return "", 0
	}
	var b strings.Builder
	for j := i; j < k; j++ {
		if j > i {
			b.WriteByte(' ')
		}
		b.WriteString(tokens[j].Text)
	}
	return b.String(), k - i
}

func itoa(n int) string {
	var buf [4]byte
	i := len(buf)
	for {
		i--
		buf[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(buf[i:])
		}
	}
}

// nameSyllables are the words that Vietnamese names are made of, with accents and without.
var nameSyllables = withPlain(`an anh ái ánh ân bạch bảo báo bằng bắc bích bình bính bửu ca cẩm can cảnh cát cầm chánh châu chi chí chiến chinh chính chung chương chuyên công cơ cúc cương cường
	dân danh dần diễm diệp diệu doan du dũng dung duy duyên dư dương đa đại đại đan đạo đào đạt đăng đằng điền điệp định đình đoàn đoan đông đức đường gấm gia giang giao giáp hà hạ hải hàn hân hạnh hào hảo hằng hậu hiên hiền
	hiển hiệp hiếu hiệu hoa hoan hoàn hoàng hòa hoài hoạt hồ hồng huân huấn huế huệ hùng huy huyên huyền huyện huỳnh hưng hương hường hữu hy kha khá khải khang khánh khanh khiêm khoa khoái khoan khôi khuê khuyên khương kiên kiệt kiều kim kính kỳ kỷ
	lạc lai lam lan lành lãnh lâm lân lập lê lệ lễ lịch liêm liên liễu linh lĩnh loan loát lộc lộ long lợi luân luận lụa lực lương lượng lựu lưu ly lý mai mạnh mẫn mận mậu mến minh mơ mùi mùa muội my mỹ na nam năng nga ngà ngân nghi nghĩa nghị nghiêm ngọ ngoan
	ngọc ngô nguyên nguyễn nguyệt nhã nhạn nhàn nhàng nhâm nhân nhật nhi nhiên nhiệm nho nhơn nhu nhung như nhựt nhường ninh nở nụ nữ oanh pha phan phát phẩm phấn phi phiên phong phú phúc phùng phước phương phượng quan quân quang quảng quế quí quốc quy quý quyên quyền quyết quyến quỳnh
	sa san sang sáng sanh sâm sen sinh sĩ soa song sơn sửu sương tá tài tâm tân tấn tần tây thạch thái tham thanh thành thảo thăng thắm thắng thân thế thể thi thì thị thiên thiện thiết thìn thịnh thọ thoa thoại thoan thơ thơm thôi thông thu thuần thuận thục thúy thùy thủy thuyên thuyền thư thứ thức thương thường thượng
	tịnh tiên tiến tín tình tính toàn toại toán tố tôn tới trà trác trai trang trâm trân trận tri trí triết triều trinh trình trọng trúc trung truyền trường trưởng trực tú tuân tuấn tuất tuệ tùng tuy tuyên tuyến tuyền tuyết tuyển tường tưởng ty tý tỵ uyên uyển út ước vân vấn văn viên viễn việt vinh vĩnh vịnh vĩ vỹ vọng vũ võ vui vương vượng vy xa xí xinh xoan xuân xuyên xuyến
	xứng ý yên yến yêu hai ba bốn tư năm sáu bảy tám chín mười cả trần phạm đặng bùi đỗ đinh trương trịnh tống tô đàm quách thiều tiếu sương thảnh sự lượm lài đậm nhớ gái cu tí tèo tẹo bé xíu đen rớt nuôi hoành kháng trừ thâm thiềm hườn đặm sửa đủ`)

func withPlain(list string) map[string]bool {
	set := map[string]bool{}
	for w := range wordSet(list) {
		set[w] = true
		set[foldWord(w)] = true
	}
	return set
}

func foldWord(word string) string { return fold.Fold(word) }
