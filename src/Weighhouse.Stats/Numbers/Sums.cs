using System.Runtime.Intrinsics;

namespace Weighhouse.Stats;

/// <summary>
/// Compensated sums. They run in eight lanes whatever the machine, wider registers or narrower ones, so that every machine comes to the
/// same last bit.
/// </summary>
public static class Sums
{
    public static double Of(ReadOnlySpan<double> values) => Fold<Itself>(values, values);

    public static double OfSquares(ReadOnlySpan<double> values) => Fold<Product>(values, values);

    public static double OfProducts(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => Fold<Product>(left, right);

    public static double OfAbsoluteDifferences(ReadOnlySpan<double> left, ReadOnlySpan<double> right) =>
        Fold<AbsoluteDifference>(left, right);

    public static double OfSquaredDifferences(ReadOnlySpan<double> left, ReadOnlySpan<double> right) =>
        Fold<SquaredDifference>(left, right);

    public static double OfDifferences(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => Fold<Difference>(left, right);

    /// <summary>The mean; NaN of nothing.</summary>
    public static double Mean(ReadOnlySpan<double> values) => Of(values) / values.Length;

    /// <summary>The sum of squared deviations from the given centre, with the first-order error of the centre taken out.</summary>
    public static double OfSquaredDeviations(ReadOnlySpan<double> values, double centre)
    {
        var squares = new NeumaierSum();
        var deviations = new NeumaierSum();
        foreach (var value in values)
        {
            var deviation = value - centre;
            squares.Add(deviation * deviation);
            deviations.Add(deviation);
        }

        return squares.Value - deviations.Value * deviations.Value / values.Length;
    }

    /// <param name="lost">Degrees of freedom that estimates have used up: 1 for a sample, 0 for a population.</param>
    public static double Variance(ReadOnlySpan<double> values, int lost = 1) =>
        OfSquaredDeviations(values, Mean(values)) / (values.Length - lost);

    private interface ITerm
    {
        static abstract Vector512<double> Of(Vector512<double> left, Vector512<double> right);
    }

    private readonly struct Itself : ITerm
    {
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left;
    }

    private readonly struct Product : ITerm
    {
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left * right;
    }

    private readonly struct Difference : ITerm
    {
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => left - right;
    }

    private readonly struct AbsoluteDifference : ITerm
    {
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => Vector512.Abs(left - right);
    }

    private readonly struct SquaredDifference : ITerm
    {
        public static Vector512<double> Of(Vector512<double> left, Vector512<double> right) => (left - right) * (left - right);
    }

    private static double Fold<TTerm>(ReadOnlySpan<double> left, ReadOnlySpan<double> right) where TTerm : struct, ITerm
    {
        Kernel.Invariant.That(left.Length == right.Length);
        var sum = Vector512<double>.Zero;
        var error = Vector512<double>.Zero;
        var whole = left.Length - left.Length % Vector512<double>.Count;
        for (var at = 0; at < whole; at += Vector512<double>.Count)
            Add(TTerm.Of(Vector512.Create(left[at..]), Vector512.Create(right[at..])), ref sum, ref error);
        if (whole < left.Length)
        {
            Span<double> rest = stackalloc double[2 * Vector512<double>.Count];
            rest.Clear();
            left[whole..].CopyTo(rest);
            right[whole..].CopyTo(rest[Vector512<double>.Count..]);
            Add(TTerm.Of(Vector512.Create(rest), Vector512.Create(rest[Vector512<double>.Count..])), ref sum, ref error);
        }

        var total = new NeumaierSum();
        for (var lane = 0; lane < Vector512<double>.Count; lane++) total.Add(sum[lane]);
        if (!double.IsFinite(total.Value)) return total.Value;
        for (var lane = 0; lane < Vector512<double>.Count; lane++) total.Add(error[lane]);
        return total.Value;
    }

    private static void Add(Vector512<double> term, ref Vector512<double> sum, ref Vector512<double> error)
    {
        var next = sum + term;
        var part = next - sum;
        error += (sum - (next - part)) + (term - part);
        sum = next;
    }
}
