using Weighhouse.Kernel;

namespace Weighhouse.Stats;

/// <summary>The rising curve of least squares through points, found by pooling neighbours that fall (PAVA).</summary>
/// <param name="Inputs">Where the curve bends, rising.</param>
/// <param name="Outputs">Its height there, never falling.</param>
public sealed record IsotonicFit(double[] Inputs, double[] Outputs)
{
    public static Result<IsotonicFit> Of(ReadOnlySpan<double> inputs, ReadOnlySpan<double> outputs)
    {
        Invariant.That(inputs.Length == outputs.Length);
        if (inputs.IsEmpty) return Error.Precondition("There is no isotonic fit, as there are no rows.");
        if (Order.FirstNaN(inputs) is var at and >= 0) return Error.Precondition(
            $"There is no isotonic fit, as the input of row {at} is NaN.");
        var (distinct, sums, weights) = Gathered(inputs, outputs);
        var heights = Pooled(sums, weights);
        // Of a level stretch only the ends are kept: between them the curve is a line anyway.
        var kept = Enumerable.Range(0, distinct.Length).Where(point =>
            point == 0 || point == distinct.Length - 1 || heights[point - 1] != heights[point] || heights[point + 1] != heights[point])
                .ToArray();
        return new IsotonicFit([.. kept.Select(point => distinct[point])], [.. kept.Select(point => heights[point])]);
    }

    /// <summary>The curve's height: a straight line between bends, level beyond the ends.</summary>
    public double At(double input)
    {
        var above = Order.CountBelow(Inputs, input);
        if (above == 0) return Outputs[0];
        if (above == Inputs.Length) return Outputs[^1];
        var (low, high) = (Inputs[above - 1], Inputs[above]);
        return Outputs[above - 1] + (Outputs[above] - Outputs[above - 1]) * ((input - low) / (high - low));
    }

    /// <summary>Rows of equal input become one point of their sum and number.</summary>
    private static (double[] Distinct, double[] Sums, double[] Weights) Gathered(ReadOnlySpan<double> inputs, ReadOnlySpan<double> outputs)
    {
        var order = Order.Ascending(inputs);
        var (distinct, sums, weights) = (new List<double>(), new List<double>(), new List<double>());
        for (var at = 0; at < order.Length;)
        {
            var input = inputs[order[at]];
            var (sum, first) = (new NeumaierSum(), at);
            for (; at < order.Length && inputs[order[at]] == input; at++) sum.Add(outputs[order[at]]);
            distinct.Add(input);
            sums.Add(sum.Value);
            weights.Add(at - first);
        }

        return ([.. distinct], [.. sums], [.. weights]);
    }

    private static double[] Pooled(double[] sums, double[] weights)
    {
        var blocks = new List<(double Sum, double Weight, int Points)>();
        for (var at = 0; at < sums.Length; at++)
        {
            var block = (Sum: sums[at], Weight: weights[at], Points: 1);
            while (blocks is [.., var last] && last.Sum * block.Weight >= block.Sum * last.Weight)
            {
                block = (last.Sum + block.Sum, last.Weight + block.Weight, last.Points + block.Points);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        return [.. blocks.SelectMany(block => Enumerable.Repeat(block.Sum / block.Weight, block.Points))];
    }
}
