using System.Globalization;
using Weighhouse.Evaluation.Judging;
using Weighhouse.Kernel;

namespace Weighhouse.Evaluation.Reading;

/// <summary>From columns as they were read to rows that can be judged: which task it is, which classes there are, which rows
/// count.</summary>
internal sealed class RowInterpreter(RowTable table, EvaluationSettings settings, EvaluationOptions options)
{
    /// <summary>More different numbers than this are amounts, unless somebody says otherwise.</summary>
    private const int NumberClassesMax = 20;

    private readonly MixedColumn _target = table.Target[0];

    public Result<JudgedRows> Interpret()
    {
        var kept = KnownRows();
        var rows = (settings.Task ?? Guess()) switch
        {
            EvaluationTask.Regression => Numbers(kept),
            EvaluationTask.Multilabel => Labels(kept),
            var task => Classes(kept, task),
        };
        if (!rows.TryGet(out var judged, out var error)) return error;
        if (!table.Telling(table.Slices, true, kept).TryGet(out var slices, out error)) return error;
        if (!table.Telling(table.Groups, true, kept).TryGet(out var groups, out error)) return error;
        return judged with { Slices = slices, Groups = groups, Others = table.Telling(table.Others, false, kept).Value };
    }

    private EvaluationTask Guess()
    {
        if (table.Target.Length > 1) return EvaluationTask.Multilabel;
        if (_target.IsNumeric && (_target.HasTooMany || _target.Words.Count > NumberClassesMax || HasFractions(_target.Numbers)))
            return EvaluationTask.Regression;
        return ClassNames().Count <= 2 && table.Scores.Length <= 1 ? EvaluationTask.Binary : EvaluationTask.Multiclass;
    }

    private static bool HasFractions(ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
            if (number != Math.Floor(number) && !double.IsNaN(number)) return true;
        return false;
    }

    /// <summary>The rows whose truth is known, from 1; null when it is of all.</summary>
    private int[]? KnownRows()
    {
        var kept = new List<int>();
        for (var row = 0; row < table.Count; row++)
            if (table.Target.All(column => column.HasAt(row))) kept.Add(row + 1);
        return kept.Count == table.Count ? null : [.. kept];
    }

