using System.Reflection;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>
/// A module's statements: Sql/NAME.sql, with Sql/NAME.pg.sql beside it only where PostgreSQL needs another text.
/// A module keeps one: <c>static readonly SqlCatalog Sql = SqlCatalog.Of(typeof(XModule).Assembly)</c>, and its statements
/// in static fields: <c>static readonly SqlText InsertRun = Sql["InsertRun"]</c>.
/// </summary>
public sealed class SqlCatalog
{
    private readonly Dictionary<string, SqlText> _statements;

    private SqlCatalog(Dictionary<string, SqlText> statements) => _statements = statements;

    public SqlText this[string name] => _statements.TryGetValue(name, out var statement)
        ? statement
        : throw new InvariantException($"There is no Sql/{name}.sql in this module.");

    public IReadOnlyCollection<string> Names => _statements.Keys;

    public static SqlCatalog Of(Assembly assembly)
    {
        var prefix = $"{assembly.GetName().Name}/Sql/";
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(prefix, StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            texts[Path.GetFileName(resource)[..^".sql".Length]] = reader.ReadToEnd();
        }

        var statements = new Dictionary<string, SqlText>(StringComparer.Ordinal);
        foreach (var (name, text) in texts)
        {
            if (name.EndsWith(".pg", StringComparison.Ordinal)) continue;
            statements[name] = new SqlText(name, text, texts.GetValueOrDefault(name + ".pg", text));
        }

        return new SqlCatalog(statements);
    }
}
