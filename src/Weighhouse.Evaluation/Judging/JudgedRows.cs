namespace Weighhouse.Evaluation.Judging;

/// <summary>Rows whose truth is known, with what was predicted: all that figures follow from.</summary>
internal abstract record JudgedRows(int Count, long LeftOut, int[]? RowNumbers)
{
    /// <summary>Columns that figures are told apart by.</summary>
    public IReadOnlyList<SliceValues> Slices { get; init; } = [];

    public IReadOnlyList<SliceValues> Groups { get; init; } = [];

    /// <summary>Columns that nobody declared, to be looked through.</summary>
    public IReadOnlyList<SliceValues> Others { get; init; } = [];

    /// <summary>Some of the rows, without their columns.</summary>
    public abstract JudgedRows Take(int[] rows);

    /// <summary>The row of the file, from 1.</summary>
    public long NumberOf(int row) => RowNumbers is null ? row + 1L : RowNumbers[row];
}

/// <summary>One class of several each row.</summary>
/// <param name="Scores">A row of scores for each, one for each class; for two classes one, of the positive class. Null for none.</param>
/// <param name="Positive">The place of the positive class of two; else below 0.</param>
internal sealed record ClassRows(
    IReadOnlyList<string> Classes, int[] Truth, int[] Predicted, double[]? Scores, int Positive, long LeftOut, int[]? RowNumbers)
    : JudgedRows(Truth.Length, LeftOut, RowNumbers)
{
    public bool IsBinary => Positive >= 0;

    /// <summary>Scores a row.</summary>
    public int ScoreWidth => IsBinary ? 1 : Classes.Count;

    public bool[] IsPositive => [.. Truth.Select(kind => kind == Positive)];

    public bool[] IsPredictedPositive => [.. Predicted.Select(kind => kind == Positive)];

    public override JudgedRows Take(int[] rows) => new ClassRows(
        Classes, Picked.Of(Truth, rows, 1), Picked.Of(Predicted, rows, 1), Scores is null ? null : Picked.Of(Scores, rows, ScoreWidth),
            Positive, 0,
        null);
}

/// <summary>Yes and no of each label, row after row.</summary>
internal sealed record LabelRows(
    IReadOnlyList<string> Labels, bool[] Truth, bool[] Predicted, double[]? Scores, long LeftOut, int[]? RowNumbers)
    : JudgedRows(Truth.Length / Labels.Count, LeftOut, RowNumbers)
{
    public override JudgedRows Take(int[] rows) => new LabelRows(
        Labels, Picked.Of(Truth, rows, Labels.Count), Picked.Of(Predicted, rows, Labels.Count),
        Scores is null ? null : Picked.Of(Scores, rows, Labels.Count), 0, null);
}

internal sealed record NumberRows(double[] Truth, double[] Predicted, long LeftOut, int[]? RowNumbers)
    : JudgedRows(Truth.Length, LeftOut, RowNumbers)
{
    public override JudgedRows Take(int[] rows) => new NumberRows(Picked.Of(Truth, rows, 1), Picked.Of(Predicted, rows, 1), 0, null);
}

file static class Picked
{
    public static T[] Of<T>(T[] values, int[] rows, int width)
    {
        var picked = new T[rows.Length * width];
        for (var at = 0; at < rows.Length; at++) values.AsSpan(rows[at] * width, width).CopyTo(picked.AsSpan(at * width));
        return picked;
    }
}

/// <summary>A column of words, each row's by its place; below 0 where there is none.</summary>
internal sealed record SliceValues(string Column, int[] Places, IReadOnlyList<string> Names);
