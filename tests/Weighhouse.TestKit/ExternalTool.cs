using System.Diagnostics;
using System.Text;

namespace Weighhouse.TestKit;

/// <summary>A program of others that a test works with. Where it is absent the test says so; in CI that is a failure.</summary>
public sealed class ExternalTool
{
    private ExternalTool(string name, string package)
    {
        Path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        WhyAbsent = $"{name} is not on this machine (Debian's package {package})";
    }

    public string? Path { get; }

    public string WhyAbsent { get; }

    /// <summary>Whether the test must be skipped; in CI it runs, and fails on what is missing.</summary>
    public bool IsAbsent => Path is null && Environment.GetEnvironmentVariable("CI") != "true";

    public static ExternalTool Find(string name, string package) => new(name, package);

    /// <param name="folder">Where it runs; null for where the tests do.</param>
    /// <param name="environment">Variables it gets besides those of the tests.</param>
    /// <param name="said">Hears each line that it writes to stdout, as it is written.</param>
    public async Task<CommandOutcome> RunAsync(
        IReadOnlyList<string> arguments, string? input = null, string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null, Action<string>? said = null)
    {
        var start = new ProcessStartInfo(Path ?? throw new InvalidOperationException(WhyAbsent))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        if (input is not null) await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = said is null
            ? process.StandardOutput.ReadToEndAsync(CancellationToken.None)
            : LinesAsync(process.StandardOutput, said);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return new CommandOutcome(process.ExitCode, await output, await errors);
    }

    private static async Task<string> LinesAsync(StreamReader output, Action<string> said)
    {
        var all = new StringBuilder();
        while (await output.ReadLineAsync(CancellationToken.None) is { } line)
        {
            all.Append(line).Append('\n');
            said(line);
        }

        return all.ToString();
    }
}
