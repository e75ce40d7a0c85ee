package vi
import ("testing";"os";"strings")
func TestGen(t *testing.T){
 if !testing.Verbose() {return}
 b,err:=os.ReadFile("/tmp/vitok/list3.txt"); if err!=nil {return}
 kind:=""; var o strings.Builder
 for _,l:=range strings.Split(string(b),"\n"){ if l==""{continue}
  if strings.HasPrefix(l,"## "){kind=l[3:];continue}
  o.WriteString(l+"\t"+kind+"\t"+Understand(l,kind,clock)+"\n")
 }
 f,_:=os.OpenFile("testdata/more.tsv",os.O_APPEND|os.O_WRONLY,0o644); f.WriteString("\n"+o.String()); f.Close()
}
