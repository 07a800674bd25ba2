using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Forecasting;

public class ForecastTests(ITestOutputHelper output)
{
    [Fact]
    public void Errors_are_measured_against_repeating_the_last_season()
    {
        double[] history = [1, 2, 4, 3, 5, 9];

        Tolerance.Check(ForecastFigures.ScaledError([10, 12], [9, 15], history).Value, 2 / ((1 + 2 + 1 + 2 + 4) / 5.0));
        Tolerance.Check(ForecastFigures.ScaledError([10, 12], [9, 15], history, 2).Value, 2 / ((3 + 1 + 1 + 6) / 4.0));
        Tolerance.Check(ForecastFigures.ScaledRootMeanSquare([10, 12], [9, 15], history).Value,
            Math.Sqrt(5 / ((1 + 4 + 1 + 4 + 16) / 5.0)));
        Assert.Equal("the history repeats itself exactly", ForecastFigures.ScaledError([1], [2], [3, 3, 3]).Reason);
        Assert.Contains("too short", ForecastFigures.ScaledError([1], [2], [3, 3], 2).Reason);
    }

    [Fact]
    public void Intervals_are_paid_for_by_width_and_by_what_they_miss()
    {
        Tolerance.Check(ForecastFigures.Coverage([1, 5, 9], [0, 6, 9], [2, 8, 10]).Value, 2 / 3.0);
        Tolerance.Check(ForecastFigures.Winkler([1, 5, 9], [0, 6, 9], [2, 8, 10], 0.9).Value, (2 + (2 + 20 * 1) + 1) / 3.0);
        Tolerance.Check(ForecastFigures.WeightedQuantileLoss([10, 20], [8, 22, 12, 18], [0.5, 0.9]).Value,
            ((2 * (1 + 1)) + (2 * (0.1 * 2 + 0.9 * 2))) / 2 / 30);
    }

    [Fact]
    public async Task The_ranked_probability_score_is_the_integral_it_stands_for()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var truth = sample.Normal(6);
        var means = sample.Normal(6);
        double[] deviations = [.. sample.Exponential(6).Select(value => value + 0.1)];
        var oracle = new PythonOracle("from scipy import stats, integrate");
        oracle.Let("y", truth).Let("m", means).Let("d", deviations);
        oracle.Run("below = lambda y, m, d: integrate.quad(lambda x: stats.norm.cdf(x, m, d) ** 2, -np.inf, y, epsabs=1e-13)[0]");
        oracle.Run("above = lambda y, m, d: integrate.quad(lambda x: stats.norm.sf(x, m, d) ** 2, y, np.inf, epsabs=1e-13)[0]");
        oracle.Run("f = lambda y, m, d: below(y, m, d) + above(y, m, d)");
        oracle.Expect("np.mean([f(*row) for row in zip(y, m, d)])", ForecastFigures.RankedProbabilityScore(truth, means, deviations), 1e-8);
        await oracle.CheckAsync();
    }

    [Fact]
    public void Draws_of_a_forecast_are_scored_pair_by_pair()
    {
        double[] draws = [3, 1, 2, 10, 10, 13];

        var plain = ((2 + 0 + 1) / 3.0 - (2 + 1 + 1) * 2 / 18.0 + ((2 + 2 + 1) / 3.0 - (0 + 3 + 3) * 2 / 18.0)) / 2;
        Tolerance.Check(ForecastFigures.RankedProbabilityScore([1, 12], draws, 3).Value, plain);
        var fair = ((2 + 0 + 1) / 3.0 - (2 + 1 + 1) * 2 / 12.0 + ((2 + 2 + 1) / 3.0 - (0 + 3 + 3) * 2 / 12.0)) / 2;
        Tolerance.Check(ForecastFigures.RankedProbabilityScore([1, 12], draws, 3, isFair: true).Value, fair);
    }
}
