package org.dl4jplugins.core.report;

import java.awt.Color;
import java.awt.Font;
import java.util.stream.IntStream;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** One look for the charts that XChart draws. */
final class AxesStyle {
    private AxesStyle() {}

    static void apply(Chart<? extends AxesChartStyler, ?> chart, int series) {
        AxesChartStyler style = chart.getStyler();
        style.setBaseFont(Drawing.LABEL);
        style.setChartTitleFont(Drawing.TITLE);
        style.setAxisTitleFont(Drawing.LABEL.deriveFont(Font.PLAIN, 12f));
        style.setAxisTickLabelsFont(Drawing.LABEL);
        style.setLegendFont(Drawing.LABEL);
        style.setChartFontColor(Drawing.INK);
        style.setAxisTickLabelsColor(Drawing.MUTED);
        style.setAxisTickMarksColor(Drawing.GRID);
        style.setPlotGridLinesColor(Drawing.GRID);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendBackgroundColor(Color.WHITE);
        style.setLegendVisible(series > 1);
        style.setLegendPosition(Styler.LegendPosition.OutsideS);
        style.setLegendLayout(Styler.LegendLayout.Horizontal);
        style.setSeriesColors(
                IntStream.range(0, series).mapToObj(Drawing::color).toArray(Color[]::new));
        style.setPlotContentSize(0.97);
        style.setAntiAlias(true);
    }
}
