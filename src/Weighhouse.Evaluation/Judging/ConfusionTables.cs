using Weighhouse.Stats;

namespace Weighhouse.Evaluation.Judging;

/// <summary>What was taken for what, with the surest mistakes.</summary>
internal static class ConfusionTables
{
    public static ConfusionTable Of(ClassRows rows, EvaluationOptions options)
    {
        var count = rows.Classes.Count;
        var table = MulticlassConfusion.Of(rows.Truth, rows.Predicted, count);
        var kinds = Enumerable.Range(0, count).ToArray();
        var mistakes = kinds.SelectMany(truth => kinds.Select(predicted => (truth, predicted)))
            .Where(cell => cell.truth != cell.predicted && table[cell.truth, cell.predicted] > 0)
            .OrderByDescending(cell => table[cell.truth, cell.predicted]).ThenBy(cell => cell).Take(options.ExampleCellsMax).ToArray();
        var examples = mistakes.ToDictionary(
            cell => cell, _ => new PriorityQueue<ExampleRow, (double, long)>(options.ExamplesMax + 1));
        var areProbabilities = rows.Scores is { } all && BinaryJudge.AreProbabilities(all);
        for (var row = 0; row < rows.Count; row++)
        {
            if (!examples.TryGetValue((rows.Truth[row], rows.Predicted[row]), out var queue)) continue;
            var score = ScoreOf(rows, row, areProbabilities);
            // The least sure goes first, and of equally sure ones the later row.
            queue.Enqueue(new ExampleRow(rows.NumberOf(row), score), (score ?? 0, -row));
            if (queue.Count > options.ExamplesMax) queue.Dequeue();
        }

        return new ConfusionTable(
            [.. kinds.Select(truth => (IReadOnlyList<long>)[.. kinds.Select(predicted => table[truth, predicted])])],
            [.. mistakes.Select(cell => new ConfusionExamples(cell.truth, cell.predicted, SurestFirst(examples[cell])))]);
    }

    private static ExampleRow[] SurestFirst(PriorityQueue<ExampleRow, (double, long)> queue)
    {
        var rows = new ExampleRow[queue.Count];
        for (var at = rows.Length - 1; at >= 0; at--) rows[at] = queue.Dequeue();
        return rows;
    }

    /// <summary>Of what was predicted.</summary>
    private static double? ScoreOf(ClassRows rows, int row, bool areProbabilities)
    {
        if (rows.Scores is not { } scores) return null;
        if (!rows.IsBinary) return scores[row * rows.Classes.Count + rows.Predicted[row]];
        if (rows.Predicted[row] == rows.Positive) return scores[row];
        return areProbabilities ? 1 - scores[row] : -scores[row];
    }
}
