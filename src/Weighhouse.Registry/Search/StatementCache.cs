using System.Collections.Concurrent;
using Weighhouse.Data;

namespace Weighhouse.Registry.Search;

/// <summary>One statement for each shape of search: a connection keeps its prepared form by reference.</summary>
internal sealed class StatementCache(int countMax)
{
    private readonly ConcurrentDictionary<string, SqlText> _statements = new(StringComparer.Ordinal);

    public SqlText Get(FilterCompiler sql, string name)
    {
        var shape = sql.Shape;
        if (_statements.TryGetValue(shape, out var known)) return known;
        if (_statements.Count >= countMax) _statements.Clear();
        return _statements.GetOrAdd(shape, _ => sql.Statement(name));
    }
}
