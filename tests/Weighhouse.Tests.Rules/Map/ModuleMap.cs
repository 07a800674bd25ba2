using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.Map;

/// <summary>One row of the map in ARCHITECTURE.md.</summary>
/// <param name="MayReference">Null means every project.</param>
/// <param name="TablePrefix">The prefix of the tables the module owns; null when it owns none.</param>
/// <param name="ReadablePrefixes">The prefixes of other modules' tables that its SQL may read.</param>
/// <param name="IsPlanned">The row is there for the reader; the project is not there yet.</param>
internal sealed record ModuleRow(
    string Name, IReadOnlySet<string>? MayReference, string? TablePrefix, IReadOnlySet<string> ReadablePrefixes, bool IsPlanned)
{
    public bool Allows(string other) => MayReference is null || MayReference.Contains(other);
}

/// <summary>The table "who may reference whom", read from ARCHITECTURE.md: the document is the rule.</summary>
internal static partial class ModuleMap
{
    public const string Document = "ARCHITECTURE.md";

    private const string Head = "| Project | May reference | Tables |";

    private static readonly Lazy<IReadOnlyDictionary<string, ModuleRow>> Read = new(() => Parse(Repository.Read(Document)));

    public static IReadOnlyDictionary<string, ModuleRow> Rows => Read.Value;

    public static IReadOnlyDictionary<string, ModuleRow> Parse(string document)
    {
        var rows = new Dictionary<string, ModuleRow>(StringComparer.Ordinal);
        var lines = document.Split('\n').SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal));
        foreach (var line in lines.Skip(2).TakeWhile(line => line.StartsWith('|')))
        {
            var cells = line.Trim()[1..^1].Split('|').Select(cell => cell.Trim()).ToList();
            Assert.True(cells.Count == 3, $"{Document}: the map's row has {cells.Count} cells instead of 3: {line}");
            var name = cells[0].Trim('*');
            var isPlanned = cells[0].StartsWith('*');
            rows.Add(name, new ModuleRow(name, References(cells[1]), OwnPrefix(cells[2]), ReadPrefixes(cells[2]), isPlanned));
        }

        return rows;
    }

    private static HashSet<string>? References(string cell) => cell switch
    {
        "everything" => null,
        "–" => [],
        _ => cell.Split(',').Select(name => name.Trim()).ToHashSet(StringComparer.Ordinal),
    };

    private static string? OwnPrefix(string cell) => Prefix().Match(cell.Split("reads")[0]) is { Success: true } match ? match.Value : null;

    private static HashSet<string> ReadPrefixes(string cell) => cell.Split("reads") is [_, var others]
        ? Prefix().Matches(others).Select(match => match.Value).ToHashSet(StringComparer.Ordinal)
        : [];

    [GeneratedRegex(@"[a-z]+_(?=`)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prefix();
}
