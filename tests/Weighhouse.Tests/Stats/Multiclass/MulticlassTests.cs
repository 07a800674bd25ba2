using Weighhouse.Stats;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Stats.Multiclass;

public class MulticlassTests(ITestOutputHelper output)
{
    private static readonly (Averaging Kind, string Name)[] Averages =
        [(Averaging.Micro, "micro"), (Averaging.Macro, "macro"), (Averaging.Weighted, "weighted")];

    [Fact]
    public async Task Figures_of_classes_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var (count, classes) in new[] { (3, 3), (6, 4), (60, 3), (2000, 7) })
        {
            int[] truth = [.. Enumerable.Range(0, classes), .. sample.Below(classes, count)];
            int[] predicted = [.. sample.Below(classes, truth.Length)];
            Ask(oracle.Let("y", truth).Let("p", predicted), MulticlassConfusion.Of(truth, predicted, classes));
        }

        // A class that is never predicted, one that is never true, one that is neither.
        Ask(oracle.Let("y", [0, 0, 1, 2]).Let("p", [0, 3, 1, 1]), MulticlassConfusion.Of([0, 0, 1, 2], [0, 3, 1, 1], 5));
        await oracle.CheckAsync();
    }

    [Fact]
    public async Task Scores_of_classes_are_sklearns()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var oracle = new PythonOracle("from sklearn.metrics import *");
        foreach (var (count, classes) in new[] { (20, 3), (900, 5) })
        {
            int[] truth = [.. Enumerable.Range(0, classes), .. sample.Below(classes, count)];
            var scores = sample.Probabilities(truth, classes);
            oracle.Let("y", truth).Let("flat", scores).Run($"s = flat.reshape(-1, {classes})");
            oracle.Expect("roc_auc_score(y, s, multi_class='ovr')",
                MulticlassScores.AreaOneAgainstRest(truth, scores, classes, Averaging.Macro));
            oracle.Expect("roc_auc_score(y, s, multi_class='ovr', average='weighted')",
                MulticlassScores.AreaOneAgainstRest(truth, scores, classes, Averaging.Weighted));
            oracle.Expect("roc_auc_score(y, s, multi_class='ovo')",
                MulticlassScores.AreaOneAgainstOne(truth, scores, classes, Averaging.Macro));
            oracle.Expect("roc_auc_score(y, s, multi_class='ovo', average='weighted')",
                MulticlassScores.AreaOneAgainstOne(truth, scores, classes, Averaging.Weighted));
            oracle.Expect("log_loss(y, s)", ProbabilityLoss.LogLoss(truth, scores, classes));
            oracle.Expect($"np.mean(np.sum((s - np.eye({classes})[y]) ** 2, axis=1))", ProbabilityLoss.Brier(truth, scores, classes));
            // Scores of one decimal, so that many are equal.
            double[] rough = [.. scores.Select(score => Math.Round(score, 1))];
            oracle.Let("rough", rough).Run($"r = rough.reshape(-1, {classes})");
            foreach (var k in new[] { 1, 2 })
                oracle.Expect($"top_k_accuracy_score(y, r, k={k}, labels=range({classes}))",
                    MulticlassScores.TopAccuracy(truth, rough, classes, k));
            oracle.Expect("roc_auc_score(y, r + 5, multi_class='ovr')",
                MulticlassScores.AreaOneAgainstRest(truth, [.. rough.Select(score => score + 5)], classes, Averaging.Macro));
        }

        await oracle.CheckAsync();
    }

    [Fact]
    public void An_average_with_an_undefined_class_says_which()
    {
        var confusion = MulticlassConfusion.Of([0, 0, 1, 2], [0, 0, 1, 1], 3);

        Assert.Equal("class 2: nothing was predicted positive", confusion.Precision(Averaging.Macro).Reason);
        Tolerance.Check(confusion.Precision(Averaging.Macro).InSklearn!.Value, 0.5);
        Tolerance.Check(confusion.Precision(Averaging.Macro, zeroDivision: 1).InSklearn!.Value, 2.5 / 3);
        Assert.Equal(0.5, confusion.Precision(Averaging.Micro, [1, 2]).Value);
        Assert.Equal("no row is truly of class 2",
            MulticlassScores.AreaOneAgainstRest([0, 1], [1, 0, 0, 0, 1, 0], 3, Averaging.Macro).Reason);
        Assert.Equal("class 3 was predicted, but no row is truly of it", MulticlassConfusion.Of([0, 1], [0, 3], 4).BalancedAccuracy.Reason);
    }

    private static void Ask(PythonOracle oracle, MulticlassConfusion confusion)
    {
        oracle.Expect("accuracy_score(y, p)", confusion.Accuracy);
        oracle.Expect("balanced_accuracy_score(y, p)", confusion.BalancedAccuracy);
        oracle.Expect("matthews_corrcoef(y, p)", confusion.MatthewsCorrelation, 2e-12);
        var labels = $"labels=range({confusion.Classes})";
        oracle.Expect("cohen_kappa_score(y, p)", confusion.CohenKappa(), 2e-12);
        oracle.Expect($"cohen_kappa_score(y, p, weights='linear', {labels})", confusion.CohenKappa(KappaWeights.Linear), 2e-12);
        oracle.Expect($"cohen_kappa_score(y, p, weights='quadratic', {labels})", confusion.CohenKappa(KappaWeights.Quadratic), 2e-12);
        foreach (var (kind, name) in Averages)
        {
            oracle.Expect($"precision_score(y, p, average='{name}')", confusion.Precision(kind));
            oracle.Expect($"precision_score(y, p, average='{name}', zero_division=1)", confusion.Precision(kind, zeroDivision: 1));
            oracle.Expect($"recall_score(y, p, average='{name}')", confusion.Recall(kind));
            oracle.Expect($"f1_score(y, p, average='{name}')", confusion.F(kind));
            oracle.Expect($"fbeta_score(y, p, beta=2, average='{name}', labels=[1, 2])", confusion.F(kind, 2, [1, 2]));
            oracle.Expect($"jaccard_score(y, p, average='{name}')", confusion.Jaccard(kind));
        }
    }
}
