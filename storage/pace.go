package storage

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Pace gives out n times from which on something may be done, one every span, among all processes on the same Redis: the first is so long
// from now, the others follow. used spans were used without asking, and are left out. What nobody asked for in time is lost.
func (r *Redis) Pace(ctx context.Context, name string, every time.Duration, n, used int) (first time.Duration, err error) {
	defer r.observe("pace", time.Now(), &err)
	span := max(1, int64(math.Round(float64(every)/float64(time.Microsecond))))
	cmd := paceScript.call(append(paceScript.begin(1, 3), r.opts.Prefix+"pace:"+name, span, n, used))
	if err := r.do(ctx, cmd); err != nil {
		return 0, err
	}
	wait, ok := cmd.value.(int64)
	if !ok {
		return 0, fmt.Errorf("%w: pace", errAnswer)
	}
	return time.Duration(wait) * time.Microsecond, nil
}
