using System.Text.RegularExpressions;
using Weighhouse.Tests.Rules.CSharp;

namespace Weighhouse.Tests.Rules.Tidy;

/// <summary>STYLE.md, as far as a machine can judge it.</summary>
public partial class TidyTests
{
    private const int MethodLinesMax = 70;
    private const int FileLinesMax = 500;
    private const int LineLengthMax = 140;
    private const int FileBytesMax = 256 * 1024;
    private const int ReadmeLinesMax = 40;

    private static readonly string[] MeasuredExtensions = [".cs", ".ts", ".css", ".sql", ".razor", ".sh"];

    private static readonly string[] ConsolePrograms = ["src/Weighhouse/", "eng/", "bench/", "examples/", "tests/Weighhouse.Sim/"];

    private static IEnumerable<RepositoryFile> CSharp => Repository.Under("", ".cs");

    [Fact]
    public void Methods_are_short()
    {
        var violations = new Violations(
            $"A method has at most {MethodLinesMax} lines: one screen.", "let one parent decide and move the work into leaves.");
        foreach (var file in CSharp)
            foreach (var member in Declarations.Of(file.Text).Members.Where(member => member.Lines > MethodLinesMax))
                violations.Add(file, member.Line, $"{member.Lines} lines");
        violations.AssertNone();
    }

    [Fact]
    public void Files_are_short()
    {
        var violations = new Violations($"A file has at most {FileLinesMax} lines: it is one concept.", "split it by concept.");
        foreach (var file in Repository.Under("", MeasuredExtensions).Where(file => file.Lines.Length > FileLinesMax))
            violations.Add(file, 1, $"{file.Lines.Length} lines");
        violations.AssertNone();
    }

    [Fact]
    public void Lines_are_short()
    {
        var violations = new Violations($"A line has at most {LineLengthMax} characters.", "break it where a reader would pause.");
        foreach (var (file, line, text) in LinesOf(Repository.Under("", MeasuredExtensions)))
            if (text.Length > LineLengthMax && !IsOnePiece(text)) violations.Add(file, line, $"{text.Length} characters");
        violations.AssertNone();
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        var violations = new Violations("What lands is finished: no marker of work left for later.", "finish it or leave it out.");
        foreach (var (file, line, text) in LinesOf(Repository.Files.Where(file => file.IsText)))
            if (Unfinished().Match(text) is { Success: true } match) violations.Add(file, line, match.Value);
        violations.AssertNone();
    }

    [Fact]
    public void Random_tests_repeat()
    {
        var violations = new Violations(
            "A random test begins at TestSeed.Next() and prints it, so that WEIGH_SEED repeats a failure.", "take the seed from TestSeed.");
        foreach (var file in CSharp.Where(file => file.Path.StartsWith("tests/Weighhouse.Tests", StringComparison.Ordinal)))
            Find(SeedOfItsOwn(), file, violations);
        violations.AssertNone();
    }

    [Fact]
    public void Only_the_program_writes_to_the_console()
    {
        var violations = new Violations(
            "Only programs write to the console: the executable, the build program, the benchmarks, what tests start.",
            "return the text, or log it in the module's Log.cs.");
        foreach (var file in CSharp.Where(file => !IsConsoleProgram(file.Path))) Find(ConsoleWrite(), file, violations);
        violations.AssertNone();
    }

    [Fact]
    public void Catching_everything_is_explained()
    {
        var violations = new Violations(
            "A catch of everything rethrows, or stands at a boundary and says so: a comment on its line, above it, or first inside.",
            "catch the exceptions that are expected, or say why this is a boundary.");
        foreach (var file in CSharp)
        {
            var lines = file.Lines;
            foreach (Match match in CatchAll().Matches(file.Code))
            {
                var line = SourceText.LineOf(file.Code, match.Index);
                if (!Rethrows(file.Code, match.Index) && !HasCommentNear(lines, line - 1))
                    violations.Add(file, line, "catches everything without a reason");
            }
        }

        violations.AssertNone();
    }

    [Fact]
    public void Log_messages_are_declared_in_the_log_file()
    {
        var violations = new Violations(
            "Log messages are source-generated and declared in the module's …Log.cs with stable event ids.",
            "declare a [LoggerMessage] there and call it.");
        foreach (var file in CSharp.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            Find(InlineLog(), file, violations);
            if (!file.Name.EndsWith("Log.cs", StringComparison.Ordinal)) Find(LogDeclaration(), file, violations);
        }

        violations.AssertNone();
    }

    [Fact]
    public void Log_events_have_numbers_of_their_own()
    {
        var violations = new Violations("A log event is known by its number, which no other has.", "give it a free one of its module.");
        var places = Repository.Under("src/", "Log.cs")
            .SelectMany(file => LogEvent().Matches(file.Text).Select(match => (Number: match.Groups["number"].Value, File: file)))
            .ToLookup(place => place.Number, place => place.File, StringComparer.Ordinal);
        foreach (var (number, files) in places.Select(group => (group.Key, group.ToList())).Where(group => group.Item2.Count > 1))
            violations.Add($"event {number}", $"is in {string.Join(" and ", files.Select(file => file.Path))}");
        violations.AssertNone();
        Assert.NotEmpty(places);
    }

