using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Trust.Signing;

namespace Weighhouse.Commands.Trust;

/// <summary><c>weigh verify</c>: are these the files that somebody trusted signed?</summary>
internal static class VerifyCommand
{
    private const int ProblemsShownMax = 100;

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "The file or folder that was signed" };
        var signature = new Option<string?>("--signature")
        {
            Description = "The signature [default: model.sig in the folder, or the file's name with .sig]", HelpName = "FILE",
        };
        var key = new Option<string[]>("--key")
        {
            Description = "A file with a public key, as PEM, to trust instead of those of 'weigh keys list'", HelpName = "FILE",
        };
        var at = new Option<string?>("--at")
        {
            Description = "When you know the signature to have been there already: the key has to count then [default: now]",
            HelpName = "TIME",
        };
        var format = TrustCommand.Format();
        return new Command("verify", "Say whether files are those that a trusted key signed: none changed, none missing, none more")
        {
            path, signature, key, at, format,
        }
            .Runs((parsed, cancellation) => Verify(
                parsed.GetValue(path)!, parsed.GetValue(signature), parsed.GetValue(key) ?? [], parsed.GetValue(at),
                TrustCommand.Output(parsed, format), cancellation))
            .WithExamples(
                ("weigh verify models/churn", "before you use what somebody sent; exit code 1 unless it holds"),
                ("weigh verify model.onnx --key lab-a.pub", "by one key, whatever else is trusted"),
                ("weigh verify models/churn --at 2026-12-24 -o json", "what was received before its key ended"));
    }

    private static Result<int> Verify(
        string path, string? signature, IReadOnlyList<string> keyFiles, string? at, Output output, CancellationToken cancellation)
    {
        if (!TrustCommand.Instant(at).TryGet(out var atMs, out var error)) return error;
        if (!(keyFiles.Count == 0 ? KeyRing.Trusted() : Read(keyFiles)).TryGet(out var keys, out error)) return error;
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var bundlePath = signature ?? ModelSigner.BundlePathOf(path);
        if (!ModelVerifier.VerifyPath(path, bundlePath, keys, atMs ?? nowMs, cancellation).TryGet(out var report, out error)) return error;
        if (output.Format is not OutputFormat.Table) output.One(View(report));
        foreach (var problem in report.Problems.Take(ProblemsShownMax)) Console.Error.WriteLine(TrustCommand.Shown(problem.Message));
        if (report.Problems.Count > ProblemsShownMax)
            Console.Error.WriteLine($"and {report.Problems.Count - ProblemsShownMax} more; -o json tells all");
        Console.Error.WriteLine(report.IsValid
            ? $"Holds: {Amount.Of(report.FilesCount, "file")} as '{report.KeyName}' signed them."
            : "Does not hold.");
        if (report.Problems.Any(static problem => problem.Kind is SignatureProblemKind.Key) && report.KeyName is null)
            Console.Error.WriteLine("hint: weigh keys trust NAME FILE, when you know whose key it is");
        return report.IsValid ? ExitCode.Success : ExitCode.Failure;
    }

    private static Result<IReadOnlyList<TrustedKey>> Read(IReadOnlyList<string> files)
    {
        var keys = new List<TrustedKey>();
        foreach (var file in files)
        {
            try
            {
                if (!TrustedKey.FromPem(Path.GetFileName(file), File.ReadAllText(file)).TryGet(out var key, out var error)) return error;
                keys.Add(key);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Error.NotFound($"The public key cannot be read: {exception.Message}");
            }
        }

        return keys;
    }

    private static object View(SignatureReport report) => new
    {
        Valid = report.IsValid, report.Fingerprint, Key = report.KeyName, report.RootDigest, report.FilesCount,
        Problems = report.Problems.Select(static problem => new
        {
            Kind = WordOf(problem.Kind), problem.Path, problem.Message,
        }).ToList(),
    };

    private static string WordOf(SignatureProblemKind kind) => kind switch
    {
        SignatureProblemKind.Signature => "signature",
        SignatureProblemKind.Key => "key",
        SignatureProblemKind.Changed => "changed",
        SignatureProblemKind.Missing => "missing",
        SignatureProblemKind.Extra => "extra",
        _ => "unreadable",
    };
}
