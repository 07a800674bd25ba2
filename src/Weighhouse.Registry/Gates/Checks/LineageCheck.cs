using Weighhouse.Kernel;
using Weighhouse.Registry.Gates.Rules;
using Weighhouse.Registry.Versions;
using Weighhouse.Tracking;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>
/// Whether the data and the code of a version are commits that can be looked at again. The commit of the data is a dataset of the run whose
/// source is files of a repository here, or a commit that the lineage says the run came from.
/// </summary>
internal sealed class LineageCheck(IRuns runs, ILoggedModels loggedModels, ILineage lineage, IRepositories repositories, ICommits commits)
    : IGateCheck
{
    private const string GitCommit = "git.commit", GitDirty = "git.dirty", Data = "data";
    private const string CommitNode = "commit:";
    private static readonly string[] CommitTags = ["mlflow.source.git.commit", "mlflow.git.commit"];
    private static readonly string[] DirtyTags = ["mlflow.source.git.dirty", "mlflow.git.dirty"];

    public bool Knows(GateDefinition gate) => gate is LineageGate;

    public async ValueTask<GateInputs> InputsAsync(GateDefinition gate, GateSubject subject, CancellationToken cancellation)
    {
        var version = subject.Version;
        var inputs = GateInputs.Of(("commit", version.Commit?.Id.ToString()), ("run", version.Run?.Text));
        if (version.LoggedModel is { } logged
            && (await loggedModels.GetAsync(Principal.System, logged, cancellation)).TryGet(out var model, out _))
            AddTags(inputs, model.Tags);
        await AddOriginAsync(inputs, version, cancellation);
        if (version.Run is not { } run) return inputs;
        if ((await runs.GetAsync(Principal.System, run, cancellation)).TryGet(out var found, out _))
        {
            AddTags(inputs, found.Tags);
            foreach (var input in found.DatasetInputs)
                if (CommitSource.Of(input.Dataset.Source) is { } source) await AddDataAsync(inputs, source, cancellation);
        }

        var why = await lineage.WhyAsync(Principal.System, $"run:{run.Text}", 1, cancellation);
        if (!why.TryGet(out var graph, out _)) return inputs;
        foreach (var source in graph.Edges.Select(static edge => edge.Edge).Where(edge => edge.Destination == $"run:{run.Text}"))
            if (source.Source.StartsWith(CommitNode, StringComparison.Ordinal)) AddData(inputs, source.Source[CommitNode.Length..]);
        return inputs;
    }

    public ValueTask<Result<GateOutcome>> RunAsync(
        GateDefinition gate, GateSubject subject, GateInputs inputs, CancellationToken cancellation)
    {
        var asked = ((LineageGate)gate).Asked;
        var known = inputs.Members;
        var wanting = new List<string>();
        if (asked.Contains(LineageGate.Data) && !known.ContainsKey(Data))
            wanting.Add("no commit of the data it was trained on is known: log a dataset whose source is repos:/NAME/COMMIT/path");
        var dirty = known.GetValueOrDefault(GitDirty);
        if ((asked.Contains(LineageGate.Code) || asked.Contains(LineageGate.Clean)) && !known.ContainsKey(GitCommit))
            wanting.Add("the commit of its code is not known: train it inside a git repository");
        else if (dirty is "true")
            wanting.Add($"its code was changed after commit {known.GetValueOrDefault(GitCommit)}: commit, and train it again");
        else if (dirty is null && asked.Contains(LineageGate.Clean))
            wanting.Add("nobody said whether its code was as it was committed: set the run's tag mlflow.source.git.dirty");
        var outcome = wanting.Count == 0
            ? new GateOutcome(GateVerdict.Passed, "what it was made from is known", [])
            : new GateOutcome(GateVerdict.Failed, string.Join("; ", wanting), []);
        return new(outcome);
    }

    /// <summary>What the version's files were taken from, where that is a commit: it tells of the code beside it.</summary>
    private async ValueTask AddOriginAsync(GateInputs inputs, ModelVersion version, CancellationToken cancellation)
    {
        if (CommitSource.Of(version.StorageUri) is not { } origin) return;
        var found = await commits.GetAsync(Principal.System, origin.Repository, origin.Commit, cancellation);
        if (!found.TryGet(out var commit, out _)) return;
        foreach (var fact in (string[])[GitCommit, GitDirty])
            if (commit.Commit.Facts.TryGetValue(fact, out var value)) inputs.Members[fact] = value;
    }

    private async ValueTask AddDataAsync(GateInputs inputs, CommitSource source, CancellationToken cancellation)
    {
        // A commit that nobody can look at is not known, whatever the run says.
        if ((await repositories.GetAsync(Principal.System, source.Repository, cancellation)).IsFailure) return;
        var found = await commits.GetAsync(Principal.System, source.Repository, source.Commit, cancellation);
        if (!found.IsFailure) AddData(inputs, source.Commit.ToString());
    }

    private static void AddData(GateInputs inputs, string commit)
    {
        var known = inputs.Members.TryGetValue(Data, out var before) ? before.Split(' ') : [];
        inputs.Members[Data] = string.Join(' ', known.Append(commit).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private static void AddTags(GateInputs inputs, IReadOnlyList<Tag> tags)
    {
        if (Value(tags, CommitTags) is { } commit) inputs.Members[GitCommit] = commit;
        if (Value(tags, DirtyTags) is { } dirty)
            inputs.Members[GitDirty] = dirty.Equals("false", StringComparison.OrdinalIgnoreCase) ? "false" : "true";
    }

    private static string? Value(IReadOnlyList<Tag> tags, string[] keys) =>
        tags.Where(tag => keys.Contains(tag.Key)).Select(static tag => tag.Value)
            .FirstOrDefault(static value => !string.IsNullOrEmpty(value));
}
