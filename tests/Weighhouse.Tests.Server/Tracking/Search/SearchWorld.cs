using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Tests.Server.Tracking.Search;

/// <summary>Random runs with few different values, so that ties, NaN, lack and deletion all happen, in memory and in the
/// database.</summary>
internal sealed class SearchWorld
{
    public static readonly string[] MetricKeys = ["loss", "acc", "val loss", "rare"];
    public static readonly string[] ParamKeys = ["lr", "model", "long"];
    public static readonly string[] TagKeys = ["team", "note", "mlflow.runName"];

    // Upper and lower case, beyond ASCII, beyond the BMP, LIKE's own characters, quotes, and two that differ after 200 characters.
    public static readonly string[] Texts =
        ["a", "A", "ab", "b_c", "100%", "Ärger", "ärger", "\uffee", "😀", "back\\slash", "it\"s", new string('x', 250) + "1",
            new string('x', 250) + "2"];

    private static readonly double[] Numbers = [-1.5, 0, 0.25, 1, 2, 1e300, double.PositiveInfinity, double.NegativeInfinity, double.NaN];

    private static readonly SqlText AddExperiment = SqlText.Both(
        "TestAddExperiment",
        """
        INSERT INTO tracking_experiments (experiment_no, project, name, artifact_location, lifecycle, created_ms, updated_ms)
        VALUES (@no, 'default', @name, 'mlflow-artifacts:/x', 0, 0, 0)
        """);

    public List<ModelRun> Runs { get; } = [];

    public static SearchWorld Random(Random random, int runs, int experiments)
    {
        var world = new SearchWorld();
        for (var i = 1; i <= runs; i++)
        {
            var run = new ModelRun(
                i, $"{random.Next():x8}{i:x24}", random.Next(1, experiments + 1), Pick(random, Texts), random.Next(2) == 0 ? "ann" : "Bob",
                (RunStatus)random.Next(1, 6), 1_700_000_000_000 + random.Next(12),
                random.Next(3) == 0 ? null : 1_700_000_100_000 + random.Next(5),
                $"mlflow-artifacts:/{i % 7}", random.Next(5) == 0 ? LifecycleStage.Deleted : LifecycleStage.Active);
            foreach (var key in MetricKeys.Where(key => random.Next(key == "rare" ? 12 : 4) > 0 == (key != "rare")))
                run.Metrics[key] = Series(random);
            foreach (var key in ParamKeys.Where(_ => random.Next(4) > 0)) run.Params[key] = Pick(random, Texts);
            foreach (var key in TagKeys[..2].Where(_ => random.Next(4) > 0)) run.Tags[key] = Pick(random, Texts);
            run.Tags["mlflow.runName"] = run.Name;
            for (var dataset = random.Next(3); dataset > 0; dataset--)
            {
                var name = $"d{random.Next(3)}";
                if (run.Datasets.Exists(known => known.Name == name)) continue;
                run.Datasets.Add((name, $"digest-{name}", random.Next(2) == 0 ? null : random.Next(2) == 0 ? "train" : "Eval"));
            }

            world.Runs.Add(run);
        }

        return world;
    }

    public static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public static double Number(Random random) => Pick(random, Numbers);

    public async Task StoreAsync(IDatabase database, CancellationToken cancellation)
    {
        var stored = await database.WriteAsync<Done>(
            async session =>
            {
                foreach (var experiment in Runs.Select(run => run.Experiment).Distinct())
                    await session.Prepare(AddExperiment).Bind("no", experiment).Bind("name", $"e{experiment}").ExecuteAsync();
                await new RunInserter(session).InsertAsync(Runs);
                return Done.Value;
            },
            cancellation);
        Assert.False(stored.IsFailure, stored.Error?.ToString());
    }

    private static (double Latest, double Min, double Max) Series(Random random)
    {
        var latest = Number(random);
        if (double.IsNaN(latest) && random.Next(2) == 0) return (latest, latest, latest);
        var other = Number(random);
        var values = new[] { latest, double.IsNaN(other) ? 0.5 : other }.Where(value => !double.IsNaN(value)).ToList();
        return (latest, values.Min(), values.Max());
    }
}
