using System.Diagnostics;

namespace Weighhouse.Sim;

/// <summary>Another process of this program.</summary>
public static class SimProcess
{
    private static readonly string Program = typeof(SimProcess).Assembly.Location;

    public static Process Start(params string[] arguments) => Start([], arguments);

    /// <param name="wrapper">A program and its arguments that runs it, with other rights or limits.</param>
    public static Process Start(string[] wrapper, string[] arguments)
    {
        string[] line = [.. wrapper, Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet", Program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
