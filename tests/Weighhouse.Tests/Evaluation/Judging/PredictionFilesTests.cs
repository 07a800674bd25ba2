using System.Globalization;
using System.Text;
using Weighhouse.Evaluation;
using Weighhouse.Kernel;
using Weighhouse.Tests.Stats.Oracle;

namespace Weighhouse.Tests.Evaluation.Judging;

public class PredictionFilesTests(ITestOutputHelper output)
{
    private static readonly EvaluationOptions Few = new() { Resamples = 300 };

    [Fact]
    public async Task Figures_of_two_classes_are_those_of_sklearn()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var truth = sample.Coins(600, 0.4);
        double[] scores = [.. sample.Scores(truth).Select(static score => Math.Clamp(score, 0.01, 0.99))];
        var report = Judged("t,p\n" + Lines(600, row => $"{(truth[row] ? 1 : 0)},{Text(scores[row])}"), Columns(["t"], [], ["p"]));

        var oracle = new PythonOracle("from sklearn.metrics import *");
        oracle.Let("y", truth).Let("s", scores).Run("y = np.array(y); s = np.array(s); p = (s >= 0.5).astype(int)");
        foreach (var (name, question) in new[]
        {
            ("accuracy", "accuracy_score(y, p)"), ("balanced_accuracy", "balanced_accuracy_score(y, p)"),
                ("precision", "precision_score(y, p)"),
            ("recall", "recall_score(y, p)"), ("f1", "f1_score(y, p)"), ("matthews", "matthews_corrcoef(y, p)"),
            ("kappa", "cohen_kappa_score(y, p)"), ("roc_auc", "roc_auc_score(y, s)"),
                ("average_precision", "average_precision_score(y, s)"),
            ("log_loss", "log_loss(y, s)"), ("brier", "brier_score_loss(y, s)"),
        }) oracle.Expect(question, report.Find(name)!.Value!.Value);
        await oracle.CheckAsync();
        Assert.Equal(EvaluationTask.Binary, report.Task);
        Assert.All(report.Measures, static measure => Assert.True(
            measure.Bounds is { } bounds && bounds.Low <= measure.Value && measure.Value <= bounds.High, measure.Name));
    }

    [Fact]
    public async Task Figures_of_classes_and_of_numbers_are_those_of_sklearn()
    {
        Assert.SkipWhen(PythonOracle.WhyAbsent is not null, PythonOracle.WhyAbsent ?? "");
        var sample = new Sample(output);
        var truth = sample.Below(3, 400);
        var scores = sample.Probabilities(truth, 3);
        var classes = Judged(
            "t,a,b,c\n" + Lines(
                400, row => $"{"xyz"[truth[row]]},{string.Join(',', scores.Skip(3 * row).Take(3).Select(Text))}"),
            Columns(["t"], [], ["a", "b", "c"]));
        var (numbers, noise) = (sample.Normal(300, 10, 4), sample.Normal(300));
        var regression = Judged(
            "t,p\n" + Lines(300, row => $"{Text(numbers[row])},{Text(numbers[row] + noise[row])}"), Columns(["t"], ["p"], []));

        var oracle = new PythonOracle("from sklearn.metrics import *");
        oracle.Let("y", truth).Let("s", scores).Let("n", numbers).Let("e", noise);
        oracle.Run("s = np.array(s).reshape(-1, 3); p = s.argmax(axis=1); n = np.array(n); m = n + np.array(e)");
        foreach (var (name, question) in new[]
        {
            ("accuracy", "accuracy_score(y, p)"), ("f1_macro", "f1_score(y, p, average='macro')"),
            ("f1_weighted", "f1_score(y, p, average='weighted')"), ("precision_macro", "precision_score(y, p, average='macro')"),
            ("roc_auc_ovr", "roc_auc_score(y, s, multi_class='ovr')"), ("log_loss", "log_loss(y, s)"),
        }) oracle.Expect(question, classes.Find(name)!.Value!.Value, 1e-10);
        foreach (var (name, question) in new[]
        {
            ("mae", "mean_absolute_error(n, m)"), ("mse", "mean_squared_error(n, m)"), ("r2", "r2_score(n, m)"),
            ("median_absolute_error", "median_absolute_error(n, m)"), ("max_error", "max_error(n, m)"),
        }) oracle.Expect(question, regression.Find(name)!.Value!.Value, 1e-10);
        await oracle.CheckAsync();
        Assert.Equal((EvaluationTask.Multiclass, EvaluationTask.Regression), (classes.Task, regression.Task));
        Assert.Equal(300, regression.Residuals.Sum(static bin => bin.Rows));
    }

    [Fact]
    public void The_same_rows_and_seed_give_the_same_bytes_and_another_seed_only_other_resamples()
    {
        var sample = new Sample(output);
        var truth = sample.Coins(300, 0.5);
        var scores = sample.Scores(truth);
        var rows = "t,p,g\n" + Lines(300, row => $"{(truth[row] ? "yes" : "no")},{Text(scores[row])},{row % 7}");
        var columns = Columns(["t"], [], ["p"]) with { Slices = ["g"] };

        var first = Judged(rows, columns);
        Assert.Equal(PredictionFiles.ToJson(first), PredictionFiles.ToJson(Judged(rows, columns)));
        var other = Judged(rows, columns, new EvaluationSettings { Seed = 1 });
        var changed = first.Measures.Zip(other.Measures).Where(static pair => pair.First != pair.Second).Select(
            static pair => pair.First.Name);
        Assert.Equal(["calibration_error"], changed);
        Assert.Equal(7, first.Slices.Count);
        Assert.Equal("yes", first.Positive);
    }

    [Fact]
    public void A_slice_in_which_the_model_is_wrong_is_found_though_nobody_declared_it()
    {
        var sample = new Sample(output);
        // Right in nine of ten rows, in the south of every other one.
        var report = Judged("t,p,place\n" + Lines(2000, row =>
        {
            var (truth, south) = (sample.Random.Below(2), row % 4 == 0);
            var isRight = sample.Random.NextDouble() < (south ? 0.5 : 0.9);
            return $"{truth},{(isRight ? truth : 1 - truth)},{(south ? "south" : "north")}";
        }), Columns(["t"], ["p"], []));

        Assert.Equal("place = south", report.WorstSlices[0].Name);
        Assert.Equal(500, report.WorstSlices[0].Rows);
        Assert.InRange(report.WorstSlices[0].Adjusted, 0, 1e-6);
    }

    [Fact]
    public void A_small_group_is_counted_and_not_shown()
    {
        var report = Judged(
            "t,p,g\n" + Lines(205, static row => $"{row % 2},{row % 3 % 2},{(row < 100 ? "a" : row < 200 ? "b" : "few")}"),
            Columns(["t"], ["p"], []) with { Groups = ["g"] });

        var groups = Assert.Single(report.Groups);
        Assert.Equal(1, groups.Suppressed);
        var few = Assert.Single(groups.Groups, static group => group.Group == "few");
        Assert.Null(few.Rows);
        Assert.Empty(few.Measures);
        Assert.DoesNotContain(groups.Gaps, static gap => gap.Lowest == "few" || gap.Highest == "few");
        Assert.Equal(5, groups.Groups.Single(static group => group.Group == "a").Measures.Count);
    }

    [Fact]
    public void The_surest_mistakes_are_the_examples()
    {
        var report = Judged("t,p\n0,0.9\n0,0.6\n0,0.99\n1,0.8\n1,0.2\n", Columns(["t"], [], ["p"]));

        var wrong = report.Confusion!.Examples.Single(static cell => cell is { Truth: 0, Predicted: 1 });
        Assert.Equal([3, 1, 2], wrong.Rows.Select(static row => row.Row));
        Assert.Equal([[0, 3], [1, 1]], report.Confusion.Cells);
    }

    [Fact]
    public void Rows_without_a_truth_are_left_out_and_rows_without_a_prediction_refused()
    {
        var report = Judged("t,p\n1,1\n,0\n0,0\n", Columns(["t"], ["p"], []));
        Assert.Equal((2, 1), (report.Rows, report.LeftOut));

        Assert.Contains("Row 3 has a truth and nothing in the column 'p'",
            Refused("t,p\n1,1\n,0\n0,\n", Columns(["t"], ["p"], [])).Message);
    }

    [Fact]
    public void Labels_are_judged_together()
    {
        var report = Judged("a,b,x,y\n1,0,1,0\n1,1,1,0\n0,1,0,1\n0,0,1,0\n", Columns(["a", "b"], ["x", "y"], []));

        Assert.Equal(EvaluationTask.Multilabel, report.Task);
        Assert.Equal(new MeasureCounts(2, 4), report.Find("subset_accuracy")!.Counts);
        Assert.Equal(0.25, report.Find("hamming_loss")!.Value);
        Assert.Equal(6 / 8.0, report.Find("f1_micro")!.Value!.Value, 1e-15);
        Assert.Equal((0.8 + 2 / 3.0) / 2, report.Find("f1_macro")!.Value!.Value, 1e-15);
    }

    [Theory]
    [InlineData("t,p\n1,0.5\n0,high\n", "'high' in line 3, column 'p', is no number")]
    [InlineData("t,p\n\"1\n2\",0.5\n0,high\n", "'high' in line 4, column 'p', is no number")]
    [InlineData("t,q\n1,0.5\n", "There is no column 'p'; there are t, q.")]
    [InlineData("t,p\n1,0.5,7\n", "3 cells")]
    [InlineData("t,p\n", "The file has no rows")]
    [InlineData("t,p\na,0.5\nb,0.5\nc,0.5\n", "3 classes")]
    public void What_is_wrong_with_a_file_is_told_with_its_place(string rows, string told) => Assert.Contains(
        told, Refused(rows, Columns(["t"], [], ["p"]), new EvaluationSettings { Task = EvaluationTask.Binary }).Message);

    [Fact]
    public void More_rows_than_are_held_are_refused_before_they_are_read()
    {
        var refused = PredictionFiles.Judge(
            Content("t,p\n" + Lines(5000, static row => $"{row % 2},{row % 2}")), "rows.csv", "x", Columns(["t"], ["p"], []),
            new EvaluationSettings(), Few with { ValuesMax = 22_000 }, TestContext.Current.CancellationToken);

        Assert.Contains("more than 1000 rows", refused.Error!.Message);
    }

    [Fact]
    public void Words_are_the_same_however_they_are_written()
    {
        var report = Judged("t,p\n1,1.0\n0,0\n1.0,True\n", Columns(["t"], ["p"], []),
            new EvaluationSettings { Classes = ["0", "1", "true"] });

        Assert.Equal(2, report.Confusion!.Cells[0][0] + report.Confusion.Cells[1][1]);
        Assert.Equal(1, report.Confusion.Cells[1][2]);
    }

    private static EvaluationColumns Columns(string[] target, string[] prediction, string[] scores) =>
        new(target, prediction, scores, [], [], []);

    private static EvaluationReport Judged(string rows, EvaluationColumns columns, EvaluationSettings? settings = null)
    {
        var judged = Judge(rows, columns, settings);
        Assert.True(judged.Error is null, judged.Error?.Message);
        return judged.Value;
    }

    private static Error Refused(string rows, EvaluationColumns columns, EvaluationSettings? settings = null) =>
        Judge(rows, columns, settings).Error ?? throw new InvalidOperationException("It was not refused.");

    private static Result<EvaluationReport> Judge(string rows, EvaluationColumns columns, EvaluationSettings? settings) =>
        PredictionFiles.Judge(
        Content(rows), "rows.csv", "x", columns, settings ?? new EvaluationSettings(), Few, TestContext.Current.CancellationToken);

    private static MemoryStream Content(string rows) => new(Encoding.UTF8.GetBytes(rows));

    private static string Lines(int count, Func<int, string> line) =>
        string.Concat(Enumerable.Range(0, count).Select(row => line(row) + "\n"));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
