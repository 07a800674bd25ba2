using Weighhouse.Evaluation.Judging;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>The rows of a file in memory, as far as they matter: truth, prediction, scores, and the columns that tell rows apart.</summary>
internal sealed class RowTable
{
    private readonly EvaluationOptions _options;
    private readonly List<MixedColumn> _others = [];
    private readonly long _rowsMax;

    public RowTable(EvaluationColumns columns, EvaluationOptions options)
    {
        (Columns, _options) = (columns, options);
        Target = [.. columns.Target.Select(Words)];
        Prediction = [.. columns.Prediction.Select(Words)];
        Scores = [.. columns.Scores.Select(static _ => new List<double>())];
        Slices = [.. columns.Slices.Select(Slicing)];
        Groups = [.. columns.Groups.Select(Slicing)];
        var held = Target.Length + Prediction.Length + Scores.Length + Slices.Length + Groups.Length + options.FoundSliceColumnsMax;
        _rowsMax = Math.Max(1, options.ValuesMax / held);
    }

    public EvaluationColumns Columns { get; }

    public long Count { get; private set; }

    public MixedColumn[] Target { get; }

    public MixedColumn[] Prediction { get; }

    public List<double>[] Scores { get; }

    public MixedColumn[] Slices { get; }

    public MixedColumn[] Groups { get; }

    /// <summary>Those that nobody named, of which some can slice.</summary>
    public IReadOnlyList<MixedColumn> Others => _others;

    /// <summary>Reads all rows.</summary>
    public static Result<RowTable> Read(RowReader reader, EvaluationColumns columns, EvaluationOptions options,
        CancellationToken cancellation)
    {
        if (Refuse(columns, options) is { } refusal) return refusal;
        var table = new RowTable(columns, options);
        var places = new ColumnPlaces(reader);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!reader.Read().TryGet(out var isRow, out var error)) return error;
            if (!isRow) break;
            if (table.Count == 0) table.ChooseOthers(reader.Columns);
            if (table.Add(reader, places) is { } wrong) return wrong;
        }

        if (table.Count == 0) return Error.Invalid("The file has no rows, so that there is nothing to judge.", "rows");
        return table.RefuseUnmet(reader, places) is { } unmet ? unmet : table;
    }

    /// <summary>Columns by which rows can be told apart; one that was declared and cannot be is refused.</summary>
    public Result<IReadOnlyList<SliceValues>> Telling(IReadOnlyList<MixedColumn> columns, bool areDeclared, int[]? kept)
    {
        var telling = new List<SliceValues>();
        foreach (var column in columns)
        {
            if (SliceColumns.Of(column, kept) is { } values) telling.Add(values);
            else if (areDeclared && column.RefuseAsWords("slices or groups") is { } refusal) return refusal;
        }

        return telling;
    }

    private static Error? Refuse(EvaluationColumns columns, EvaluationOptions options)
    {
        if (columns.Target.Count == 0) return Error.Invalid("Say which column holds the truth: --target COLUMN.", "target");
        if (columns.Target.Count > options.ClassesMax)
            return Error.Invalid($"There are {columns.Target.Count} targets; at most {options.ClassesMax} labels are judged.", "target");
        if (columns.Slices.Count + columns.Groups.Count > options.ColumnsMax)
        {
            return Error.Invalid(
                $"There are {columns.Slices.Count + columns.Groups.Count} columns of slices and groups; at most {options.ColumnsMax} "
                + "are told apart.",
                "slices");
        }

        return columns.Prediction.Count == 0 && columns.Scores.Count == 0
            ? Error.Invalid("Say what was predicted: --prediction COLUMN, or --score COLUMN for each class, or both.", "prediction")
            : null;
    }

    private MixedColumn Words(string name) => new(name, _options.ClassesMax);

    private MixedColumn Slicing(string name) => new(name, _options.SliceValuesMax);

    private void ChooseOthers(IReadOnlyList<string> columns)
    {
        var named = Columns.Target.Concat(Columns.Prediction).Concat(Columns.Scores).Concat(Columns.Slices).Concat(
            Columns.Groups).ToHashSet();
        foreach (var column in columns.Where(column => !named.Contains(column)).Take(_options.FoundSliceColumnsMax)) _others.Add(
            Slicing(column));
    }

    private Error? Add(RowReader reader, ColumnPlaces places)
    {
        if (++Count > _rowsMax)
        {
            return Error.Invalid(
                $"There are more than {_rowsMax} rows, the most that these columns may have here. Judge a sample, or name fewer columns.",
                    "rows");
        }

        foreach (var column in Target) AddTo(column, reader, places);
        foreach (var column in Prediction) AddTo(column, reader, places);
        foreach (var column in Slices) AddTo(column, reader, places);
        foreach (var column in Groups) AddTo(column, reader, places);
        foreach (var column in _others) AddTo(column, reader, places);
        for (var at = 0; at < Scores.Length; at++)
        {
            var place = places.Find(Columns.Scores[at]);
            if (place < 0 || reader.IsMissing(place)) Scores[at].Add(double.NaN);
            else if (reader.TryNumber(place, out var score)) Scores[at].Add(score);
            else
            {
                return Error.Invalid(
                    $"'{PlainText.Cut(reader.Text(place), 60)}' in {reader.Place}, column '{Columns.Scores[at]}', is no number; "
                    + "scores are.",
                    Columns.Scores[at]);
            }
        }

        return null;
    }

    private static void AddTo(MixedColumn column, RowReader reader, ColumnPlaces places)
    {
        if (places.Find(column.Name) is var place && place < 0) column.AddMissing();
        else column.Add(reader, place);
    }

    /// <summary>A column that no row has was named wrongly.</summary>
    private Error? RefuseUnmet(RowReader reader, ColumnPlaces places)
    {
        foreach (var name in Columns.Target.Concat(Columns.Prediction).Concat(Columns.Scores).Concat(Columns.Slices).Concat(Columns.Groups))
        {
            if (places.Find(name) >= 0) continue;
            return Error.Invalid(
                $"There is no column '{PlainText.Cut(name, 60)}'; there are {string.Join(", ", reader.Columns.Take(30))}.", "columns");
        }

        return null;
    }
}

/// <summary>Where columns stand; JSON lines may name one only later.</summary>
internal sealed class ColumnPlaces(RowReader reader)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private int _seen;

    public int Find(string name)
    {
        for (; _seen < reader.Columns.Count; _seen++) _places.TryAdd(reader.Columns[_seen], _seen);
        return _places.GetValueOrDefault(name, -1);
    }
}
