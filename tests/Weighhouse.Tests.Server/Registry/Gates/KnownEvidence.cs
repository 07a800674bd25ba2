using Weighhouse.Evaluation;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Server.Registry.Gates;

/// <summary>Evaluations that a test makes up, kept as the module of evaluations tells them.</summary>
internal sealed class KnownEvidence : IEvaluationEvidence
{
    private static readonly EvaluationReport Empty = new(
        1, EvaluationTask.Binary,
        new EvaluationInputs(null, null, null, null, null, null, "", new([], [], [], [], [], []), 0.5, 0, new Dictionary<string, string>()),
        100, 0, [], null, [], [], null, [], [], [], [], [], [], [], [], []);

    private readonly List<(Evaluation.Evaluation Evaluation, EvaluationReport Report)> _known = [];

    /// <summary>What every comparison finds, second less first.</summary>
    public PairedOutcome? Paired { get; set; }

    public static Measure Share(string name, double value, double low, double high) =>
        new(name, value, null, new MeasureBounds(low, high, 0.95, "wilson"), null, true);

    public void Add(Digest commit, byte content, bool isOurs, Func<EvaluationReport, EvaluationReport> report)
    {
        var data = new EvaluatedData("holdout", new Digest(new byte[32]), "rows.csv", ContentOf(content));
        var made = new Evaluation.Evaluation(
            $"{_known.Count + 1:x32}", "default", EvaluationState.Done, new EvaluatedVersion("default", "m", 0, 0, commit), data, isOurs,
            EvaluationTask.Binary, 100, ContentOf((byte)(100 + _known.Count)), null, _known.Count, _known.Count, "local");
        _known.Add((made, report(Empty)));
    }

    public ValueTask<IReadOnlyList<Evaluation.Evaluation>> FindAsync(
        Digest commit, EvidenceQuery query, int countMax, CancellationToken cancellation) =>
        new([
            .. _known.Select(static known => known.Evaluation).Reverse()
                .Where(found => found.Version!.Commit == commit && (found.IsOurs || !query.OursOnly)
                    && (query.Repository ?? found.Data!.Repository) == found.Data!.Repository
                    && (query.Path ?? found.Data.Path) == found.Data.Path && (query.Content ?? found.Data.Content) == found.Data.Content)
                .Take(countMax),
        ]);

    public ValueTask<Result<EvaluationReport>> ReportAsync(Evaluation.Evaluation evaluation, CancellationToken cancellation) =>
        new(_known.Single(known => known.Evaluation == evaluation).Report);

    public ValueTask<Result<EvaluationComparison>> CompareAsync(
        Evaluation.Evaluation first, Evaluation.Evaluation second, CancellationToken cancellation) =>
        new(new EvaluationComparison(
            first, second, first.Data!.Content == second.Data!.Content, null, [], Paired is null ? [] : [Paired], null, null, null, null));

    private static Digest ContentOf(byte content)
    {
        var bytes = new byte[32];
        bytes[0] = content;
        return new Digest(bytes);
    }
}
