using Npgsql;
using NpgsqlTypes;
using Weighhouse.Kernel;

namespace Weighhouse.Data;

/// <summary>A statement of PostgreSQL while its parameters are collected, in the order of their numbers.</summary>
internal abstract class PostgresBinder(SqlText text) : DbStatement
{
    private NpgsqlParameter?[] _values = new NpgsqlParameter?[text.Postgres.Names.Length];

    protected SqlText Source { get; } = text;

    public override DbStatement Bind(string name, long value) => Set(name, new NpgsqlParameter<long>
    {
        TypedValue = value,
        NpgsqlDbType = NpgsqlDbType.Bigint,
    });

    public override DbStatement Bind(string name, long? value) =>
        value is { } present ? Bind(name, present) : Null(name, NpgsqlDbType.Bigint);

    public override DbStatement Bind(string name, double value)
    {
        DataRules.RefuseNaN(Source, name, value);
        return Set(name, new NpgsqlParameter<double> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Double });
    }

    public override DbStatement Bind(string name, double? value) =>
        value is { } present ? Bind(name, present) : Null(name, NpgsqlDbType.Double);

    public override DbStatement Bind(string name, bool value) => Bind(name, value ? 1L : 0L);

    public override DbStatement Bind(string name, string? value)
    {
        if (value is null) return Null(name, NpgsqlDbType.Text);
        if (HasLoneSurrogate(value)) throw DataRules.LoneSurrogate(Source, name);
        return Set(name, new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text });
    }

    public override DbStatement Bind(string name, ReadOnlyMemory<byte> value) => Set(name, new NpgsqlParameter<ReadOnlyMemory<byte>>
    {
        TypedValue = value,
        NpgsqlDbType = NpgsqlDbType.Bytea,
    });

    public override DbStatement Bind(string name, byte[]? value) => value is null
        ? Null(name, NpgsqlDbType.Bytea)
        : Bind(name, new ReadOnlyMemory<byte>(value));

    /// <summary>Moves what was bound to a command, and makes ready for another round.</summary>
    protected void MoveTo(NpgsqlParameterCollection parameters)
    {
        foreach (var value in _values)
            parameters.Add(value ?? throw NotBound());
        _values = new NpgsqlParameter?[_values.Length];
    }

    private DbStatement Null(string name, NpgsqlDbType type) =>
        Set(name, new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = type });

    private PostgresBinder Set(string name, NpgsqlParameter parameter)
    {
        var index = Source.Postgres.IndexOf(Source, name);
        if (_values[index] is not null) throw new InvariantException($"{Source.Name}: the parameter '{name}' is bound twice.");
        _values[index] = parameter;
        return this;
    }

    private InvariantException NotBound()
    {
        var missing = Source.Postgres.Names.Where((_, index) => _values[index] is null);
        return new InvariantException($"{Source.Name}: not bound: {string.Join(", ", missing)}.");
    }

    private static bool HasLoneSurrogate(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1])) return true;
            i++;
        }

        return false;
    }
}
