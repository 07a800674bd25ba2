using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Regression;

public class RegressionTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Errors_and_losses_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var count in new[] { 2, 7, 100, 5001 })
        {
            var truth = sample.Normal(count, 3, 2);
            double[] predicted = [.. truth.Select(value => value + sample.Random.NextNormal())];
            AskSigned(oracle.Let("y", truth).Let("p", predicted), truth, predicted);
            double[] above = [.. sample.Exponential(count)];
            double[] aboveToo = [.. above.Select(value => value * Math.Exp(0.3 * sample.Random.NextNormal()))];
            AskPositive(oracle.Let("y", above).Let("p", aboveToo), above, aboveToo);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public async Task The_recorded_edge_cases_hold()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var (truth, predicted) in new (double[], double[])[]
            { ([2, 2, 2], [2, 2, 2]), ([2, 2, 2], [2, 2, 3]), ([1], [1]), ([0, 1], [1, 1]), ([-1, 1], [1, 1]), ([5, 5], [6, 6]) })
        {
            oracle.Let("y", truth).Let("p", predicted);
            oracle.Expect("r2_score(y, p)", RegressionFigures.R2(truth, predicted));
            oracle.Expect("mean_absolute_percentage_error(y, p)", RegressionFigures.MeanAbsolutePercentageError(truth, predicted));
            oracle.Expect("mean_squared_log_error(y, p)", RegressionFigures.MeanSquaredLogError(truth, predicted));
            oracle.Expect("explained_variance_score(y, p)", truth.Length > 1 ? RegressionFigures.ExplainedVariance(truth, predicted) : 1);
            oracle.Expect("mean_tweedie_deviance(y, p, power=1)", RegressionLosses.TweedieDeviance(truth, predicted, 1));
        }

        await oracle.CheckAsync();

        Assert.Equal("the truth of row 0 is 0", RegressionFigures.MeanAbsolutePercentageError([0, 1], [1, 1]).Reason);
        Assert.Equal("the truth is the same in every row", RegressionFigures.R2([0.1, 0.1, 0.1], [0.1, 0.1, 0.2]).Reason);
        Assert.Equal("row 1 has a number that is not finite", RegressionFigures.MeanSquaredError([1, 2], [1, double.NaN]).Reason);
        Assert.Contains("no Tweedie distribution", RegressionLosses.TweedieDeviance([1], [1], 0.5).Reason);
    }

    [Fact]
    public void What_sklearn_has_not_is_as_by_hand()
    {
        double[] truth = [1, 2, 3, 10];
        double[] predicted = [1.5, 2, 1, 12];

        Tolerance.Check(RegressionLosses.Huber(truth, predicted, 1).Value, (0.125 + 0 + 1.5 + 1.5) / 4);
        Tolerance.Check(RegressionFigures.WeightedPercentageError(truth, predicted).Value, 4.5 / 16);
        Tolerance.Check(RegressionFigures.SymmetricPercentageError(truth, predicted).Value, (1 / 2.5 + 0 + 4 / 4.0 + 4 / 22.0) / 4);
        Tolerance.Check(RegressionFigures.Bias(truth, predicted).Value, 0.125);
        var share = RegressionFigures.R2(truth, predicted).Value;
        Tolerance.Check(RegressionFigures.AdjustedR2(truth, predicted, 2).Value, 1 - (1 - share) * 3);
        Assert.False(RegressionFigures.AdjustedR2(truth, predicted, 3).IsDefined);
    }

    private static void AskSigned(PythonOracle oracle, double[] truth, double[] predicted)
    {
        oracle.Expect("mean_absolute_error(y, p)", RegressionFigures.MeanAbsoluteError(truth, predicted));
        oracle.Expect("mean_squared_error(y, p)", RegressionFigures.MeanSquaredError(truth, predicted));
        oracle.Expect("mean_squared_error(y, p, squared=False)", RegressionFigures.RootMeanSquaredError(truth, predicted));
        oracle.Expect("median_absolute_error(y, p)", RegressionFigures.MedianAbsoluteError(truth, predicted));
        oracle.Expect("max_error(y, p)", RegressionFigures.MaximumError(truth, predicted));
        oracle.Expect("mean_absolute_percentage_error(y, p)", RegressionFigures.MeanAbsolutePercentageError(truth, predicted));
        oracle.Expect("r2_score(y, p)", RegressionFigures.R2(truth, predicted));
        oracle.Expect("explained_variance_score(y, p)", RegressionFigures.ExplainedVariance(truth, predicted));
        foreach (var quantile in new[] { 0.1, 0.5, 0.9 })
        {
            oracle.Expect($"mean_pinball_loss(y, p, alpha={quantile})", RegressionLosses.Pinball(truth, predicted, quantile));
            oracle.Expect($"d2_pinball_score(y, p, alpha={quantile})", RegressionLosses.D2Pinball(truth, predicted, quantile), 2e-12);
        }

        oracle.Expect("d2_absolute_error_score(y, p)", RegressionLosses.D2Pinball(truth, predicted));
        oracle.Expect("d2_tweedie_score(y, p, power=0)", RegressionLosses.D2Tweedie(truth, predicted, 0));
    }

    private static void AskPositive(PythonOracle oracle, double[] truth, double[] predicted)
    {
        oracle.Expect("mean_squared_log_error(y, p)", RegressionFigures.MeanSquaredLogError(truth, predicted));
        oracle.Expect("mean_squared_log_error(y, p, squared=False)", RegressionFigures.RootMeanSquaredLogError(truth, predicted));
        foreach (var power in new[] { -1, 0, 1, 1.5, 2, 3 })
        {
            oracle.Expect($"mean_tweedie_deviance(y, p, power={power})", RegressionLosses.TweedieDeviance(truth, predicted, power), 5e-12);
            oracle.Expect($"d2_tweedie_score(y, p, power={power})", RegressionLosses.D2Tweedie(truth, predicted, power), 5e-12);
        }
    }
}
