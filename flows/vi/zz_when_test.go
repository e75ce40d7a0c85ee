package vi

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestProbeWhen(t *testing.T) {
	text, err := os.ReadFile("/tmp/probe_when.tsv")
	if err != nil {
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 2 {
			continue
		}
		got, _ := understandWhenWhere(f[1], f[0], at)
		fmt.Printf("%s\t%s\t%s\n", f[0], f[1], got)
	}
}

func TestProbeFind(t *testing.T) {
	text, err := os.ReadFile("/tmp/probe_find.txt")
	if err != nil {
		return
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		tokens := Tokenize(line)
		fmt.Printf("%s\n", line)
		for i := 0; i < len(tokens); {
			if r, n := findPerson(tokens, i, at); n > 0 {
				fmt.Printf("    P[%s|%s]", r.value().String(), r.value().Kin)
				i += n
			} else if r, n := findGroup(tokens, i, at); n > 0 {
				fmt.Printf("    G%v", r.value())
				i += n
			} else if r, n := findRange(tokens, i, at); n > 0 {
				fmt.Printf("    R%v", writeRange(r))
				i += n
			} else if r, n := findMoment(tokens, i, at); n > 0 {
				fmt.Printf("    M%v", writeMoment(r))
				i += n
			} else if r, n := findDate(tokens, i, at); n > 0 {
				fmt.Printf("    D%v", writeDate(r, "date"))
				i += n
			} else if r, n := findPhone(tokens, i, at); n > 0 {
				fmt.Printf("    T%v", writePhone(r))
				i += n
			} else if r, n := findUnit(tokens, i, at); n > 0 {
				fmt.Printf("    U%v", writeUnit(r))
				i += n
			} else {
				fmt.Printf(" %s", tokens[i].Text)
				i++
			}
		}
		fmt.Println()
	}
}
