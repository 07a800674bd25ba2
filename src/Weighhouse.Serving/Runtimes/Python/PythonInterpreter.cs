using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <param name="Path">What runs in the end: a name may be a script that chooses one.</param>
/// <param name="Packages">Those of interest that it has, with their versions.</param>
internal sealed record PythonFound(string Path, string Version, IReadOnlyDictionary<string, string> Packages);

/// <summary>Asks an interpreter what it is. Nothing of a model is looked at.</summary>
internal static class PythonInterpreter
{
    private const string Question =
        """
        import importlib.metadata as m, json, sys
        found = {}
        for name in ("numpy", "scikit-learn", "pandas", "joblib", "torch", "mlflow", "cloudpickle"):
            try:
                found[name] = m.version(name)
            except m.PackageNotFoundError:
                pass
        print(json.dumps({"path": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "packages": found}))
        """;

    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(20);

    public static async Task<Result<PythonFound>> FindAsync(string name, TimeProvider time, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(name) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "-I", "-c", Question }) start.ArgumentList.Add(argument);
        using var patience = new Patience(AnswerMax, time, cancellation);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                return await AskAsync(process, name, patience.Token);
            }
            finally
            {
                // What did not answer in time, or is not waited for any more, does not go on by itself.
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Absent(name, $"it did not answer within {AnswerMax.TotalSeconds:0} seconds");
        }
        catch (Exception exception) when (exception is Win32Exception or JsonException or IOException)
        {
            return Absent(name, exception.Message);
        }
    }

    private static async Task<Result<PythonFound>> AskAsync(Process process, string name, CancellationToken cancellation)
    {
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var answer = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
            return Absent(name, $"it ended with {process.ExitCode}: {PlainText.Cut((await errors).Trim(), 200)}");
        var found = JsonSerializer.Deserialize(answer, WorkerJson.Default.PythonFound);
        return found is { Path.Length: > 0 } ? found : Absent(name, "it does not say where it is");
    }

    private static Error Absent(string name, string why) => new(
        ErrorCode.Unavailable, $"There is no Python 3 that '{name}' names: {why}. Install one, or name it with --python.");
}
