using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Trust.Scanning;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>Whether loading the files of a version runs nothing but what is allowed. What could not be read is not clean.</summary>
internal sealed class ScanCheck(StoredFiles files) : IGateCheck
{
    private const int FindingsTold = 5;

    public bool Knows(GateDefinition gate) => gate is ScanGate;

    public ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation) =>
        new(GateInputs.Of(("tree", subject.Version.Commit?.Tree.ToString()), ("rules", ModelScanner.Rules)));

    public async ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        if (!files.Of(subject.Version).TryGet(out var listed, out var error)) return error;
        if (listed.Count == 0) return StoredFiles.NoFiles(subject.Version);
        var options = new ScanOptions { AllowedGlobals = ((ScanGate)gate).Allowed };
        var scanned = await StoredFiles.ReadAsync(
            () => ModelScanner.Scan(
                listed.Select(file => new ScanSource(file.Path.Text, () => files.Open(file, cancellation))), options, cancellation),
            cancellation);
        return scanned.TryGet(out var report, out error) ? Judge(report) : GateOutcome.Undecided(error.Message.TrimEnd('.'));
    }

    private static GateOutcome Judge(ScanReport report)
    {
        GateFigure[] figures =
        [
            new("files", report.Files.Count),
            new("unsafe files", report.Files.Count(static file => file.Verdict is ScanVerdict.Unsafe), Bound: 0),
            new("unknown files", report.Files.Count(static file => file.Verdict is ScanVerdict.Unknown), Bound: 0),
        ];
        if (report.Verdict is ScanVerdict.Safe)
        {
            var files = report.Files.Count == 1 ? "1 file is" : $"{report.Files.Count} files are";
            return new GateOutcome(GateVerdict.Passed, $"{files} safe", figures);
        }

        var worst = report.Findings.Where(static finding => finding.Verdict is not ScanVerdict.Safe)
            .OrderByDescending(static finding => finding.Verdict).ToArray();
        var told = worst.Take(FindingsTold).Select(static finding => $"{finding.Path}: {finding.Why.TrimEnd('.')}");
        var more = worst.Length > FindingsTold ? $", and {worst.Length - FindingsTold} findings more" : "";
        var bad = figures[1].Value + figures[2].Value;
        return new GateOutcome(
            GateVerdict.Failed,
            $"{bad} of {report.Files.Count} files are not safe, and 0 may be ({string.Join("; ", told)}{more})",
            figures);
    }
}
