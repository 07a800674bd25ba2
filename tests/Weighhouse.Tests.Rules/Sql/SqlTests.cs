using System.Text.RegularExpressions;
using Weighhouse.Tests.Rules.CSharp;
using Weighhouse.Tests.Rules.Map;

namespace Weighhouse.Tests.Rules.Sql;

public partial class SqlTests
{
    private static IEnumerable<RepositoryFile> Scripts => Repository.Under("src/", ".sql");

    private static IEnumerable<RepositoryFile> Statements => Scripts.Where(file => file.Path.Contains("/Sql/", StringComparison.Ordinal));

    [Fact]
    public void A_module_touches_only_its_own_tables()
    {
        var violations = new Violations(
            $"SQL names the tables of its own module, known by their prefix, and those its row in {ModuleMap.Document} says it reads.",
            "ask the other module's contract for the fact.");
        foreach (var file in Scripts)
        {
            var row = ModuleMap.Rows[file.Module!];
            foreach (var table in new SqlScript(file.Text).Tables.Where(table => !MayName(row, table)))
                violations.Add(file.Path, $"names {table}, while its prefix is {row.TablePrefix ?? "none: it owns no tables"}");
        }

        violations.AssertNone();
    }

    [Fact]
    public void A_file_holds_one_statement()
    {
        var violations = new Violations("A file in Sql/ holds one statement: its name is the statement's name.", "split it.");
        foreach (var file in Statements)
            if (new SqlScript(file.Text).Statements is var count and not 1) violations.Add(file.Path, $"holds {count}");
        violations.AssertNone();
    }

    [Fact]
    public void Every_statement_is_used_and_every_use_has_a_statement()
    {
        var violations = new Violations(
            "Each Sql/NAME.sql is looked up in its module as Sql[\"NAME\"], and each look-up has its file.",
            "delete the dead file, or mend the name.");
        foreach (var module in Statements.GroupBy(file => file.Module!, StringComparer.Ordinal))
        {
            var names = module.Select(file => file.Name).Where(name => !name.EndsWith(".pg.sql", StringComparison.Ordinal))
                .Select(name => name[..^".sql".Length]).ToHashSet(StringComparer.Ordinal);
            var used = LookUps(module.Key).ToLookup(lookUp => lookUp.Name, lookUp => lookUp.File, StringComparer.Ordinal);
            foreach (var name in names.Where(name => !used.Contains(name))) violations.Add($"{module.Key}/Sql/{name}.sql", "is never used");
            foreach (var use in used.Where(use => !names.Contains(use.Key)))
                violations.Add(use.First().Path, $"looks up {use.Key}, which has no file");
        }

        violations.AssertNone();
    }

    [Fact]
    public void A_variant_for_PostgreSQL_differs_and_has_its_original()
    {
        var violations = new Violations(
            "NAME.pg.sql stands beside NAME.sql and differs from it.", "delete the copy, or write the original.");
        var texts = Scripts.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
        foreach (var (path, text) in texts.Where(pair => pair.Key.EndsWith(".pg.sql", StringComparison.Ordinal)))
        {
            var original = path[..^".pg.sql".Length] + ".sql";
            if (!texts.TryGetValue(original, out var other)) violations.Add(path, "has no original");
            else if (other == text) violations.Add(path, "is a copy");
        }

        violations.AssertNone();
    }

    [Fact]
    public void Code_does_not_write_SQL_that_changes_rows()
    {
        var violations = new Violations(
            "Statements that change rows live in .sql files; only Weighhouse.Data writes SQL in C#.",
            "move it to Sql/ and bind its values.");
        foreach (var file in Repository.Under("src/", ".cs").Where(file => file.Module is not "Data"))
            foreach (var (at, text) in SourceText.Literals(file.Text).Where(literal => ChangesRows().IsMatch(literal.Text)))
                violations.Add(file, SourceText.LineOf(file.Text, at), text.Split('\n')[0]);
        violations.AssertNone();
    }

    private static bool MayName(ModuleRow row, string table) =>
        (row.TablePrefix is not null && table.StartsWith(row.TablePrefix, StringComparison.Ordinal))
        || row.ReadablePrefixes.Any(prefix => table.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<(string Name, RepositoryFile File)> LookUps(string module) =>
        Repository.Under("src/", ".cs").Where(file => file.Module == module)
            .SelectMany(file => LookUp().Matches(file.Text)
                // A comment that shows a look-up is blank in the code.
                .Where(match => file.Code[match.Index] != ' ').Select(match => (match.Groups["name"].Value, file)));

    [GeneratedRegex("""\b\w*(Sql|Catalog|Statements)\s*\[\s*"(?<name>\w+)"\s*\]""",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LookUp();

    [GeneratedRegex(@"\b(INSERT\s+(OR\s+\w+\s+)?INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChangesRows();
}
