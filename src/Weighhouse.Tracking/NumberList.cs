using System.Globalization;
using System.Text;
using Weighhouse.Data;

namespace Weighhouse.Tracking;

/// <summary>
/// Many numbers as one parameter: a JSON array for SQLite's json_each, an array literal for PostgreSQL's CAST(… AS bigint[]). One
/// statement then serves any number of them.
/// </summary>
internal static class NumberList
{
    public static string Write(DatabaseEngine engine, IEnumerable<long> numbers)
    {
        var text = new StringBuilder(256).Append(engine is DatabaseEngine.Sqlite ? '[' : '{');
        var first = true;
        foreach (var number in numbers)
        {
            if (!first) text.Append(',');
            first = false;
            text.Append(CultureInfo.InvariantCulture, $"{number}");
        }

        return text.Append(engine is DatabaseEngine.Sqlite ? ']' : '}').ToString();
    }
}
