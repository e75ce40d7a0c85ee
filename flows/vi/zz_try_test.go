package vi

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTry(t *testing.T) {
 b,err:=os.ReadFile("/tmp/vitok/try.txt"); if err!=nil || !testing.Verbose() {return}
	if err != nil {
		t.Skip()
	}
	kind := ""
	for _, l := range strings.Split(string(b), "\n") {
		if l == "" {
			continue
		}
		if strings.HasPrefix(l, "## ") {
			kind = l[3:]
			continue
		}
		fmt.Printf("%-55s %s\n", l, Understand(l, kind, clock))
	}
}
