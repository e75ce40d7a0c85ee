package simulator

import "net/http"

func (t *Telegram) control(*http.ServeMux) {}
