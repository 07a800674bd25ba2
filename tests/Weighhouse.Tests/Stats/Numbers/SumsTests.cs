using System.Numerics;
using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Numbers;

public class SumsTests(ITestOutputHelper output)
{
    [Fact]
    public void What_cancels_out_leaves_the_rest_exactly()
    {
        double[] values = [.. Enumerable.Repeat<double[]>([1e100, 1, -1e100], 5).SelectMany(three => three)];

        Assert.Equal(5, Sums.Of(values));
        Assert.Equal(double.PositiveInfinity, Sums.Of([1, double.PositiveInfinity, 2]));
        Assert.True(double.IsNaN(Sums.Of([1, double.NaN])));
        Assert.Equal(0, Sums.Of([]));
    }

    [Fact]
    public void Sums_of_any_length_are_those_of_exact_arithmetic()
    {
        var sample = new Sample(output);
        for (var count = 1; count < 40; count++)
        {
            var left = sample.Normal(count, 0, 1e6);
            var right = sample.Normal(count);

            Assert.Equal(Exact(left, left, (a, _) => a), Sums.Of(left));
            Tolerance.Check(Sums.OfProducts(left, right), Exact(left, right, (a, b) => a * b), 1e-15);
            Tolerance.Check(Sums.OfSquaredDifferences(left, right), Exact(left, right, (a, b) => (a - b) * (a - b)), 1e-15);
            Tolerance.Check(Sums.OfAbsoluteDifferences(left, right), Exact(left, right, (a, b) => Math.Abs(a - b)), 1e-15);
        }
    }

    [Fact]
    public void A_variance_far_from_0_keeps_its_digits()
    {
        double[] values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16];

        Tolerance.Check(Sums.Variance(values), 30);
        Tolerance.Check(Sums.Variance(values, lost: 0), 22.5);
    }

    /// <summary>Adds whole multiples of 2⁻²⁰⁰: no term here has a smaller bit.</summary>
    private static double Exact(double[] left, double[] right, Func<double, double, double> term)
    {
        var sum = BigInteger.Zero;
        for (var at = 0; at < left.Length; at++) sum += Fixed(term(left[at], right[at]));
        // Halved until it fits: what is cut off is below a hundredth of the last bit.
        var shift = (int)Math.Max(0, sum.GetBitLength() - 62);
        return Math.ScaleB((double)(long)(sum >> shift), shift - 200);
    }

    private static BigInteger Fixed(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        if (exponent == 0) return BigInteger.Zero;
        var whole = new BigInteger((bits & 0xFFFFFFFFFFFFF) | 0x10000000000000) << (exponent - 1075 + 200);
        return bits < 0 ? -whole : whole;
    }
}
