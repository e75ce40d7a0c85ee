package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// A rule says what the packages below Dir may import of ours. Below is by path: storage/sheets is under the rule of
// storage, and storage/records, which has a rule of its own, is not. Packages of one rule may import each other.
type rule struct {
	Dir   string
	May   []string
	Pure  bool // no I/O, no clock, no chance, no concurrency
	XText bool // nothing but the standard library and golang.org/x/text
}

var rules = []rule{
	{Dir: "flows/dialog/fold", Pure: true, XText: true},
	{Dir: "flows/dialog", May: []string{"flows/dialog/fold"}, Pure: true},
	{Dir: "flows/vi", May: []string{"flows/dialog", "flows/dialog/fold", "storage/records"}, Pure: true},
	{Dir: "storage/records", Pure: true},
	{Dir: "flows", May: []string{"flows/dialog", "flows/dialog/fold", "flows/vi", "storage/records"}, Pure: true},
	{Dir: "storage", May: []string{"flows/dialog", "flows/dialog/fold", "storage/records"}},
	{Dir: "locales", May: []string{"flows/dialog", "flows/dialog/fold"}},
	{Dir: "bot", May: []string{"flows/dialog", "flows/dialog/fold", "storage/records", "storage", "locales"}},
	{Dir: "cmd", May: []string{"flows", "flows/dialog", "flows/dialog/fold", "flows/vi", "storage/records", "storage", "locales", "bot"}},
}

// What a pure package may not import, itself or anything below it, and not call.
var (
	impureImports = []string{"os", "net", "database/sql", "gorm.io", "math/rand", "log", "sync", "syscall", "unsafe", "time/tzdata"}
	impureTime    = []string{"Now", "Since", "Until", "After", "AfterFunc", "Tick", "Sleep", "NewTimer", "NewTicker"}
	vagueNames    = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc"}
	topLevel      = []string{"bot", "cmd", "docs", "flows", "locales", "storage", "go.mod", "go.sum", "compose.yaml", "Dockerfile", "LICENSE", "README.md"}
	ignoredTop    = []string{"data", "secrets", "chungtay"} // what running and deploying leaves there; see .gitignore
)

func ruleOf(dir string) *rule {
	for i, r := range rules {
		if dir == r.Dir || strings.HasPrefix(dir, r.Dir+"/") {
			return &rules[i]
		}
	}
	return nil
}

func below(name string, parents []string) bool {
	return slices.ContainsFunc(parents, func(p string) bool { return name == p || strings.HasPrefix(name, p+"/") })
}

// faults lists every breach of the house's layout in a tree. Tests are free in what they import, as a transcript is
// run through every package; what the program is made of is not.
func faults(tree fs.FS) (found []string, files int, err error) {
	top, err := fs.ReadDir(tree, ".")
	if err != nil {
		return nil, 0, err
	}
	for _, e := range top {
		if n := e.Name(); !strings.HasPrefix(n, ".") && !slices.Contains(topLevel, n) && !slices.Contains(ignoredTop, n) {
			found = append(found, n+": nothing of that name belongs at the top")
		}
	}
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || isModule(tree, name)):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		files++
		src, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		more, err := fileFaults(name, src)
		found = append(found, more...)
		return err
	})
	return found, files, err
}

func isModule(tree fs.FS, dir string) bool {
	_, err := fs.Stat(tree, path.Join(dir, "go.mod"))
	return err == nil
}

func fileFaults(name string, src []byte) (found []string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	fault := func(at token.Pos, format string, args ...any) {
		p := fset.Position(at)
		found = append(found, fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...)))
	}
	if slices.Contains(vagueNames, file.Name.Name) {
		fault(file.Name.Pos(), "package %s says nothing about what it does", file.Name.Name)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			fault(f.Pos(), "init() registers behind the reader's back: use plain values")
		}
	}
	r := ruleOf(path.Dir(name))
	if r == nil {
		fault(file.Pos(), "no rule says what %s may import", path.Dir(name))
		return found, nil
	}
	if strings.HasSuffix(name, "_test.go") {
		return found, nil
	}
	timeName := ""
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return found, err
		}
		if imported == "time" {
			if timeName = "time"; spec.Name != nil {
				timeName = spec.Name.Name
			}
		}
		if ours, ok := strings.CutPrefix(imported, "chungtay/"); ok {
			to := ruleOf(ours)
			if to == nil || to.Dir != r.Dir && !slices.Contains(r.May, to.Dir) {
				fault(spec.Pos(), "%s may not import %s", r.Dir, ours)
			}
			continue
		}
		if r.Pure && below(imported, impureImports) {
			fault(spec.Pos(), "%s is pure and may not import %s", r.Dir, imported)
		}
		if r.XText && strings.Contains(imported, ".") && !below(imported, []string{"golang.org/x/text"}) {
			fault(spec.Pos(), "%s may import golang.org/x/text only, not %s", r.Dir, imported)
		}
	}
	if !r.Pure || timeName == "" {
		return found, nil
	}
	if timeName == "." {
		fault(file.Pos(), "time may not be dot-imported")
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == timeName && slices.Contains(impureTime, s.Sel.Name) {
				fault(s.Pos(), "%s is pure and may not use time.%s", r.Dir, s.Sel.Name)
			}
		}
		return true
	})
	return found, nil
}