    [Fact]
    public void Files_are_small()
    {
        var violations = new Violations(
            $"A committed file has at most {FileBytesMax / 1024} KiB.", "make it when it is needed, or fetch it with a lock file.");
        foreach (var file in Repository.Files)
            if (new FileInfo(file.FullPath).Length is var length and > FileBytesMax) violations.Add(file.Path, $"{length / 1024} KiB");
        violations.AssertNone();
    }

    [Fact]
    public void No_file_names_one_machine_or_one_registry()
    {
        var violations = new Violations(
            "Committed text holds on every machine: no absolute path of one, no host of a package registry.",
            "use a path from the root of the repository, and let the package manager's settings name the registry.");
        foreach (var (file, line, text) in LinesOf(Repository.Files.Where(file => file.IsText)))
            if (MachineOrRegistry().Match(text) is { Success: true } match) violations.Add(file, line, match.Value);
        violations.AssertNone();
    }

    [Fact]
    public void Every_project_explains_itself_briefly()
    {
        var violations = new Violations(
            $"Each project of src/ has a README.md of at most {ReadmeLinesMax} lines: purpose, tables owned, invariants.",
            "write it, or shorten it.");
        var projects = Repository.Files.Where(file => file.Module is not null && file.Path.EndsWith(".csproj", StringComparison.Ordinal));
        foreach (var folder in projects.Select(project => Path.GetDirectoryName(project.Path)!))
        {
            var readme = Repository.Files.FirstOrDefault(file => file.Path == $"{folder}/README.md");
            if (readme is null) violations.Add(folder, "has no README.md");
            else if (readme.Lines.Length > ReadmeLinesMax) violations.Add(readme, 1, $"{readme.Lines.Length} lines");
        }

        violations.AssertNone();
    }

    [Fact]
    public void The_root_folder_holds_only_what_belongs_there()
    {
        string[] allowed =
        [
            ".ci", ".editorconfig", ".gitattributes", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md",
            "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "INFLUENCES.md", "LICENSE", "README.md",
            "SECURITY.md", "STYLE.md", "Weighhouse.slnx", "bench", "build", "deploy", "docs", "eng", "examples", "global.json", "src",
            "tests", "web", "weigh",
        ];
        var present = Repository.Files.Select(file => file.Path.Split('/')[0]).Distinct(StringComparer.Ordinal);

        Assert.Empty(present.Except(allowed, StringComparer.Ordinal));
    }

    private static bool IsConsoleProgram(string path) =>
        Array.Exists(ConsolePrograms, folder => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Tidying up and letting the exception go on hides nothing.</summary>
    private static bool Rethrows(string code, int at)
    {
        var end = code.IndexOf('}', at);
        return end > 0 && Rethrow().IsMatch(code[at..end]);
    }

    private static bool HasCommentNear(string[] lines, int at)
    {
        if (lines[at].Contains("//", StringComparison.Ordinal)) return true;
        if (at > 0 && lines[at - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)) return true;
        return lines.Skip(at + 1).Select(line => line.Trim()).FirstOrDefault(line => line is not ("{" or "")) is { } first
            && first.StartsWith("//", StringComparison.Ordinal);
    }

    /// <summary>A row of a test's table, a text in a protocol's own words, a template: they read best in one piece.</summary>
    private static bool IsOnePiece(string line) =>
        line.TrimStart().StartsWith("[InlineData(", StringComparison.Ordinal)
        || line.Contains("\"\"\"", StringComparison.Ordinal) || line.Contains('`', StringComparison.Ordinal);

    private static void Find(Regex pattern, RepositoryFile file, Violations violations)
    {
        foreach (Match match in pattern.Matches(file.Code)) violations.Add(file, SourceText.LineOf(file.Code, match.Index), match.Value);
    }

    private static IEnumerable<(RepositoryFile File, int Line, string Text)> LinesOf(IEnumerable<RepositoryFile> files) =>
        files.SelectMany(file => file.Lines.Select((text, index) => (file, index + 1, text)));

    // The patterns are spelled so that they do not find themselves.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|X[X]X)\b|NotImplemented[E]xception|not yet [i]mplemented|for [n]ow\b|coming [s]oon",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bConsole\s*\.\s*(Write|WriteLine|Out|Error)\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConsoleWrite();

    // A filter makes it a choice of some exceptions, unless it only leaves some out.
    [GeneratedRegex(@"\bcatch\s*(\(\s*(System\.)?Exception\b(?!.*\bwhen \((?!\w+ is not\b))|\{|$)",
        RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CatchAll();

    [GeneratedRegex(@"\bEnvironment\.TickCount|\bRandom\.Shared\b|\bnew Random\(\)",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SeedOfItsOwn();

    [GeneratedRegex(@"\bthrow;", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rethrow();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\s*\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InlineLog();

    [GeneratedRegex(@"\[LoggerMessage\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogDeclaration();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<number>\d+)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LogEvent();

    [GeneratedRegex("(?<![\\w.:/\\-}*)])/(w[o]rk|ro[o]t|ho[m]e|Us[e]rs)/[\\w.-]+"
        + "|https?://[^\\s\"'<>)]*(reg[i]stry\\.|nug[e]t\\.|npm[j]s\\.|py[p]i\\.)",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MachineOrRegistry();
}
