using System.ComponentModel;

namespace Weighhouse.Registry.Api;

internal sealed record PastAliasView(string Alias, long Version, long SinceMs, string By);

internal sealed record PastVersionView(
    long Version,
    string Stage,
    [property: Description("When it came into the stage")] long StageSinceMs,
    [property: Description("Who put it there")] string StageBy,
    string Source,
    string? RunId,
    string? Commit,
    string? Description,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Tags);

/// <summary>A registered model as it was.</summary>
internal sealed record PastModelView(
    string Project,
    string Name,
    string? Description,
    long CreatedMs,
    string CreatedBy,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<PastAliasView> Aliases,
    IReadOnlyList<PastVersionView> Versions)
{
    public static PastModelView Of(ModelState state) => new(
        state.Project,
        state.Name,
        state.Description,
        state.CreatedMs,
        state.CreatedBy,
        ViewTags.Of(state.Tags),
        [.. state.Aliases.Select(static alias => new PastAliasView(alias.Alias, alias.Version, alias.SinceMs, alias.By))],
        [
            .. state.Versions.Select(static version => new PastVersionView(
                version.Version, version.Stage, version.StageSinceMs, version.StageBy, version.Source, version.RunId, version.Commit,
                version.Description, version.CreatedMs, version.CreatedBy, ViewTags.Of(version.Tags))),
        ]);
}

internal sealed record PastModelPage(long AtMs, IReadOnlyList<PastModelView> Models, string? NextPageToken);

internal sealed record ModelDifferencePage(long FromMs, long ToMs, IReadOnlyList<ModelDifference> Models, string? NextPageToken);
