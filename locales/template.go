package locales

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"time"

	i18ntemplate "github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// parser is go-i18n's text parser with our functions; unlike its own it lets parsed templates be kept, since the
// functions of a language never change.
type parser struct{ funcs template.FuncMap }

func (p *parser) Cacheable() bool { return true }

func (p *parser) Parse(src, left, right string) (i18ntemplate.ParsedTemplate, error) {
	if !strings.Contains(src, "{{") {
		return plain(src), nil
	}
	t, err := template.New("").Delims(left, right).Option("missingkey=error").Funcs(p.funcs).Parse(src)
	if err != nil {
		return nil, err
	}
	return parsed{t}, nil
}

type plain string

func (p plain) Execute(any) (string, error) { return string(p), nil }

type parsed struct{ t *template.Template }

func (p parsed) Execute(data any) (string, error) {
	var b bytes.Buffer
	if err := p.t.Execute(&b, data); err != nil {
		return "", err
	}
	return b.String(), nil
}

var weekdays = map[string][7]string{
	"vi": {"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// funcs are what a template can do with canonical text:
//
//	money .amount    500000 -> 500.000 đồng        number .n     1500 -> 1.500
//	date .on         2026-11-10 -> 10/11/2026      day .on       -> 10/11
//	weekday .on      -> thứ Ba                     clock .at     RFC 3339 -> 19:30 12/11/2026, Vietnam time
//	t .key           the label of a key            opt . "note"  an argument that may be missing
//	first .s         the first letter in upper case
//	low .s           the first letter in lower case
func funcs(b *Book, lang string) template.FuncMap {
	printer := message.NewPrinter(language.Make(lang))
	number := func(s string) (string, error) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return "", fmt.Errorf("not a whole number: %w", err)
		}
		return printer.Sprintf("%d", n), nil
	}
	onDay := func(write func(time.Time) string) func(string) (string, error) {
		return func(s string) (string, error) {
			t, err := time.Parse(time.DateOnly, s)
			if err != nil {
				return "", err
			}
			return write(t), nil
		}
	}
	unit, dateForm, dayForm := " đồng", "02/01/2006", "02/01"
	if lang == "en" {
		unit, dateForm, dayForm = " VND", "2 Jan 2006", "2 Jan"
	}
	return template.FuncMap{
		"number": number,
		"money": func(s string) (string, error) {
			n, err := number(s)
			return n + unit, err
		},
		"date":    onDay(func(t time.Time) string { return t.Format(dateForm) }),
		"day":     onDay(func(t time.Time) string { return t.Format(dayForm) }),
		"weekday": onDay(func(t time.Time) string { return weekdays[lang][t.Weekday()] }),
		"clock": func(s string) (string, error) {
			t, err := time.Parse(time.RFC3339, s)
			if err != nil {
				return "", err
			}
			return t.In(vietnam).Format("15:04 " + dateForm), nil
		},
		"t":   func(key string) string { return b.Label(lang, key) },
		"opt": func(args map[string]string, key string) string { return args[key] },
		"first": func(s string) string {
			for i, r := range s {
				return strings.ToUpper(string(r)) + s[i+len(string(r)):]
			}
			return s
		},
		"low": func(s string) string {
			for i, r := range s {
				return strings.ToLower(string(r)) + s[i+len(string(r)):]
			}
			return s
		},
	}
}

var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)
