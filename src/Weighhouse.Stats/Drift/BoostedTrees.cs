using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>How many trees of which shape.</summary>
public sealed record BoostedTreesOptions
{
    /// <value>100.</value>
    public int Trees { get; init; } = 100;

    /// <value>3: combinations of up to three columns.</value>
    public int Depth { get; init; } = 3;

    /// <value>0.1 of what a tree would like to correct.</value>
    public double Rate { get; init; } = 0.1;

    /// <value>32 steps that a column is looked at in.</value>
    public int Bins { get; init; } = 32;

    /// <value>10: a leaf of fewer rows is not made.</value>
    public int LeafRowsMin { get; init; } = 10;

    /// <summary>Whether targets are 0 and 1, and predictions probabilities.</summary>
    /// <value>False: least squares.</value>
    public bool IsLogistic { get; init; }
}

/// <summary>
/// Gradient boosting of small trees over binned columns: the model inside the domain classifier and the estimate of losses. NaN goes with
/// the smallest values. No chance is involved.
/// </summary>
public sealed class BoostedTrees
{
    private readonly double _start;
    private readonly double _rate;
    private readonly bool _isLogistic;
    private readonly List<Node[]> _trees = [];

    private BoostedTrees(double start, BoostedTreesOptions options) =>
        (_start, _rate, _isLogistic) = (start, options.Rate, options.IsLogistic);

    /// <param name="Feature">The column a node asks about; below 0 for a leaf.</param>
    /// <param name="Limit">Up to it, left.</param>
    private readonly record struct Node(int Feature, double Limit, int Left, int Right, double Value);

    /// <param name="rows">Row after row, one number for each feature.</param>
    public static BoostedTrees Fit(ReadOnlySpan<double> rows, int features, ReadOnlySpan<double> targets,
        BoostedTreesOptions? options = null)
    {
        options ??= new BoostedTreesOptions();
        Invariant.That(features > 0 && targets.Length > 0 && rows.Length == targets.Length * features);
        Invariant.That(options is { Trees: > 0, Depth: > 0 and <= 16, Bins: > 1 and <= 256 });
        var mean = Sums.Mean(targets);
        // Half a row of either class keeps the first logit finite.
        var edge = 0.5 / (targets.Length + 1);
        var start = options.IsLogistic ? Math.Log(Math.Clamp(mean, edge, 1 - edge) / (1 - Math.Clamp(mean, edge, 1 - edge))) : mean;
        var model = new BoostedTrees(start, options);
        var columns = BinnedColumns.Of(rows, features, options.Bins);
        var scores = new double[targets.Length];
        Array.Fill(scores, start);
        var (gradients, curvatures) = (new double[targets.Length], new double[targets.Length]);
        for (var tree = 0; tree < options.Trees; tree++)
        {
            for (var row = 0; row < scores.Length; row++)
            {
                var predicted = options.IsLogistic ? LogisticFit.Logistic(scores[row]) : scores[row];
                gradients[row] = targets[row] - predicted;
                curvatures[row] = options.IsLogistic ? Math.Max(predicted * (1 - predicted), 1e-6) : 1;
            }

            model._trees.Add(new Grower(columns, gradients, curvatures, options, scores).Grow());
        }

        return model;
    }

    public double Predict(ReadOnlySpan<double> row)
    {
        var sum = _start;
        foreach (var tree in _trees)
        {
            var at = 0;
            while (tree[at].Feature >= 0) at = row[tree[at].Feature] > tree[at].Limit ? tree[at].Right : tree[at].Left;
            sum += _rate * tree[at].Value;
        }

        return _isLogistic ? LogisticFit.Logistic(sum) : sum;
    }

    /// <summary>Each value as the number of its bin; bins are parted at quantiles.</summary>
    private sealed record BinnedColumns(double[][] Limits, byte[][] Bins)
    {
        public static BinnedColumns Of(ReadOnlySpan<double> rows, int features, int bins)
        {
            var (limits, binned) = (new double[features][], new byte[features][]);
            var count = rows.Length / features;
            for (var feature = 0; feature < features; feature++)
            {
                var column = new double[count];
                for (var row = 0; row < count; row++) column[row] = rows[row * features + feature];
                var sorted = column.Where(value => !double.IsNaN(value)).Order().ToArray();
                limits[feature] = sorted.Length == 0 ? []
                    : [.. Enumerable.Range(1, bins - 1).Select(at => sorted[(int)((long)at * sorted.Length / bins)])
                        .Where(limit => limit < sorted[^1]).Distinct()];
                binned[feature] = [.. column.Select(value => double.IsNaN(value) ? (byte)0
                    : (byte)Order.CountBelow(limits[feature], value))];
            }

            return new BinnedColumns(limits, binned);
        }
    }

    /// <summary>Grows one tree and adds what it says to the scores of the rows it grew on.</summary>
    private sealed class Grower(BinnedColumns columns, double[] gradients, double[] curvatures, BoostedTreesOptions options,
        double[] scores)
    {
        private readonly List<Node> _nodes = [];

        public Node[] Grow()
        {
            Grow([.. Enumerable.Range(0, gradients.Length)], options.Depth);
            return [.. _nodes];
        }

        private int Grow(int[] rows, int depth)
        {
            var place = _nodes.Count;
            _nodes.Add(default);
            var split = depth == 0 ? null : BestSplit(rows);
            if (split is not { } best)
            {
                var value = rows.Sum(row => gradients[row]) / (rows.Sum(row => curvatures[row]) + 1);
                foreach (var row in rows) scores[row] += options.Rate * value;
                _nodes[place] = new Node(-1, 0, 0, 0, value);
                return place;
            }

            var bins = columns.Bins[best.Feature];
            var left = Grow([.. rows.Where(row => bins[row] <= best.Bin)], depth - 1);
            var right = Grow([.. rows.Where(row => bins[row] > best.Bin)], depth - 1);
            _nodes[place] = new Node(best.Feature, columns.Limits[best.Feature][best.Bin], left, right, 0);
            return place;
        }

        private (int Feature, int Bin)? BestSplit(int[] rows)
        {
            (int Feature, int Bin)? best = null;
            var most = 1e-12;
            Span<(double Gradient, double Curvature, int Rows)> sums = stackalloc (double, double, int)[256];
            for (var feature = 0; feature < columns.Bins.Length; feature++)
            {
                var (bins, limits) = (columns.Bins[feature], columns.Limits[feature]);
                sums.Clear();
                var all = (Gradient: 0.0, Curvature: 0.0);
                foreach (var row in rows)
                {
                    ref var sum = ref sums[bins[row]];
                    sum = (sum.Gradient + gradients[row], sum.Curvature + curvatures[row], sum.Rows + 1);
                    all = (all.Gradient + gradients[row], all.Curvature + curvatures[row]);
                }

                var (left, taken) = ((Gradient: 0.0, Curvature: 0.0), 0);
                for (var bin = 0; bin < limits.Length; bin++)
                {
                    left = (left.Gradient + sums[bin].Gradient, left.Curvature + sums[bin].Curvature);
                    taken += sums[bin].Rows;
                    if (taken < options.LeafRowsMin || rows.Length - taken < options.LeafRowsMin) continue;
                    var gain = Weight(left) + Weight((all.Gradient - left.Gradient, all.Curvature - left.Curvature)) - Weight(all);
                    if (gain > most) (most, best) = (gain, (feature, bin));
                }
            }

            return best;
        }

        private static double Weight((double Gradient, double Curvature) sum) => sum.Gradient * sum.Gradient / (sum.Curvature + 1);
    }
}
