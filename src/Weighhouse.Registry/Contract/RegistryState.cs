using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry;

/// <summary>A registered model as it was at some instant.</summary>
/// <param name="Name">The name it bore then.</param>
public sealed record ModelState(
    string Project,
    string Name,
    string? Description,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<AliasState> Aliases,
    IReadOnlyList<ModelVersionState> Versions);

/// <param name="SinceMs">When it was pointed there.</param>
/// <param name="By">By whom.</param>
public sealed record AliasState(string Alias, long Version, long SinceMs, string By);

/// <param name="StageSinceMs">When it came into the stage.</param>
/// <param name="StageBy">Who put it there.</param>
/// <param name="Commit">Its commit; null when it had none.</param>
public sealed record ModelVersionState(
    long Version,
    string Stage,
    long StageSinceMs,
    string StageBy,
    string Source,
    string? RunId,
    string? Commit,
    string? Description,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyList<Tag> Tags);

/// <summary>What is different of a model between two instants.</summary>
/// <param name="Model">The name it bears at the later one, or bore last.</param>
public sealed record ModelDifference(string Project, string Model, IReadOnlyList<StateDifference> Changes);

/// <param name="What">"model", "description", "tag:KEY", "alias:NAME", "version:3", "version:3/stage", "version:3/tag:KEY".</param>
/// <param name="Before">Null when it was not there.</param>
/// <param name="After">Null when it is gone.</param>
public sealed record StateDifference(string What, string? Before, string? After);
