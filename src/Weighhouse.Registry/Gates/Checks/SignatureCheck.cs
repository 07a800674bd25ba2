using System.Globalization;
using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Trust.Signing;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>
/// Whether a trusted key signed exactly the files of a version. The bundle lies among them, as <c>weigh sign</c> puts it; it was there when
/// the version was made, and the key has to count then.
/// </summary>
internal sealed class SignatureCheck(StoredFiles files) : IGateCheck
{
    private const string BundleName = "model.sig", BundleSuffix = ".sig";
    private const int BundleBytesMax = 64 << 20;
    private const int ProblemsTold = 5;

    public bool Knows(GateDefinition gate) => gate is SignatureGate;

    public ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation) =>
        new(GateInputs.Of(
            ("tree", subject.Version.Commit?.Tree.ToString()),
            ("at_ms", subject.Version.CreatedMs.ToString(CultureInfo.InvariantCulture))));

    public async ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        var version = subject.Version;
        if (!files.Of(version).TryGet(out var listed, out var error)) return error;
        if (listed.Count == 0) return StoredFiles.NoFiles(version);
        if (BundleOf(listed) is not { } bundle)
        {
            return new GateOutcome(
                GateVerdict.Failed, $"{version.Id} is not signed: there is no {BundleName} among its files. Sign them with 'weigh sign', "
                + "and register the folder again", []);
        }

        if (bundle.SizeBytes > BundleBytesMax)
            return new GateOutcome(GateVerdict.Failed, $"{bundle.Path.Text} has more than {BundleBytesMax} bytes, the limit", []);
        var keys = ((SignatureGate)gate).Keys.Select(KeyRules.Of).ToArray();
        var report = await StoredFiles.ReadAsync(() => Verify(listed, bundle, keys, version.CreatedMs, cancellation), cancellation);
        return Judge(report);
    }

    private SignatureReport Verify(
        IReadOnlyList<CommitFile> listed, CommitFile bundle, TrustedKey[] keys, long atMs, CancellationToken cancellation)
    {
        using var reader = new StreamReader(files.Open(bundle, cancellation), Encoding.UTF8);
        var others = listed.Where(file => file.Path != bundle.Path)
            .Select(file => new Trust.Signing.ModelFile(file.Path.Text, () => files.Open(file, cancellation)));
        return ModelVerifier.Verify(reader.ReadToEnd(), others, keys, atMs, cancellation);
    }

    private static GateOutcome Judge(SignatureReport report)
    {
        GateFigure[] figures =
        [
            new("signed files", report.FilesCount, Note: report.KeyName is { } name ? $"by key {name}" : null),
            new("problems", report.Problems.Count, Bound: 0),
        ];
        if (report.IsValid)
            return new GateOutcome(GateVerdict.Passed, $"key {report.KeyName} signed its {report.FilesCount} files", figures);
        var told = report.Problems.Take(ProblemsTold)
            .Select(static problem => $"{(problem.Path is { } path ? path + ": " : "")}{problem.Message.TrimEnd('.')}");
        return new GateOutcome(
            GateVerdict.Failed, $"its signature does not hold, with {report.Problems.Count} problems: {string.Join("; ", told)}", figures);
    }

    /// <summary>The bundle of a folder, or the one beside the only file.</summary>
    private static CommitFile? BundleOf(IReadOnlyList<CommitFile> listed)
    {
        foreach (var file in listed)
            if (file.Path.Text == BundleName) return file;
        if (listed.Count != 2) return null;
        foreach (var (one, other) in (ReadOnlySpan<(CommitFile, CommitFile)>)[(listed[0], listed[1]), (listed[1], listed[0])])
            if (one.Path.Text == other.Path.Text + BundleSuffix) return one;
        return null;
    }
}
