using Weighhouse.Kernel;

namespace Weighhouse.Registry;

/// <summary>One step on a version's way.</summary>
/// <param name="ArchivesOthers">Whether people's promotions to it archive the versions that are there, unless they say otherwise.</param>
/// <param name="IsProtected">
/// Whether only administrators of the model move versions into it and out of it, and the alias that is called as it is.
/// </param>
public sealed record Stage(string Name, bool ArchivesOthers = false, bool IsProtected = false);

/// <summary>The stages of a project in order. A version begins in the first; what another replaces goes to the last.</summary>
public sealed record StageList(IReadOnlyList<Stage> Stages)
{
    /// <summary>MLflow's: None, Staging, Production, Archived.</summary>
    public static StageList Default { get; } = new(
        [new("None"), new("Staging", ArchivesOthers: true), new("Production", ArchivesOthers: true), new("Archived")]);

    /// <summary>Where a version begins.</summary>
    public Stage First => Stages[0];

    /// <summary>Where a version goes that another replaces.</summary>
    public Stage Last => Stages[^1];

    /// <summary>Those between: only they can be taken over.</summary>
    public IEnumerable<Stage> Active => Stages.Skip(1).SkipLast(1);

    public bool IsActive(Stage stage) => stage != First && stage != Last;

    /// <summary>The stage of the name, whatever its case.</summary>
    public Result<Stage> Find(string name)
    {
        foreach (var stage in Stages)
            if (stage.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return stage;
        return Error.Invalid(
            $"Invalid Model Version stage: {name}. Value must be one of {string.Join(", ", Stages.Select(static stage => stage.Name))}.",
            "stage");
    }
}

/// <summary>Which stages the versions of a project's models go through.</summary>
public interface IStages
{
    /// <summary><see cref="StageList.Default"/> where nobody chose others. Whoever may view something in it may ask.</summary>
    ValueTask<Result<StageList>> GetAsync(Principal caller, string project, CancellationToken cancellation);

    /// <summary>
    /// Chooses the stages of a project; administrators of it only. FailedPrecondition when versions are in a stage that would go.
    /// </summary>
    ValueTask<Result<StageList>> SetAsync(
        Principal caller, string project, IReadOnlyList<Stage> stages, CancellationToken cancellation);
}
