package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newHealth(t terminal) *cobra.Command {
	var ready bool
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the bot that serves on this machine whether it is well",
		Long: `Ask the bot that serves at HTTP_ADDR whether it is well; the exit code is 0 when it is. A container that holds nothing
but this program uses it as its health check.`,
		Example: `  chungtay health
  chungtay health --ready    also: are the databases there?`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := t.config()
			if err != nil {
				return err
			}
			path := "/healthz"
			if ready {
				path = "/readyz"
			}
			answer, err := askHealth(cmd.Context(), c.HTTPAddr, path)
			if err != nil {
				return &adviceError{err, "start the bot with chungtay serve, or set HTTP_ADDR to where it serves"}
			}
			fmt.Fprintln(t.out, answer)
			return nil
		},
	}
	cmd.Flags().BoolVar(&ready, "ready", false, "ask /readyz instead of /healthz")
	return cmd
}

// askHealth asks a bot that listens at addr, which may be every address of the machine.
func askHealth(ctx context.Context, addr, path string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", fmt.Errorf("the bot does not answer at %s", addr)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	answer := strings.TrimSpace(string(body))
	switch {
	case err != nil:
		return "", err
	case resp.StatusCode != http.StatusOK:
		return "", errors.New(firstOf(answer, resp.Status))
	}
	return firstOf(answer, "ok"), nil
}
