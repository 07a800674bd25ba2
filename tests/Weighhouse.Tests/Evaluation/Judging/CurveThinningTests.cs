using Weighhouse.Evaluation.Judging;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Evaluation.Judging;

public class CurveThinningTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_left_out_lies_as_near_as_it_says()
    {
        var sample = new Sample(output);
        double[] x = [.. sample.Uniform(5000).Order()];
        double[] y = [.. x.Select(value => Math.Sqrt(value) + 0.01 * sample.Random.NextNormal())];

        var (kept, deviation) = CurveThinning.Thin(x, y, 100);

        Assert.Equal(100, kept.Length);
        Assert.Equal((0, 4999), (kept[0], kept[^1]));
        var farthest = Enumerable.Range(0, kept.Length - 1).Max(at => Enumerable.Range(kept[at], kept[at + 1] - kept[at] + 1)
            .Max(point => Distance(x, y, kept[at], kept[at + 1], point)));
        Assert.Equal(deviation, farthest, 1e-12);
        Assert.InRange(deviation, 1e-9, 0.05);
    }

    [Fact]
    public void A_curve_that_is_short_or_straight_loses_nothing()
    {
        var whole = CurveThinning.Thin([0, 0.5, 1], [0, 0.9, 1], 3);
        Assert.Equal([0, 1, 2], whole.Kept);
        Assert.Equal(0, whole.Deviation);
        double[] line = [.. Enumerable.Range(0, 1025).Select(static at => at / 1024.0)];
        var (kept, deviation) = CurveThinning.Thin(line, line, 10);
        Assert.Equal([0, 1024], kept);
        Assert.Equal(0, deviation);
    }

    /// <summary>From a point to a line, by the area of their triangle.</summary>
    private static double Distance(double[] x, double[] y, int from, int to, int at)
    {
        var area = Math.Abs((x[to] - x[from]) * (y[from] - y[at]) - (x[from] - x[at]) * (y[to] - y[from]));
        return area / Math.Sqrt(Math.Pow(x[to] - x[from], 2) + Math.Pow(y[to] - y[from], 2));
    }
}
