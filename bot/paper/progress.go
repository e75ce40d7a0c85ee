package paper

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"github.com/go-analyze/charts"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/text/unicode/norm"

	"chungtay/storage/records"
)

// Sizes of a chart, in pixels: as wide as a phone shows whole.
const (
	chartWidth = 900
	chartHead  = 190 // title, legend, the numbers below
	chartRow   = 96  // of a unit with its two bars
	chartUnits = 12
)

// chartFont installs the letters of charts, once: those of the papers, which have every sign of Vietnamese.
var chartFont = sync.OnceValue(func() error {
	if err := charts.InstallFont("sans", liberationsansregular.TTF); err != nil {
		return err
	}
	return charts.SetDefaultFont("sans")
})

// progress draws what was promised and what came, unit by unit, beside each other: each row of rows is a unit's name, VND promised and VND
// received, between tabs. Bars begin at nought, and the axis ends behind the longest of them or the goal. Of a total alone there is one row.
func progress(args map[string]string) ([]byte, error) {
	if err := chartFont(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	var names []string
	var promised, received []float64
	most := 0.0
	for line := range strings.Lines(args["rows"]) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 3 {
			return nil, fmt.Errorf("%w: a row of %d cells", ErrDrawing, len(cells))
		}
		var vnd [2]float64
		for i, cell := range cells[1:] {
			n, err := strconv.ParseInt(cell, 10, 64)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("%w: no amount", ErrDrawing)
			}
			vnd[i], most = float64(n), max(most, float64(n))
		}
		names = append(names, norm.NFC.String(cells[0]))
		promised, received = append(promised, vnd[0]), append(received, vnd[1])
	}
	if len(names) == 0 || len(names) > chartUnits {
		return nil, fmt.Errorf("%w: %d rows", ErrDrawing, len(names))
	}
	if goal, err := strconv.ParseInt(args["goal"], 10, 64); err == nil && len(names) == 1 {
		most = max(most, float64(goal))
	}
	return barChart(args, names, [][]float64{received, promised}, most)
}

func barChart(args map[string]string, names []string, values [][]float64, most float64) ([]byte, error) {
	top, unit := axisOf(most)
	opt := charts.NewBarChartOptionWithData(values)
	opt.Horizontal = true
	opt.Theme = charts.GetTheme(charts.ThemeLight).WithSeriesColors([]charts.Color{{R: 0x1b, G: 0x7f, B: 0x4b, A: 255}, {R: 0xf0, G: 0xb4, B: 0x4c, A: 255}})
	opt.Padding = charts.NewBoxEqual(24)
	opt.Title = charts.TitleOption{Text: norm.NFC.String(args["title"]), FontStyle: charts.FontStyle{FontSize: 22}}
	opt.Legend = charts.LegendOption{
		SeriesNames: []string{norm.NFC.String(args["received"]), norm.NFC.String(args["promised"])}, FontStyle: charts.FontStyle{FontSize: 16},
		Offset: charts.OffsetStr{Left: charts.PositionLeft, Top: "42"},
	}
	opt.CategoryAxis = charts.CategoryAxisOption{Labels: names, LabelCount: len(names), LabelFontStyle: charts.FontStyle{FontSize: 16}}
	millions := func(v float64) string { return strings.ReplaceAll(strconv.FormatFloat(v/unit, 'f', -1, 64), ".", ",") }
	opt.ValueAxis = []charts.ValueAxisOption{{
		Min: charts.Ptr(0.0), Max: charts.Ptr(top), LabelCount: 6, ValueFormatter: millions, LabelFontStyle: charts.FontStyle{FontSize: 14}, Title: norm.NFC.String(args[unitWord(unit)]),
		TitleFontStyle: charts.FontStyle{FontSize: 14},
	}}
	for i := range opt.SeriesList {
		opt.SeriesList[i].Label = charts.SeriesLabel{
			Show: charts.Ptr(true), FontStyle: charts.FontStyle{FontSize: 14},
			ValueFormatter: func(v float64) string { return records.Dong(int64(v)) },
		}
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: chartHead + chartRow*len(names)})
	if err := p.BarChart(opt); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	data, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	return data, nil
}

// axisOf is where an axis ends that holds so much with room for its label, in five equal parts, and what its numbers count: thousands,
// millions or billions.
func axisOf(most float64) (top, unit float64) {
	step := math.Pow(10, math.Floor(math.Log10(max(most, 10_000)*1.3/5)))
	for _, n := range []float64{1, 2, 2.5, 5, 10} {
		if top = 5 * n * step; top >= most*1.3 {
			break
		}
	}
	switch {
	case top >= 5e9:
		return top, 1e9
	case top >= 5e6:
		return top, 1e6
	}
	return top, 1e3
}

func unitWord(unit float64) string {
	switch unit {
	case 1e9:
		return "billions"
	case 1e6:
		return "millions"
	}
	return "thousands"
}
