using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Calibration;

public class CalibrationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Losses_and_bins_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *", "from sklearn.calibration import calibration_curve",
            "from sklearn.isotonic import IsotonicRegression");
        foreach (var count in new[] { 20, 300, 5000 })
        {
            bool[] truth = [true, false, .. sample.Coins(count, 0.35)];
            double[] scores = [.. sample.Scores(truth)];
            oracle.Let("y", truth).Let("s", scores);
            oracle.Expect("log_loss(y, s)", ProbabilityLoss.LogLoss(truth, scores));
            oracle.Expect("brier_score_loss(y, s)", ProbabilityLoss.Brier(truth, scores));
            AskBins(oracle, CalibrationBins.Of(truth, scores).Value, "calibration_curve(y, s, n_bins=10)");
            var smooth = sample.Uniform(truth.Length);
            oracle.Let("u", smooth);
            AskBins(oracle, CalibrationBins.Of(truth, smooth, 7, Binning.EqualCount).Value,
                "calibration_curve(y, u, n_bins=7, strategy='quantile')");
            AskBins(oracle, CalibrationBins.Of(truth, smooth, 13).Value, "calibration_curve(y, u, n_bins=13)");
            var fit = IsotonicFit.Of(scores, [.. truth.Select(isTrue => isTrue ? 1.0 : 0)]).Value;
            double[] asked = [.. sample.Uniform(50), -1, 2];
            oracle.Let("q", asked)
                .Expect("IsotonicRegression(out_of_bounds='clip').fit(s, y).predict(q)", [.. asked.Select(fit.At)], 1e-12);
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Calibration_lines_are_those_of_statsmodels()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("import statsmodels.api as sm");
        bool[] truth = [true, false, .. sample.Coins(800, 0.35)];
        double[] scores = [.. sample.Scores(truth).Select(score => Math.Clamp(score, 0.01, 0.99))];
        var line = CalibrationLine.Of(truth, scores).Value;
        oracle.Let("y", truth).Let("s", scores).Run("z = np.log(s) - np.log1p(-s)");
        oracle.Run("fit = sm.Logit(y, sm.add_constant(z)).fit(disp=0, method='newton', tol=1e-14)");
        oracle.Run("large = sm.GLM(y, np.ones((len(y), 1)), family=sm.families.Binomial(), offset=z)");
        oracle.Run("large = large.fit(tol=1e-14, tol_criterion='params')");
        oracle.Expect("fit.params", [line.Intercept, line.Slope], 1e-9);
        oracle.Expect("large.params", line.InTheLarge, 1e-9);
        await oracle.CheckAsync();

        Assert.Contains("separated", CalibrationLine.Of([false, false, true, true], [0.1, 0.2, 0.8, 0.9]).Error!.Message);
        Assert.Contains("row 0", CalibrationLine.Of([false, true], [0, 0.5]).Error!.Message);
    }

    [Fact]
    public void A_loss_of_what_was_held_impossible_is_infinite_and_says_which_row()
    {
        var loss = ProbabilityLoss.LogLoss([true, false, true], [1, 0, 0]);

        Assert.Equal("row 2 gave probability 0 to what happened: the loss is infinite", loss.Reason);
        Tolerance.Check(loss.InSklearn!.Value, 36.04365338911715 / 3, 1e-13);
        Assert.Contains("row 1", ProbabilityLoss.Brier([true, false], [1, 1.5]).Reason);
        Assert.Contains("sum to 1.5", ProbabilityLoss.LogLoss([0], [0.5, 1], 2).Reason);
        Tolerance.Check(ProbabilityLoss.LogLoss([0], [0.5, 1], 2).InSklearn!.Value, Math.Log(3), 1e-12);
    }

    [Fact]
    public void Parts_of_the_Brier_score_add_up_to_it()
    {
        var sample = new Sample(output);
        var truth = sample.Coins(1000, 0.4);
        var scores = sample.Scores(truth);
        var bins = CalibrationBins.Of(truth, scores, 8).Value;

        Tolerance.Check(bins.BrierParts.Brier, ProbabilityLoss.Brier(truth, scores).Value);
        Assert.True(bins.BrierParts is { Reliability: >= 0, Resolution: > 0, Uncertainty: > 0 });
        var coarse = truth.Select((_, at) => at % 2 == 0 ? 0.25 : 0.75).ToArray();
        Assert.Equal(0, CalibrationBins.Of(truth, coarse, 4).Value.BrierParts.WithinBins, 1e-15);
    }

    [Fact]
    public void Errors_of_calibration_are_those_of_hand()
    {
        bool[] truth = [true, false, true, true];
        double[] scores = [0.2, 0.2, 0.8, 0.9];
        var bins = CalibrationBins.Of(truth, scores, 2).Value;

        Tolerance.Check(bins.ExpectedError, (2 * 0.3 + 2 * 0.15) / 4);
        Tolerance.Check(bins.MaximumError, 0.3);
        Tolerance.Check(bins.DebiasedSquaredError.Value, (2 * (0.09 - 0.25) + 2 * 0.0225) / 4);
        Tolerance.Check(CalibrationBins.ClasswiseError([1, 0, 1, 1], [0.8, 0.2, 0.8, 0.2, 0.2, 0.8, 0.1, 0.9], 2, 2).Value, 0.225);
        Assert.Contains("one row", CalibrationBins.Of([true], [0.5]).Value.DebiasedSquaredError.Reason);
    }

    [Fact]
    public void The_debiased_error_of_a_calibrated_model_is_near_0()
    {
        var sample = new Sample(output);
        var moments = new RunningMoments();
        for (var round = 0; round < 200; round++)
        {
            var scores = sample.Uniform(400);
            moments.Add(CalibrationBins.Of([.. scores.Select(score => sample.Random.NextDouble() < score)], scores, 10, Binning.EqualCount)
                .Value
                .DebiasedSquaredError.Value);
        }

        var reach = 5 * Math.Sqrt(moments.Variance / moments.Count);
        Assert.InRange(moments.Mean, -reach, reach);
    }

    private static void AskBins(PythonOracle oracle, CalibrationBins bins, string question)
    {
        oracle.Expect($"{question}[0]", [.. bins.Bins.Select(bin => bin.Frequency)]);
        oracle.Expect($"{question}[1]", [.. bins.Bins.Select(bin => bin.MeanProbability)]);
    }
}
