using Weighhouse.Kernel;
using Weighhouse.Trust.Scanning;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>Whether the files of a model may be given to Python at all. They are scanned before each load; nothing is run.</summary>
internal static class PythonScan
{
    private const int FindingsShown = 3;

    /// <param name="whyNotIsolated">Why workers are not shut in; null when they are.</param>
    public static async Task<Result<Done>> CheckAsync(
        PlacedModel model, PythonOptions options, string? whyNotIsolated, CancellationToken cancellation)
    {
        var scanned = await Task.Factory.StartNew(
            () => ModelScanner.ScanPath(model.Folder, cancellation: cancellation), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        if (!scanned.TryGet(out var report, out var error)) return error;
        return Judge(report, options, whyNotIsolated) is { } refused ? refused : Done.Value;
    }

    public static Error? Judge(ScanReport report, PythonOptions options, string? whyNotIsolated)
    {
        var allowed = (ScanVerdict)options.WorstVerdict;
        if (report.Verdict > allowed)
        {
            return Error.Precondition(
                $"A scan finds the model {Word(report.Verdict)}, and this server runs only what is {Word(allowed)}: "
                + $"{Findings(report, allowed)} Mend the model, or let the server run such models with --python-verdict.");
        }

        if (report.Verdict is ScanVerdict.Safe || whyNotIsolated is null || options.Isolation is PythonIsolation.Off) return null;
        return Error.Precondition(
            $"A scan finds the model {Word(report.Verdict)}, and workers cannot be shut in on this machine ({whyNotIsolated}): "
            + $"{Findings(report, ScanVerdict.Safe)} Allow user namespaces, or vouch for all models with --python-isolation off.");
    }

    private static string Findings(ScanReport report, ScanVerdict allowed)
    {
        var told = report.Findings.Where(finding => finding.Verdict > allowed).OrderByDescending(static finding => finding.Verdict)
            .Take(FindingsShown).Select(static finding => $"{finding.Path}: {finding.Why}");
        return string.Join(" ", told);
    }

    private static string Word(ScanVerdict verdict) => verdict switch
    {
        ScanVerdict.Safe => "safe",
        ScanVerdict.Unknown => "unknown (only a person can judge it)",
        _ => "unsafe",
    };
}
