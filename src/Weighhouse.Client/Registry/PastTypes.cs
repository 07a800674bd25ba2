namespace Weighhouse.Client.Registry;

/// <param name="SinceMs">When it was pointed there.</param>
public sealed record PastAlias(string Alias, long Version, long SinceMs, string By);

/// <param name="StageSinceMs">When it came into the stage.</param>
/// <param name="StageBy">Who put it there.</param>
public sealed record PastVersion(
    long Version,
    string Stage,
    long StageSinceMs,
    string StageBy,
    string Source,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Tags,
    string? RunId = null,
    string? Commit = null,
    string? Description = null);

/// <summary>A registered model as it was at some instant.</summary>
public sealed record PastModel(
    string Project,
    string Name,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<PastAlias> Aliases,
    IReadOnlyList<PastVersion> Versions,
    string? Description = null);

/// <param name="AtMs">The instant; send it with the token of the next page.</param>
public sealed record PastModelPage(long AtMs, IReadOnlyList<PastModel> Models, string? NextPageToken = null);

/// <param name="What">"model", "description", "tag:KEY", "alias:NAME", "version:3", "version:3/stage", "version:3/tag:KEY".</param>
public sealed record PastChange(string What, string? Before = null, string? After = null);

public sealed record ModelDifference(string Project, string Model, IReadOnlyList<PastChange> Changes);

/// <param name="ToMs">The later instant; send it with the token of the next page.</param>
public sealed record ModelDifferencePage(
    long FromMs, long ToMs, IReadOnlyList<ModelDifference> Models, string? NextPageToken = null);