    private Result<JudgedRows> Numbers(int[]? kept)
    {
        if (table.Target.Length > 1) return Error.Invalid("A regression has one target.", "target");
        if (table.Prediction.Length != 1) return Error.Invalid("A regression has one prediction: --prediction COLUMN.", "prediction");
        foreach (var column in (MixedColumn[])[_target, table.Prediction[0]])
        {
            if (column.IsNumeric) continue;
            var word = column.Words.FirstOrDefault(static word =>
                !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
            return Error.Invalid($"The column '{column.Name}' has values that are no numbers, such as '{PlainText.Cut(word ?? "", 60)}'.",
                column.Name);
        }

        var count = Count(kept);
        var (truth, predicted) = (new double[count], new double[count]);
        for (var at = 0; at < count; at++)
        {
            var row = Row(kept, at);
            (truth[at], predicted[at]) = (_target.Numbers[row], table.Prediction[0].Numbers[row]);
            if (double.IsNaN(predicted[at])) return MissingAt(table.Prediction[0].Name, row);
        }

        return new NumberRows(truth, predicted, table.Count - count, kept);
    }

    private Result<JudgedRows> Labels(int[]? kept)
    {
        var (count, labels) = (Count(kept), table.Target.Length);
        if ((RefuseOther(labels, table.Prediction.Length) ?? RefuseOther(labels, table.Scores.Length)) is { } refusal) return refusal;

        var truth = new bool[count * labels];
        var predicted = new bool[count * labels];
        var scores = table.Scores.Length == 0 ? null : new double[count * labels];
        for (var at = 0; at < count; at++)
        {
            var row = Row(kept, at);
            for (var label = 0; label < labels; label++)
            {
                var place = at * labels + label;
                if (!YesOrNo(table.Target[label], row).TryGet(out truth[place], out var error)) return error;
                if (scores is not null && double.IsNaN(scores[place] = table.Scores[label][row])) return MissingAt(
                    table.Columns.Scores[label], row);
                if (table.Prediction.Length == 0) predicted[place] = scores![place] >= settings.Threshold;
                else if (!YesOrNo(table.Prediction[label], row).TryGet(out predicted[place], out error)) return error;
            }
        }

        return new LabelRows(table.Columns.Target, truth, predicted, scores, table.Count - count, kept);
    }

    private static Error? RefuseOther(int labels, int others) => others == 0 || others == labels
        ? null
        : Error.Invalid($"There are {labels} labels and {others} predictions or scores; name one for each label.", "target");

    private Result<bool> YesOrNo(MixedColumn column, int row)
    {
        if (column.HasTooMany) return column.RefuseAsWords("yes and no")!;
        var code = column.Codes[row];
        return (code < 0 ? "" : column.Words[code]) switch
        {
            "1" or "true" => true,
            "0" or "false" => false,
            var word => Error.Invalid(
                $"'{PlainText.Cut(word, 60)}' in row {row + 1}, column '{column.Name}', is neither 1 nor 0, which labels are.",
                    column.Name),
        };
    }

    private Result<JudgedRows> Classes(int[]? kept, EvaluationTask task)
    {
        if (table.Target.Length > 1) return Error.Invalid("Classes have one target. For several labels say --task multilabel.", "target");
        if (table.Prediction.Length > 1) return Error.Invalid("Classes have one prediction; scores may be several.", "prediction");
        foreach (var column in table.Target.Concat(table.Prediction))
            if (column.RefuseAsWords("classes") is { } refusal) return refusal;
        var names = ClassNames();
        if (task == EvaluationTask.Binary && names.Count < 2 && OtherOf(names) is { } other)
            names = [.. names.Append(other).Order(WordOrder.Instance)];
        if (names.Count > options.ClassesMax)
            return Error.Invalid($"There are {names.Count} classes; at most {options.ClassesMax} are judged.", "classes");
        if (task == EvaluationTask.Binary && names.Count != 2)
            return Error.Invalid($"There are {names.Count} classes ({string.Join(", ", names.Take(5))}), and a binary task has 2.", "task");
        var positive = task == EvaluationTask.Binary ? PositiveOf(names) : -1;
        if (task == EvaluationTask.Binary && positive < 0)
            return Error.Invalid($"'{PlainText.Cut(settings.Positive!, 60)}' is none of the classes {string.Join(" and ", names)}.",
                "positive");
        var width = task == EvaluationTask.Binary ? 1 : names.Count;
        // Both scores of two classes may be there: they say the same twice.
        var first = task == EvaluationTask.Binary && table.Scores.Length == 2 ? positive : 0;
        if (table.Scores.Length != 0 && table.Scores.Length - first < width)
        {
            return Error.Invalid(
                $"There are {names.Count} classes ({string.Join(", ", names.Take(5))}) and {table.Scores.Length} scores; name one for each "
                + "class, in the order of --class.",
                "scores");
        }

        return Classes(kept, names, positive, width, first);
    }

    private Result<JudgedRows> Classes(int[]? kept, IReadOnlyList<string> names, int positive, int width, int first)
    {
        var count = Count(kept);
        var (truth, predicted) = (new int[count], new int[count]);
        var scores = table.Scores.Length == 0 ? null : new double[count * width];
        var places = names.Select(static (name, place) => (name, place)).ToDictionary(static pair => pair.name, static pair => pair.place);
        for (var at = 0; at < count; at++)
        {
            var row = Row(kept, at);
            for (var column = 0; scores is not null && column < width; column++)
            {
                if (double.IsNaN(scores[at * width + column] = table.Scores[first + column][row]))
                    return MissingAt(table.Columns.Scores[first + column], row);
            }

            if (!PlaceOf(_target, row, places).TryGet(out truth[at], out var error)) return error;
            if (table.Prediction.Length == 0) predicted[at] = BestOf(scores.AsSpan(at * width, width), positive);
            else if (!PlaceOf(table.Prediction[0], row, places).TryGet(out predicted[at], out error)) return error;
        }

        return new ClassRows(names, truth, predicted, scores, positive, table.Count - count, kept);
    }

    private int BestOf(ReadOnlySpan<double> scores, int positive)
    {
        if (positive >= 0) return scores[0] >= settings.Threshold ? positive : 1 - positive;
        var best = 0;
        for (var kind = 1; kind < scores.Length; kind++)
            if (scores[kind] > scores[best]) best = kind;
        return best;
    }

    private Result<int> PlaceOf(MixedColumn column, int row, Dictionary<string, int> places)
    {
        if (column.Codes[row] < 0) return MissingAt(column.Name, row);
        var word = column.Words[column.Codes[row]];
        return places.TryGetValue(word, out var place)
            ? place
            : Error.Invalid($"'{PlainText.Cut(word, 60)}' in row {row + 1}, column '{column.Name}', is none of the classes.", column.Name);
    }

    private IReadOnlyList<string> ClassNames() => settings.Classes.Count > 0
        ? [.. settings.Classes.Select(MixedColumn.WordOf)]
        : [.. _target.Words.Concat(table.Prediction.SelectMany(static column => column.Words)).Distinct().Order(WordOrder.Instance)];

    private int PositiveOf(IReadOnlyList<string> names) =>
        settings.Positive is { } named ? names.ToList().IndexOf(MixedColumn.WordOf(named)) : 1;

    /// <summary>What the other of two classes is called, where only one occurs.</summary>
    private static string? OtherOf(IReadOnlyList<string> names) => names.Count == 0 ? null : names[0] switch
    {
        "0" => "1",
        "1" => "0",
        "false" => "true",
        "true" => "false",
        "no" => "yes",
        "yes" => "no",
        _ => null,
    };

    private static Error MissingAt(string column, int row) => Error.Invalid(
        $"Row {row + 1} has a truth and nothing in the column '{column}'. Leave such rows out, or predict them.", column);

    private int Count(int[]? kept) => kept?.Length ?? (int)table.Count;

    private static int Row(int[]? kept, int at) => kept is null ? at : kept[at] - 1;
}