// The directions of design: what each part of the house may import, and what stands at the top.
func TestLayout(t *testing.T) {
	found, files, err := faults(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("only %d Go files were found: not the root of the repository", files)
	}
	for _, f := range found {
		t.Error(f)
	}
}

// Each breach, planted once, is found; each thing that is allowed is not.
func TestLayoutFindsBreaches(t *testing.T) {
	tests := map[string]struct {
		file, src string
		want      string // "" is clean
	}{
		"a flow on the bot":         {"flows/a.go", `package flows; import _ "chungtay/bot"`, "flows may not import bot"},
		"the engine on reading":     {"flows/dialog/a.go", `package dialog; import _ "chungtay/flows/vi"`, "may not import flows/vi"},
		"reading on the engine":     {"flows/vi/a.go", `package vi; import _ "chungtay/flows/dialog"`, ""},
		"storage on the bot":        {"storage/sheets/a.go", `package sheets; import _ "chungtay/bot"`, "storage may not import bot"},
		"storage on storage":        {"storage/sheets/a.go", `package sheets; import _ "chungtay/storage"`, ""},
		"storage on reading":        {"storage/a.go", `package storage; import _ "chungtay/flows/vi"`, "may not import flows/vi"},
		"an adapter on the bot":     {"bot/telegram/a.go", `package telegram; import _ "chungtay/bot"`, ""},
		"the bot on the flows":      {"bot/a.go", `package bot; import _ "chungtay/flows"`, "bot may not import flows"},
		"records on storage":        {"storage/records/a.go", `package records; import _ "chungtay/storage"`, "may not import storage"},
		"the command on everything": {"cmd/chungtay/a.go", `package main; import (_ "chungtay/bot/simulator"; _ "chungtay/flows")`, ""},
		"a pure package with net":   {"flows/a.go", `package flows; import _ "net/http"`, "may not import net/http"},
		"a pure package with rand":  {"flows/vi/a.go", `package vi; import _ "math/rand/v2"`, "may not import math/rand/v2"},
		"a pure package with slog":  {"storage/records/a.go", `package records; import _ "log/slog"`, "may not import log/slog"},
		"a pure package with gorm":  {"storage/records/a.go", `package records; import _ "gorm.io/gorm"`, "may not import gorm.io/gorm"},
		"a pure package's clock":    {"flows/a.go", `package flows; import "time"; var _ = time.Now()`, "may not use time.Now"},
		"a renamed clock":           {"flows/a.go", `package flows; import t "time"; var _ = t.Since(t.Time{})`, "may not use time.Since"},
		"a pure package's times":    {"flows/a.go", `package flows; import "time"; var _ = time.Hour`, ""},
		"a name like the clock":     {"flows/a.go", `package flows; import "math"; var _ = math.Pi`, ""},
		"a pure package's test":     {"flows/a_test.go", `package flows; import _ "chungtay/bot"; import _ "os"`, ""},
		"folding with more":         {"flows/dialog/fold/a.go", `package fold; import _ "github.com/agnivade/levenshtein"`, "golang.org/x/text only"},
		"init":                      {"bot/a.go", `package bot; func init() {}`, "init()"},
		"a method called init":      {"bot/a.go", `package bot; type t int; func (t) init() {}`, ""},
		"a vague name":              {"bot/util/a.go", `package util`, "says nothing"},
		"a package without a rule":  {"extra/a.go", `package extra`, "no rule says"},
		"a stranger at the top":     {"Makefile", ``, "nothing of that name"},
		"a tool's module":           {".ci/tools/a.go", `package util; func init() {}`, ""},
		"test data":                 {"flows/testdata/a.go", `package util`, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found, _, err := faults(fstest.MapFS{tt.file: {Data: []byte(tt.src)}})
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(found, "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}
