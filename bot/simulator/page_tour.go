package simulator

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// PageScene is a short play of real messages that shows what the bot is for.
type PageScene struct {
	ID, Title string
	Steps     []PageStep
}

// PageStep is one step of it: what is told, and then done.
type PageStep struct {
	Tell   string // in a sentence or two, said when it is done
	Person string // whose phone; the steps without one are of whoever was last
	Type   string // they type it
	Choose string // they choose what has this label
	Kill   bool   // the bot is killed
	Start  bool   // and started
	Expect string // what the bot says then; the next step waits for it. Of a step in which nothing is done: what it said since the scene began
	Find   string // a pattern: what it finds in what the bot said stands for {} in what is typed later
}

// tourState is where the tour is.
type tourState struct {
	scene  *PageScene
	step   int
	began  int64 // number of the feed when the scene began
	person string
	busy   bool
	stuck  bool   // the bot did not say what was expected
	found  string // for {}
	end    context.CancelFunc
}

func (t *tourState) view() any {
	if t.scene == nil {
		return nil
	}
	return map[string]any{
		"scene": t.scene.ID, "title": t.scene.Title, "step": t.step + 1, "steps": len(t.scene.Steps), "tell": t.scene.Steps[t.step].Tell,
		"person": t.person, "busy": t.busy, "stuck": t.stuck,
	}
}

func (p *Page) scenesView() []map[string]string {
	list := []map[string]string{}
	for _, s := range p.opt.Scenes {
		list = append(list, map[string]string{"id": s.ID, "title": s.Title})
	}
	return list
}

var errNoAct = errors.New("simulator: this cannot be done now")

// serveTour begins a scene, goes on with it, or ends it.
func (p *Page) serveTour(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Scene string `json:"scene"`
		Next  bool   `json:"next"`
		Stop  bool   `json:"stop"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	t := &p.tour
	switch {
	case a.Stop, a.Next && t.scene != nil && !t.busy && t.step+1 == len(t.scene.Steps):
		p.endTour()
	case a.Next && t.scene != nil && !t.busy:
		t.step++
		p.playStep()
	case a.Scene != "":
		p.endTour()
		for i := range p.opt.Scenes {
			if p.opt.Scenes[i].ID == a.Scene {
				t.scene, t.began = &p.opt.Scenes[i], p.feed.n
				p.playStep()
			}
		}
		if t.scene == nil {
			http.Error(w, "there is no such scene", http.StatusNotFound)
			return
		}
	default:
		http.Error(w, "the tour cannot do that now", http.StatusConflict)
		return
	}
	answerJSON(w, map[string]any{})
}

// endTour ends a scene. Call with mu held.
func (p *Page) endTour() {
	if p.tour.end != nil {
		p.tour.end()
	}
	p.tour = tourState{}
	p.tellTour()
}

func (p *Page) tellTour() { p.tell(map[string]any{"op": "tour", "tour": p.tour.view()}) }

// patience is how long a step of the tour waits for the bot.
const patience = 20 * time.Second

// playStep plays the step of the tour that is next. Call with mu held.
func (p *Page) playStep() {
	t := &p.tour
	step := t.scene.Steps[t.step]
	if step.Person != "" {
		t.person = step.Person
	}
	phone := ""
	for _, who := range p.people {
		if who.ID == t.person {
			phone = who.ID + "." + who.Channel
		}
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	t.busy, t.stuck, t.end = true, false, cancel
	p.tellTour()
	scene, at := t.scene, t.step
	p.tasks.Go(func() {
		defer cancel()
		err := p.play(ctx, phone, step)
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.tour.scene != scene || p.tour.step != at || !p.tour.busy {
			return // it was ended meanwhile
		}
		p.tour.busy, p.tour.stuck = false, err != nil
		p.tellTour()
	})
}

func (p *Page) play(ctx context.Context, phone string, step PageStep) (err error) {
	p.mu.Lock()
	since := p.feed.n
	if step.Type+step.Choose == "" && !step.Kill && !step.Start {
		since = p.tour.began
	}
	p.mu.Unlock()
	if step.Kill {
		err = p.botDoes("kill")
	}
	if step.Start && err == nil {
		err = p.botDoes("start")
	}
	if step.Type != "" && err == nil {
		p.mu.Lock()
		text := strings.ReplaceAll(step.Type, "{}", p.tour.found)
		p.mu.Unlock()
		since, err = p.Type(phone, text)
	}
	if step.Choose != "" && err == nil {
		since, err = p.Choose(phone, step.Choose)
	}
	if step.Expect == "" || err != nil {
		return err
	}
	m, err := p.Await(ctx, phone, since, step.Expect)
	if step.Find == "" || err != nil {
		return err
	}
	found := regexp.MustCompile(step.Find).FindString(m.Text)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tour.found = found
	return nil
}
