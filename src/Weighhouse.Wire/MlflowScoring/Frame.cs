using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.MlflowScoring;

/// <summary>
/// A table of named columns, as rows of the document that every model reads. A model whose inputs are named as columns gets each by its
/// name, and columns it does not know are left out; a model of one input gets the columns in order.
/// </summary>
internal sealed class Frame
{
    /// <summary>More is no table but an attack on the search for a column.</summary>
    private const int ColumnsMax = 10_000;

    private readonly ModelShape _shape;
    private readonly ReplyBuffer _rows;
    private readonly List<string> _columns = [];
    private int[]? _inputs;

    /// <param name="rows">Gets <c>{"instances":[…]}</c>.</param>
    public Frame(ModelShape shape, ReplyBuffer rows) => (_shape, _rows) = (shape, rows);

    /// <summary>Of <c>{"columns": […], "index": […], "data": [[…], …]}</c>.</summary>
    public Error? ReadSplit(ReadOnlySpan<byte> split)
    {
        var json = new JsonCursor(split);
        if (json.Peek() is not JsonKind.Object) return Error.Invalid("'dataframe_split' is an object with 'columns' and 'data'.");
        Range? data = null;
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (name.SequenceEqual("columns"u8))
            {
                if (ReadColumns(ref json) is { } wrong) return wrong;
            }
            else if (json.Skip(out var range) && name.SequenceEqual("data"u8))
            {
                data = range;
            }
        }

