using Weighhouse.Kernel;

namespace Weighhouse.Registry.Gates;

/// <summary>What a report from elsewhere may be.</summary>
internal static class GateReportRules
{
    private const int FigureNameLengthMax = 100;

    public static Error? Refuse(GateReport report, RegistryOptions options)
    {
        if (CommentRules.Refuse(report.Message, "message", options) is { } bad) return bad;
        if (report.Message.Trim().Length == 0)
            return Error.Invalid("message is empty: say what was found, with the figure and its bound.", "message");
        if (report.Link is { } link && !(Uri.TryCreate(link, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" && link.Length <= options.SourceLengthMax))
            return Error.Invalid("link is no address of the web: begin it with https://", "link");
        if (report.Figures.Count > options.ReportFiguresMax)
            return Error.Invalid($"There are {report.Figures.Count} figures; the limit is {options.ReportFiguresMax}.", "figures");
        foreach (var figure in report.Figures)
        {
            if (string.IsNullOrEmpty(figure.Name) || figure.Name.Length > FigureNameLengthMax
                || PlainText.Refuse(figure.Name, "figures") is not null)
                return Error.Invalid($"A figure's name has 1 to {FigureNameLengthMax} characters.", "figures");
            if (figure.Note is { } note && CommentRules.Refuse(note, "figures", options) is { } badNote) return badNote;
        }

        return null;
    }
}
