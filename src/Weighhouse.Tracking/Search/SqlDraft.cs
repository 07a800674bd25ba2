using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weighhouse.Data;

namespace Weighhouse.Tracking.Search;

/// <summary>A statement being written for one engine. What a caller says goes in as a parameter and never as text.</summary>
internal sealed class SqlDraft(DatabaseEngine engine)
{
    // The same objects each time: a prepared statement finds a parameter by reference first.
    private static readonly string[] Names = [.. Enumerable.Range(0, 4_096).Select(static i => $"p{i}")];

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StringBuilder _text = new(512);
    private readonly List<Parameter> _values = [];

    public DatabaseEngine Engine { get; } = engine;

    public bool IsSqlite => Engine is DatabaseEngine.Sqlite;

    /// <summary>Adds SQL of our own.</summary>
    public SqlDraft Sql(string sql)
    {
        _text.Append(sql);
        return this;
    }

    public SqlDraft Value(long value) => Add(new Parameter(value, 0, null, Kind.Whole));

    public SqlDraft Value(double value) => Add(new Parameter(0, value, null, Kind.Real));

    public SqlDraft Value(string value) => Add(new Parameter(0, 0, value, Kind.Text));

    /// <summary>One of the numbers: <c>= @p</c> for one, a list in one parameter for more, so that shapes stay few.</summary>
    public SqlDraft IsOneOf(string column, IReadOnlyCollection<long> numbers)
    {
        Sql(column);
        if (numbers.Count == 1) return Sql(" = ").Value(numbers.First());
        var list = NumberList.Write(Engine, numbers);
        return IsSqlite
            ? Sql(" IN (SELECT value FROM json_each(").Value(list).Sql("))")
            : Sql(" = ANY (CAST(").Value(list).Sql(" AS bigint[]))");
    }

    /// <summary>One of the texts, as one parameter.</summary>
    public SqlDraft IsOneOf(string column, IEnumerable<string> texts)
    {
        var list = TextList(texts);
        return IsSqlite
            ? Sql(column).Sql(" IN (SELECT value FROM json_each(").Value(list).Sql("))")
            : Sql(column).Sql(" = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST(").Value(list).Sql(" AS jsonb))))");
    }

    /// <summary>The numbers as a table of one column, j.value.</summary>
    public SqlDraft Numbers(IEnumerable<long> numbers)
    {
        var list = NumberList.Write(Engine, numbers);
        return IsSqlite
            ? Sql("json_each(").Value(list).Sql(") j")
            : Sql("unnest(CAST(").Value(list).Sql(" AS bigint[])) AS j (value)");
    }

    public DbStatement Prepare(DbSession session, string name)
    {
        var statement = session.Prepare(SqlShapes.Of(name, _text.ToString()));
        for (var i = 0; i < _values.Count; i++)
        {
            var value = _values[i];
            _ = value.Kind switch
            {
                Kind.Whole => statement.Bind(Names[i], value.Whole),
                Kind.Real => statement.Bind(Names[i], value.Real),
                _ => statement.Bind(Names[i], value.Text),
            };
        }

        return statement;
    }

    public override string ToString() => _text.ToString();

    private SqlDraft Add(Parameter value)
    {
        _text.Append('@').Append(Names[_values.Count]);
        _values.Add(value);
        return this;
    }

    private static string TextList(IEnumerable<string> texts)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartArray();
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private enum Kind
    {
        Whole,
        Real,
        Text,
    }

    private readonly record struct Parameter(long Whole, double Real, string? Text, Kind Kind);
}
