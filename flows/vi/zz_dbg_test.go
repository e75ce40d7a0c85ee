package vi
import ("testing";"fmt")
func TestDbg(t *testing.T){
 if !testing.Verbose() {return}
 for _,s:=range []string{"giúp nhà ông Bríu Pố lợp mái, 5 ngày công","báo cáo quý 3 cho phường"}{
 c:=newMessageScan(Tokenize(s),clock)
 fmt.Printf("%+v\npeople %+v\n groups %+v days %+v spans %v money %+v items %+v donors %+v cues %+v unread %d asks %v\n",s,c.people,c.groups,c.days,c.spans,c.money,c.items,c.donors,c.cues,c.unread,c.asks())
 }
}
func TestDbg2(t *testing.T){
 if !testing.Verbose() {return}
 s:="giúp nhà ông Bríu Pố lợp mái, 5 ngày công"
 c:=newMessageScan(Tokenize(s),clock)
 m,ok:=c.logHelp(); r,g:=c.sides()
 fmt.Println(messageJSON(m),ok,r,g,c.mayBeEntry(),c.futureDay(),c.doubtfulVerb())
}
