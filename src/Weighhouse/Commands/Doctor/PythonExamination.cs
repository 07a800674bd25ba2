using Weighhouse.Kernel;
using Weighhouse.Serving;

namespace Weighhouse.Commands.Doctor;

/// <summary>Which Python runs models that are not ONNX, and whether their processes can be shut in.</summary>
internal static class PythonExamination
{
    private const string Check = "python";

    public static async Task<Finding> CheckAsync(PythonOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var tried = await ServingModule.TryPythonAsync(options, IdGenerator.Secure, time, cancellation);
        if (!tried.TryGet(out var report, out var error)) return Missing(error.Message);
        var packages = report.Packages.Count == 0
            ? "no packages for models"
            : string.Join(", ", report.Packages.Select(static package => $"{package.Key} {package.Value}"));
        var found = $"{report.Version} at {report.Path}, {packages}";
        return report.WhyNotIsolated is not { } why
            ? new Finding(Check, Verdict.Good, found + "; models can be shut in")
            : new Finding(
                Check, options.Isolation is PythonIsolation.Required ? Verdict.Bad : Verdict.Warning,
                $"{found}; models cannot be shut in: {why}",
                "allow user namespaces: only models that a scan calls safe are run until then");
    }

    /// <summary>Everything but Python models works without; the last sentence of the message is the cure.</summary>
    private static Finding Missing(string message)
    {
        var text = message.TrimEnd('.');
        var at = text.LastIndexOf(". ", StringComparison.Ordinal);
        return at < 0
            ? new Finding(Check, Verdict.Warning, text)
            : new Finding(Check, Verdict.Warning, text[..at], char.ToLowerInvariant(text[at + 2]) + text[(at + 3)..]);
    }
}
