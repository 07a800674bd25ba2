using Weighhouse.TestKit;
using Weighhouse.Trust.Scanning;

namespace Weighhouse.Tests.Trust.Scanning;

/// <summary>Files made by Python's own picklers and by hand (corpus.py): once for all tests of a run.</summary>
public sealed class Corpus : IAsyncLifetime
{
    /// <summary>Debian's own Python: another one earlier in the path does not have Debian's packages.</summary>
    private static readonly ExternalTool Python = ExternalTool.Find("/usr/bin/python3", "python3-sklearn");

    private static readonly string[] Packages = ["sklearn", "joblib", "pandas", "lz4"];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Why there is none here; null when there is. In continuous integration it is made, and fails.</summary>
    public static string? WhyAbsent =>
        Environment.GetEnvironmentVariable("CI") == "true" ? null
        : Python.Path is null ? Python.WhyAbsent
        : Packages.FirstOrDefault(package => !Directory.Exists($"/usr/lib/python3/dist-packages/{package}")) is { } absent
            ? $"Python's {absent} is not on this machine (Debian's package python3-{absent})"
            : null;

    public string this[string folder] => _folder[folder];

    public async ValueTask InitializeAsync()
    {
        if (WhyAbsent is not null) return;
        await using var script = typeof(Corpus).Assembly.GetManifestResourceStream("corpus.py")!;
        using var reader = new StreamReader(script);
        await File.WriteAllTextAsync(_folder["corpus.py"], await reader.ReadToEndAsync());
        var made = await Python.RunAsync([_folder["corpus.py"], _folder.Path]);
        Assert.True(made.ExitCode == 0, made.Errors);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Every file of a folder of the corpus, each scanned by itself, and how many there are at least.</summary>
    public IReadOnlyList<FileScan> Scan(string folder, int countMin, ScanOptions? options = null)
    {
        var report = ModelScanner.ScanPath(this[folder], options).Value;
        Assert.True(report.Files.Count >= countMin, $"the corpus has {report.Files.Count} files in {folder}");
        return report.Files;
    }
}
