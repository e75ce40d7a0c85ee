//go:build !unix

package simulator

import "time"

func processCPU() time.Duration { return 0 }
