using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Binary;

public class BinaryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Figures_of_yes_and_no_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var count in new[] { 2, 5, 12, 40, 500, 4000 })
        {
            var truth = sample.Coins(count, 0.3);
            var predicted = sample.Coins(count, 0.4);
            Ask(oracle.Let("y", truth).Let("p", predicted), BinaryConfusion.Of(truth, predicted));
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Empty_classes_are_undefined_and_say_why_and_what_sklearn_answers()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var (truth, predicted) in new (bool[], bool[])[]
            { ([true, false], [false, false]), ([false, false], [true, false]), ([true, true], [true, false]), ([true, true], [true, true]),
              ([false, false], [false, false]), ([true, true], [false, false]), ([true, false], [false, true]) })
            Ask(oracle.Let("y", truth).Let("p", predicted), BinaryConfusion.Of(truth, predicted));
        await oracle.CheckAsync();

        var nothing = BinaryConfusion.Of([true, false], [false, false]);
        Assert.Equal("nothing was predicted positive", nothing.Precision.Reason);
        Assert.Null(nothing.Precision.OrNull);
        Assert.Equal(0, nothing.Precision.InSklearn);
        Assert.Equal(0, nothing.Recall.Value);
        Assert.Equal("there are no rows", BinaryConfusion.Of([], []).Accuracy.Reason);
    }

    [Fact]
    public void The_recorded_edge_cases_hold()
    {
        var opposite = BinaryConfusion.Of([true, false], [false, true]);
        Assert.Equal(0, opposite.F1.Value);
        Assert.Equal(opposite.Precision, opposite.F(0));
        Assert.Equal(0, BinaryConfusion.Of([true, true], [true, true]).MatthewsCorrelation.InSklearn);
        Assert.Equal(double.NaN, BinaryConfusion.Of([true, true], [true, true]).CohenKappa.InSklearn);
        Assert.Equal(double.NaN, BinaryConfusion.Of([], []).Accuracy.InSklearn);
        Assert.Equal(2, BinaryConfusion.At(0.5, [true, true, false], [0.5, 0.6, double.NaN]).TruePositives);
    }

    [Fact]
    public void Correlation_of_huge_counts_keeps_its_digits()
    {
        // tp·tn − fp·fn is 1 while each product is 10¹⁸.
        var confusion = new BinaryConfusion(1_000_000_001, 1_000_000_000, 1_000_000_000, 999_999_999 + 1);

        Tolerance.Check(confusion.MatthewsCorrelation.Value,
            1_000_000_000 / Math.Sqrt(2_000_000_001.0 * 2_000_000_001.0 * 2_000_000_000.0 * 2_000_000_000.0), 1e-14);
    }

    private static void Ask(PythonOracle oracle, BinaryConfusion confusion)
    {
        oracle.Expect("accuracy_score(y, p)", confusion.Accuracy);
        oracle.Expect("balanced_accuracy_score(y, p)", confusion.BalancedAccuracy);
        oracle.Expect("precision_score(y, p)", confusion.Precision);
        oracle.Expect("recall_score(y, p)", confusion.Recall);
        oracle.Expect("recall_score(y, p, pos_label=0)", confusion.Specificity);
        oracle.Expect("precision_score(y, p, pos_label=0)", confusion.NegativePredictiveValue);
        oracle.Expect("f1_score(y, p)", confusion.F1);
        oracle.Expect("fbeta_score(y, p, beta=2)", confusion.F(2));
        oracle.Expect("fbeta_score(y, p, beta=0.5)", confusion.F(0.5));
        oracle.Expect("matthews_corrcoef(y, p)", confusion.MatthewsCorrelation);
        oracle.Expect("cohen_kappa_score(y, p)", confusion.CohenKappa, 2e-12);
        oracle.Expect("jaccard_score(y, p)", confusion.Jaccard);
        oracle.Expect("class_likelihood_ratios(y, p)[0]", confusion.PositiveLikelihoodRatio);
        oracle.Expect("class_likelihood_ratios(y, p)[1]", confusion.NegativeLikelihoodRatio);
    }
}
