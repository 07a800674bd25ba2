using System.Text.RegularExpressions;

namespace Weighhouse.Tests.Rules.Sql;

/// <summary>What a .sql file says, as far as the rules care: how many statements, and which tables they name.</summary>
internal sealed partial class SqlScript
{
    private static readonly string[] TableFunctions = ["json_each", "unnest", "generate_series", "lateral", "values", "select"];
    private static readonly string[] CatalogPrefixes = ["sqlite_", "pg_", "pragma_", "information_schema"];

    private readonly List<string> _words;
    private readonly HashSet<string> _introduced = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _tables = new(StringComparer.OrdinalIgnoreCase);

    public SqlScript(string sql)
    {
        _words = Word().Matches(Noise().Replace(sql, " ")).Select(match => match.Value.Trim('"')).ToList();
        for (var at = 0; at < _words.Count; at++) NoteIntroduced(at);
        for (var at = 0; at < _words.Count; at++) NoteTables(at);
        _tables.RemoveWhere(name => _introduced.Contains(name) || IsOfTheEngine(name));
    }

    /// <summary>The tables read, changed, made or referenced; not the names that a WITH introduces.</summary>
    public IReadOnlySet<string> Tables => _tables;

    public int Statements => string.Join(' ', _words).Split(';').Count(statement => !string.IsNullOrWhiteSpace(statement));

    private void NoteIntroduced(int at)
    {
        if (!Is(at, "AS")) return;
        var opens = at + 1;
        if (Is(opens, "NOT")) opens++;
        if (Is(opens, "MATERIALIZED")) opens++;
        if (!Is(opens, "(")) return;
        var name = at - 1;
        // WITH name (column, …) AS (
        if (Is(name, ")"))
        {
            while (name > 0 && !Is(name, "(")) name--;
            name--;
        }

        if (name >= 0) _introduced.Add(_words[name]);
    }

    private void NoteTables(int at)
    {
        switch (At(at).ToUpperInvariant())
        {
            case "FROM" when !IsFromOfExpression(at):
            case "JOIN":
                NoteList(at + 1);
                break;
            case "INTO" or "REFERENCES":
                Note(at + 1);
                break;
            case "TABLE" or "VIEW" or "TRUNCATE":
                Note(AfterExistence(at + 1));
                break;
            case "UPDATE" when !Is(at - 1, "FOR") && !Is(at - 1, "KEY") && !Is(at - 1, "DO") && !Is(at - 1, "ON") && !IsTrigger(at):
                Note(at + 1);
                break;
            case "INDEX" or "TRIGGER" when !Is(at - 1, "DROP"):
                Note(AfterOn(at));
                break;
        }
    }

    /// <summary>FROM a, b AS c, d: each of them; functions and subqueries are passed over.</summary>
    private void NoteList(int at)
    {
        while (true)
        {
            if (Is(at, "ONLY") || Is(at, "LATERAL")) at++;
            if (Is(at, "(") || Is(at + 1, "(")) return;
            Note(at);
            at++;
            while (Is(at, ".")) at += 2;
            if (Is(at, "AS")) at++;
            if (!Is(at, ",")) at++;
            if (!Is(at, ",")) return;
            at++;
        }
    }

    private void Note(int at)
    {
        while (Is(at + 1, ".")) at += 2;
        var name = At(at);
        var isName = name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_');
        if (isName && !TableFunctions.Contains(name, StringComparer.OrdinalIgnoreCase)) _tables.Add(name);
    }

    /// <summary>IS DISTINCT FROM x, EXTRACT(epoch FROM x): words about values, not tables.</summary>
    private bool IsFromOfExpression(int at) =>
        Is(at - 1, "DISTINCT") || Is(at - 3, "EXTRACT") || Is(at - 3, "SUBSTRING") || Is(at - 3, "TRIM");

    private bool IsTrigger(int at) =>
        Is(at - 1, "AFTER") || Is(at - 1, "BEFORE") || Is(at - 1, "OR") || Is(at + 1, "OF") || Is(at + 1, "ON");

    private static bool IsOfTheEngine(string name) =>
        Array.Exists(CatalogPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private int AfterExistence(int at)
    {
        while (Is(at, "IF") || Is(at, "NOT") || Is(at, "EXISTS") || Is(at, "ONLY") || Is(at, "TABLE")) at++;
        return at;
    }

    private int AfterOn(int at)
    {
        while (at < _words.Count && !Is(at, "ON") && !Is(at, ";")) at++;
        return Is(at, "ON") ? AfterExistence(at + 1) : _words.Count;
    }

    private bool Is(int at, string word) => At(at).Equals(word, StringComparison.OrdinalIgnoreCase);

    private string At(int at) => at >= 0 && at < _words.Count ? _words[at] : "";

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Noise();

    [GeneratedRegex(@"""[^""]+""|[@:$]?\w+|[^\s\w]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
