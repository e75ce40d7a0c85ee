package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// talk is the person's side of a chat, whatever carries it.
type talk interface {
	// write sends what the person typed.
	write(text string)
	// press presses a button of a message that was shown.
	press(b button)
	// shown returns what the chat showed since the last call, in order.
	shown() []message
	// changed is told when there may be something to show. It may be told too often, never too rarely.
	changed() <-chan struct{}
	// idle tells whether the bot has nothing more to do for this chat.
	idle(ctx context.Context) (bool, error)
}

// message is something the chat showed.
type message struct {
	text   string
	rows   [][]button
	edited bool   // it stands in place of an older one
	note   string // "[ảnh]": what a terminal cannot show
	quiet  bool   // its buttons changed, nothing else
}

// button is one under a message.
type button struct {
	label, data, url string
	message          int
}

// patience is how long the bot may take for one line.
const patience = 60 * time.Second

// console lets a person chat in a terminal, line by line. A line of digits presses the button of that number, where
// the last message with buttons has one; "=2" sends the digit itself; "/..." are the bot's own words.
type console struct {
	t       terminal
	name    string // of the person
	echo    bool   // repeat what was typed: standard input is no terminal
	buttons []button
}

func newConsole(t terminal, name string) *console {
	return &console{t: t, name: name, echo: !interactive(t.in)}
}

// interactive reports that r is a terminal somebody types at.
func interactive(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// run chats until the input or ctx ends. Each line is sent once the bot is done with the one before.
func (c *console) run(ctx context.Context, chat talk) error {
	lines, failed := c.lines(ctx)
	c.prompt()
	for {
		select {
		case line, more := <-lines:
			if !more {
				return <-failed
			}
			if line = strings.TrimSpace(line); line == "" {
				c.prompt()
				continue
			}
			if c.echo {
				fmt.Fprintf(c.t.out, "\n%s: %s\n", c.name, line)
			}
			c.send(chat, line)
			if err := c.settle(ctx, chat); err != nil {
				return err
			}
			c.prompt()
		case <-chat.changed():
			if c.show(chat.shown()) {
				c.prompt()
			}
		case <-ctx.Done():
			fmt.Fprintln(c.t.out)
			return nil
		}
	}
}

// lines reads the input. It does not wait for a reader that is gone, as nothing can interrupt reading a terminal.
func (c *console) lines(ctx context.Context) (<-chan string, <-chan error) {
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		in := bufio.NewReader(c.t.in)
		for {
			line, err := in.ReadString('\n')
			if line != "" {
				select {
				case lines <- line:
				case <-ctx.Done():
					failed <- nil
					return
				}
			}
			if err != nil {
				if errors.Is(err, io.EOF) {
					err = nil
				}
				failed <- err
				return
			}
		}
	}()
	return lines, failed
}

func (c *console) prompt() {
	if !c.echo {
		fmt.Fprint(c.t.out, "> ")
	}
}

func (c *console) send(chat talk, line string) {
	if literal, ok := strings.CutPrefix(line, "="); ok && isNumber(literal) {
		chat.write(literal)
		return
	}
	number := strings.TrimSuffix(strings.TrimPrefix(line, "["), "]")
	if n, err := strconv.Atoi(number); err == nil && isNumber(number) && n >= 1 && n <= len(c.buttons) {
		chat.press(c.buttons[n-1])
		return
	}
	chat.write(line)
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// settle shows what the bot says until it is done.
func (c *console) settle(ctx context.Context, chat talk) error {
	late := time.NewTimer(patience)
	defer late.Stop()
	again := time.NewTicker(5 * time.Millisecond) // the bot's own work after its last message tells nobody
	defer again.Stop()
	for {
		done, err := chat.idle(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		c.show(chat.shown())
		if done {
			return nil
		}
		select {
		case <-chat.changed():
		case <-again.C:
		case <-ctx.Done():
			return nil
		case <-late.C:
			return &adviceError{errors.New("the bot did not finish with this line in time"), "try again; if it stays so, run with LOG_LEVEL=debug and look at what it logs"}
		}
	}
}

// show writes messages as the person would see them, and tells whether there was anything to see.
func (c *console) show(list []message) bool {
	seen := false
	for _, m := range list {
		if len(m.rows) > 0 || m.edited {
			c.buttons = c.buttons[:0]
		}
		var rows []string
		for _, row := range m.rows {
			var labels []string
			for _, b := range row {
				c.buttons = append(c.buttons, b)
				label := fmt.Sprintf("[%d] %s", len(c.buttons), b.label)
				if b.url != "" {
					label += " (" + b.url + ")"
				}
				labels = append(labels, label)
			}
			rows = append(rows, strings.Join(labels, "   "))
		}
		if m.quiet && len(rows) == 0 {
			continue
		}
		var text []string
		if m.note != "" {
			text = append(text, m.note)
		}
		if m.text != "" && !m.quiet {
			text = append(text, strings.Split(m.text, "\n")...)
		}
		text = append(text, rows...)
		name := "Bot: "
		if m.edited {
			name = "Bot (sửa tin trên): "
		}
		if len(text) > 0 {
			fmt.Fprintf(c.t.out, "%s%s\n", name, strings.Join(text, "\n     "))
			seen = true
		}
	}
	return seen
}
