using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Weighhouse.Web.Commits;

/// <summary>A row of the graph as a drawing as high as a row of the list. Colours are classes: nothing here is a style.</summary>
internal static class LaneMarkup
{
    public const int RowHeight = 48;

    private const int Step = 14;
    private const int Edge = 10;
    private const int Middle = RowHeight / 2;
    private const int Colors = 8;

    /// <param name="lanes">How many lanes the widest row of the page has.</param>
    public static MarkupString Of(LaneRow row, int lanes)
    {
        var width = Edge * 2 + (Math.Min(lanes, Lanes.CountMax) - 1) * Step;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"lanes\" width=\"{width}\" height=\"{RowHeight}\" viewBox=\"0 0 {width} {RowHeight}\" aria-hidden=\"true\">");
        foreach (var line in row.Lines)
        {
            var (from, to) = (X(line.From), X(line.To));
            var color = ColorOf(line.Part is LanePart.In ? line.From : line.To);
            var (top, bottom) = line.Part switch
            {
                LanePart.In => (0, Middle),
                LanePart.Out => (Middle, RowHeight),
                _ => (0, RowHeight),
            };
            var bend = (top + bottom) / 2;
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<path class=\"series-{color}\" d=\"M{from} {top}C{from} {bend} {to} {bend} {to} {bottom}\"/>");
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"<circle class=\"series-{ColorOf(row.Dot)}\" cx=\"{X(row.Dot)}\" cy=\"{Middle}\" r=\"4\"/></svg>");
        return new MarkupString(svg.ToString());
    }

    public static int LanesOf(LaneRow row) =>
        row.Lines.Aggregate(row.Dot, static (most, line) => Math.Max(most, Math.Max(line.From, line.To))) + 1;

    private static int X(int lane) => Edge + Math.Min(lane, Lanes.CountMax - 1) * Step;

    private static int ColorOf(int lane) => lane % Colors + 1;
}
