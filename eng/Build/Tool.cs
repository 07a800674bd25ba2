using System.Diagnostics;

namespace Weighhouse.Build;

/// <summary>Other programs: run in the repository's root without standard input.</summary>
internal static class Tool
{
    private const int LinesShownOnFailure = 40;

    /// <summary>Runs quietly into artifacts/log/STEP.log, and fails with the end of that log when the program does.</summary>
    public static async Task QuietlyAsync(string step, string program, params IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(Paths.Logs);
        var logPath = Path.Combine(Paths.Logs, $"{step}.log");
        int exitCode;
        using (var log = TextWriter.Synchronized(new StreamWriter(logPath)))
        {
            using var process = Start(program, arguments, null, line => log.WriteLine(line));
            await process.WaitForExitAsync();
            exitCode = process.ExitCode;
        }

        if (exitCode == 0) return;
        var end = string.Join('\n', Interesting(await File.ReadAllLinesAsync(logPath)));
        var shownPath = Path.GetRelativePath(Paths.Root, logPath);
        throw new BuildFailed($"{end}\n{step} failed: '{program}' ended with {exitCode}. The whole log: {shownPath}");
    }

    /// <summary>Runs with the terminal's own output and returns the exit code.</summary>
    public static async Task<int> LoudlyAsync(string program, params IEnumerable<string> arguments)
    {
        var start = Describe(program, arguments, null);
        using var process = Process.Start(start) ?? throw new BuildFailed($"'{program}' did not start.");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>The first line that a program prints, or null when it is absent or fails.</summary>
    public static async Task<string?> FirstLineAsync(string program, params IEnumerable<string> arguments)
    {
        string? first = null;
        try
        {
            using var process = Start(program, arguments, null, line => first ??= line);
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? first ?? "" : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Starts a program whose every line, of either stream, goes to <paramref name="onLine"/>.</summary>
    public static Process Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, Action<string> onLine)
    {
        var start = Describe(program, arguments, environment);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start) ?? throw new BuildFailed($"'{program}' did not start.");
        process.OutputDataReceived += (_, data) => Pass(data.Data);
        process.ErrorDataReceived += (_, data) => Pass(data.Data);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Pass(string? line)
        {
            if (line is not null) onLine(line);
        }
    }

    private static ProcessStartInfo Describe(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = Paths.Root, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return start;
    }

    /// <summary>The compiler's errors, each once, or the last lines when there are none.</summary>
    private static IEnumerable<string> Interesting(string[] lines)
    {
        var errors = lines.Where(line => line.Contains(": error ", StringComparison.Ordinal))
            .Select(line => line.Trim()).Distinct().ToList();
        return (errors.Count > 0 ? errors : lines.TakeLast(LinesShownOnFailure)).Take(LinesShownOnFailure);
    }
}