        if (json.Problem is { } problem) return Syntax(problem);
        if (data is null) return Error.Invalid("'dataframe_split' has no 'data': a list of rows.");
        var rows = split[data.Value];
        if (_columns.Count > 0) return Match() ?? ReadRows(rows);
        if (_shape.Inputs.Count != 1) return Error.Invalid($"'dataframe_split' has no 'columns'; the model takes {InputNames()}.");
        _rows.Raw("{\"instances\":"u8).Raw(rows).Raw("}"u8);
        return null;
    }

    /// <summary>Of <c>[{"a": 1, "b": 2}, …]</c>; the first row names the columns.</summary>
    public Error? ReadRecords(ReadOnlySpan<byte> records)
    {
        var json = new JsonCursor(records);
        if (json.Peek() is not JsonKind.Array) return Error.Invalid("'dataframe_records' is a list of objects, one for each row.");
        json.BeginArray();
        Range[] cells = [];
        Dictionary<string, int>? places = null;
        _rows.Raw("{\"instances\":["u8);
        var row = 0;
        for (var isFirst = true; json.NextElement(ref isFirst); row++)
        {
            if (json.Peek() is not JsonKind.Object) return Error.Invalid($"Row {row} of 'dataframe_records' is no object.");
            if (row == 0)
            {
                var look = json;
                if (ReadNames(ref look) is { } wrong) return wrong;
                cells = new Range[_columns.Count];
            }

            var given = 0;
            json.BeginObject();
            for (var isFirstName = true; json.NextName(ref isFirstName, out var name); given++)
            {
                var place = given < cells.Length && Is(name, _columns[given]) ? given : PlaceOf(name, ref places);
                if (place < 0 || given == cells.Length) return OtherColumns(row);
                if (!json.Skip(out cells[place])) break;
            }

            if (json.Problem is { } problem) return Syntax(problem);
            if (given != cells.Length) return OtherColumns(row);
            WriteRow(records, cells, row);
        }

        if (json.Problem is { } fault) return Syntax(fault);
        if (row == 0) return Error.Invalid("'dataframe_records' is empty: send at least one row.");
        _rows.Raw("]}"u8);
        return null;
    }

    private static Error Syntax(string problem) => Error.Invalid($"The body is no JSON: {problem}.");

    private static bool Is(ReadOnlySpan<byte> name, string column) =>
        name.Length == Encoding.UTF8.GetByteCount(column) && Encoding.UTF8.GetString(name) == column;

    private int PlaceOf(ReadOnlySpan<byte> name, ref Dictionary<string, int>? places)
    {
        places ??= _columns.Select(static (column, place) => (column, place))
            .ToDictionary(static entry => entry.column, static entry => entry.place, StringComparer.Ordinal);
        return places.GetValueOrDefault(Encoding.UTF8.GetString(name), -1);
    }

    private Error? ReadColumns(ref JsonCursor json)
    {
        if (json.Peek() is not JsonKind.Array) return Error.Invalid("'columns' is a list of names.");
        json.BeginArray();
        for (var isFirst = true; json.NextElement(ref isFirst);)
        {
            // Frames without names number their columns.
            var isText = json.Peek() is JsonKind.Text;
            if (!(isText ? json.Text(out var name, out _) : json.Number(out name))) break;
            if (AddColumn(name) is { } wrong) return wrong;
        }

        return json.Problem is { } problem ? Syntax(problem) : null;
    }

    private Error? ReadNames(ref JsonCursor json)
    {
        json.BeginObject();
        for (var isFirst = true; json.NextName(ref isFirst, out var name);)
        {
            if (AddColumn(name) is { } wrong) return wrong;
            json.Skip();
        }

        return json.Problem is { } problem ? Syntax(problem) : Match();
    }

    private Error? AddColumn(ReadOnlySpan<byte> name)
    {
        if (_columns.Count == ColumnsMax) return Error.Invalid($"A frame has at most {ColumnsMax} columns.");
        _columns.Add(Encoding.UTF8.GetString(name));
        return null;
    }

    /// <summary>Finds for each input the column of its name.</summary>
    private Error? Match()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _columns.Count; i++)
            if (!places.TryAdd(_columns[i], i)) return Error.Invalid($"The column '{_columns[i]}' comes twice.");
        var inputs = _shape.Inputs.Select(port => places.GetValueOrDefault(port.Name, -1)).ToArray();
        if (!inputs.Contains(-1)) _inputs = inputs;
        else if (_shape.Inputs.Count > 1) return WrongColumns();
        return null;
    }

    private Error WrongColumns()
    {
        var missing = _shape.Inputs.Select(static port => port.Name).Except(_columns, StringComparer.Ordinal)
            .Select(static name => $"'{name}'");
        return Error.Invalid($"The columns {string.Join(", ", missing)} are missing; the model takes {InputNames()}.");
    }

    private Error OtherColumns(int row) => Error.Invalid($"Row {row} of 'dataframe_records' has other columns than the first row.");

    private string InputNames() => string.Join(", ", _shape.Inputs.Select(static port => $"'{port.Name}'"));

    private Error? ReadRows(ReadOnlySpan<byte> rows)
    {
        var json = new JsonCursor(rows);
        if (json.Peek() is not JsonKind.Array) return Error.Invalid("'data' is a list of rows, each a list of values.");
        json.BeginArray();
        var cells = new Range[_columns.Count];
        _rows.Raw("{\"instances\":["u8);
        var row = 0;
        for (var isFirst = true; json.NextElement(ref isFirst); row++)
        {
            if (json.Peek() is not JsonKind.Array) return Error.Invalid($"Row {row} of 'data' is no list.");
            var given = 0;
            json.BeginArray();
            for (var isFirstCell = true; json.NextElement(ref isFirstCell); given++)
            {
                if (given == cells.Length) return WrongWidth(row);
                if (!json.Skip(out cells[given])) break;
            }

            if (json.Problem is { } problem) return Syntax(problem);
            if (given != cells.Length) return WrongWidth(row);
            WriteRow(rows, cells, row);
        }

        if (json.Problem is { } fault) return Syntax(fault);
        if (row == 0) return Error.Invalid("'data' is empty: send at least one row.");
        _rows.Raw("]}"u8);
        return null;
    }

    private Error WrongWidth(int row) => Error.Invalid($"Row {row} of 'data' does not have {_columns.Count} values, one for each column.");

    private void WriteRow(ReadOnlySpan<byte> text, Range[] cells, int row)
    {
        if (row > 0) _rows.Raw(","u8);
        if (_inputs is null) WriteList(text, cells);
        else WriteNamed(text, cells, _inputs);
    }

    private void WriteList(ReadOnlySpan<byte> text, Range[] cells)
    {
        _rows.Raw("["u8);
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0) _rows.Raw(","u8);
            _rows.Raw(text[cells[i]]);
        }

        _rows.Raw("]"u8);
    }

    private void WriteNamed(ReadOnlySpan<byte> text, Range[] cells, int[] inputs)
    {
        _rows.Raw("{"u8);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (i > 0) _rows.Raw(","u8);
            _rows.Text(_shape.Inputs[i].Name).Raw(":"u8);
            var cell = text[cells[inputs[i]]];
            // A column is a list of one for each row, where the model takes a row of each input.
            var isWrapped = _shape.Inputs[i].Dimensions is { Count: 2 } && !cell.StartsWith("["u8);
            if (isWrapped) _rows.Raw("["u8);
            _rows.Raw(cell);
            if (isWrapped) _rows.Raw("]"u8);
        }

        _rows.Raw("}"u8);
    }
}
