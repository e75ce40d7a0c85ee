package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chungtay/bot"
	"chungtay/storage"
	"chungtay/storage/records"
)

func newInvite(t terminal) *cobra.Command {
	var role, area string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "invite --role ROLE --area AREA",
		Short: "Make a one-time link and code that give somebody a role in an area",
		Long: `Make a one-time code, and a link that carries it, which give whoever uses them first a role in an area. Hand them over
in person or by a channel you trust; only a hash is kept. The person opens the link, or sends the bot "/start CODE", or
just the code.

Roles: ` + strings.Join(records.InviteRoles, ", ") + `. A leader has a group, an officer, front or treasurer a commune, city the
city. An area is a path (48/20200/hoa-minh.12) or the official code of a commune (20200).`,
		Example: `  chungtay invite --role leader --area 48/20200/hoa-minh.12
  chungtay invite --role officer --area 20200 --ttl 48h`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if role == "" || area == "" {
				return &usageError{errors.New("--role and --area are needed"), "see chungtay invite --help for the roles"}
			}
			r, c, err := openRecords(cmd.Context(), t, true)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Migrate(cmd.Context()); err != nil {
				return reachable(err)
			}
			code, err := r.CreateInvite(cmd.Context(), role, area, "command line", ttl)
			switch {
			case errors.Is(err, storage.ErrNoArea):
				return &adviceError{err, "chungtay import areas --apply puts the 94 communes there, chungtay import groups FILE --apply the groups"}
			case err != nil:
				return reachable(err)
			}
			fmt.Fprintf(t.out, "Code:  %s   (once, until %s)\n", code, c.Clock().Add(ttl).In(c.Location).Format("15:04 02/01/2006"))
			switch link, err := inviteLink(cmd.Context(), c, code); {
			case err != nil:
				fmt.Fprintf(t.err, "No link: %v. The code alone will do: send it to the bot.\n", err)
			default:
				fmt.Fprintf(t.out, "Link:  %s\n", link)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "the role: "+strings.Join(records.InviteRoles, ", "))
	cmd.Flags().StringVar(&area, "area", "", "the area: its path, or the code of a commune")
	cmd.Flags().DurationVar(&ttl, "ttl", 7*24*time.Hour, "how long it can be used")
	return cmd
}

// inviteLink is the address that opens the bot's chat with the code. Its errors do not show the token.
func inviteLink(ctx context.Context, c bot.Config, code string) (string, error) {
	if c.TelegramToken == "" {
		return "", errors.New("TELEGRAM_TOKEN is not set, so the bot's name is not known")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.TelegramAPIURL+"/bot"+c.TelegramToken+"/getMe", nil)
	if err != nil {
		return "", errors.New("TELEGRAM_API_URL cannot be used")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", errors.New("no answer from Telegram")
	}
	defer resp.Body.Close()
	var me struct {
		OK     bool
		Result struct{ Username string }
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&me); err != nil || !me.OK || me.Result.Username == "" {
		return "", fmt.Errorf("the bot is not known to Telegram (%s); is TELEGRAM_TOKEN right?", resp.Status)
	}
	return "https://t.me/" + me.Result.Username + "?start=" + code, nil
}
