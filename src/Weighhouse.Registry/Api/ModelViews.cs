using System.ComponentModel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Api;

internal sealed record AliasView(string Alias, long Version);

internal sealed record RegisteredModelView(
    string Project,
    string Name,
    string? Description,
    [property: Description("Where its versions are commits; absent until that is made of a model of an older program")] string? Repository,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<AliasView> Aliases,
    [property: Description("The highest version of each stage that has one")] IReadOnlyList<ModelVersionView> LatestVersions)
{
    public static RegisteredModelView Of(RegisteredModel model) => new(
        model.Project,
        model.Name,
        model.Description,
        model.Repository,
        model.CreatedMs,
        model.UpdatedMs,
        ViewTags.Of(model.Tags),
        [.. model.Aliases.Select(static alias => new AliasView(alias.Alias, alias.Version))],
        [.. model.LatestVersions.Select(ModelVersionView.Of)]);
}

internal sealed record RegisteredModelPage(IReadOnlyList<RegisteredModelView> Models, string? NextPageToken);

internal sealed record ModelVersionView(
    string Project,
    string Name,
    long Version,
    string Stage,
    IReadOnlyList<string> Aliases,
    string? Description,
    [property: Description("Where the caller said the model is")] string Source,
    [property: Description("Where its files are")] string StorageUri,
    string? RunId,
    string? LoggedModelId,
    string User,
    [property: Description("pending, failed or ready")] string Status,
    string? StatusMessage,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags,
    [property: Description("Its commit in the model's repository, tagged v1, v2 and so on")] string? Commit,
    long? FileCount,
    long? SizeBytes,
    [property: Description("Why the commit has no files; absent when it has")] string? FilesNote)
{
    public static ModelVersionView Of(ModelVersion version) => new(
        version.Project,
        version.Id.Model,
        version.Id.Version,
        version.Stage,
        version.Aliases,
        version.Description,
        version.Source,
        version.StorageUri,
        version.Run?.Text,
        version.LoggedModel?.Text,
        version.User,
        version.Status switch
        {
            ModelVersionStatus.Ready => "ready",
            ModelVersionStatus.FailedRegistration => "failed",
            _ => "pending",
        },
        version.StatusMessage,
        version.CreatedMs,
        version.UpdatedMs,
        ViewTags.Of(version.Tags),
        version.Commit?.Id.ToString(),
        version.Commit?.FileCount,
        version.Commit?.SizeBytes,
        version.Commit?.Note);
}

internal sealed record ModelVersionPage(IReadOnlyList<ModelVersionView> Versions, string? NextPageToken);

internal sealed record ModelFileView(string Path, string Id, long SizeBytes);

internal sealed record ModelFileList(IReadOnlyList<ModelFileView> Files);

internal sealed record RegistryEventPage(IReadOnlyList<RegistryEvent> Events, string? NextPageToken);

internal sealed record StageView(string Name, bool ArchivesOthers, bool IsProtected);

internal sealed record StageListView(IReadOnlyList<StageView> Stages)
{
    public static StageListView Of(StageList list) =>
        new([.. list.Stages.Select(static stage => new StageView(stage.Name, stage.ArchivesOthers, stage.IsProtected))]);
}

internal sealed record CreateRegisteredModelRequest(
    string? Name, string? Description, IReadOnlyDictionary<string, string>? Tags, string? Project);

internal sealed record ChangeRegisteredModelRequest(string? Name, string? Description);

internal sealed record CreateModelVersionRequest(
    [property: Description("runs:/RUN/path, models:/NAME/VERSION, models:/m-ID, repos:/NAME/COMMIT/path, or a URI elsewhere")]
    string? Source,
    [property: Description("A run that logged it; with path, and without source, its artifacts are the version")] string? RunId,
    [property: Description("A logged model that is the version")] string? LoggedModelId,
    [property: Description("A repository whose files are the version, with revision and path")] string? Repository,
    [property: Description("A branch, a tag or a commit of the repository; the default branch when absent")] string? Revision,
    [property: Description("Below the run's artifacts, or in the repository")] string? Path,
    [property: Description("An upload that is whole")] string? Upload,
    string? Description,
    IReadOnlyDictionary<string, string>? Tags);

internal sealed record UploadView([property: Description("Its name in the addresses of its files")] string Upload);

internal sealed record UploadedFileView(string Path, string Id, long SizeBytes);

internal sealed record MoveModelVersionRequest(
    string? Stage,
    [property: Description("Whether others in the stage go to the last one; absent for what the stage says")] bool? ArchiveOthers);

internal sealed record SetAliasRequest(long Version);

internal sealed record RolledBackAlias(string Alias, [property: Description("Absent when the alias is gone")] long? Version);

internal static class ViewTags
{
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<Tag> tags) =>
        tags.ToDictionary(static tag => tag.Key, static tag => tag.Value);

    public static IReadOnlyList<Tag>? From(IReadOnlyDictionary<string, string>? tags) =>
        tags is null ? null : [.. tags.Select(static tag => new Tag(tag.Key, tag.Value))];
}
