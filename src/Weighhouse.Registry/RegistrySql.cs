using System.Globalization;
using System.Text;
using Weighhouse.Data;

namespace Weighhouse.Registry;

internal static class RegistrySql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(RegistrySql).Assembly);

    /// <summary>
    /// Many numbers as one parameter: a JSON array for SQLite's json_each, an array literal for PostgreSQL's CAST(… AS bigint[]).
    /// </summary>
    public static string NumberList(DatabaseEngine engine, IEnumerable<long> numbers)
    {
        var text = new StringBuilder(256).Append(engine is DatabaseEngine.Sqlite ? '[' : '{');
        text.AppendJoin(',', numbers.Select(static number => number.ToString(CultureInfo.InvariantCulture)));
        return text.Append(engine is DatabaseEngine.Sqlite ? ']' : '}').ToString();
    }
}
