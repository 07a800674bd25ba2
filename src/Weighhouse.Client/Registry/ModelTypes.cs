namespace Weighhouse.Client.Registry;

public sealed record ModelAlias(string Alias, long Version);

/// <summary>A name under which versions of a model are kept.</summary>
/// <param name="Repository">Where its versions are commits.</param>
/// <param name="LatestVersions">The highest version of each stage that has one.</param>
public sealed record RegisteredModel(
    string Project,
    string Name,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<ModelAlias> Aliases,
    IReadOnlyList<ModelVersion> LatestVersions,
    string? Description = null,
    string? Repository = null);

public sealed record RegisteredModelPage(IReadOnlyList<RegisteredModel> Models, string? NextPageToken = null);

public sealed record NewRegisteredModel(
    string Name, string? Description = null, IReadOnlyDictionary<string, string>? Tags = null, string? Project = null);

/// <param name="Source">Where its maker said the model is.</param>
/// <param name="StorageUri">Where its files are.</param>
/// <param name="Status">"pending", "failed" or "ready".</param>
/// <param name="Commit">Its commit in the model's repository.</param>
/// <param name="FilesNote">Why the commit has no files.</param>
public sealed record ModelVersion(
    string Project,
    string Name,
    long Version,
    string Stage,
    IReadOnlyList<string> Aliases,
    string Source,
    string StorageUri,
    string User,
    string Status,
    long CreatedMs,
    long UpdatedMs,
    IReadOnlyDictionary<string, string> Tags,
    string? Description = null,
    string? RunId = null,
    string? LoggedModelId = null,
    string? StatusMessage = null,
    string? Commit = null,
    long? FileCount = null,
    long? SizeBytes = null,
    string? FilesNote = null);

public sealed record ModelVersionPage(IReadOnlyList<ModelVersion> Versions, string? NextPageToken = null);

/// <summary>
/// What the next version is made of: a source, what a run logged (RunId and Path), a logged model, files of a repository (Repository,
/// Revision and Path), or an upload.
/// </summary>
public sealed record NewModelVersion(
    string? Source = null,
    string? RunId = null,
    string? LoggedModelId = null,
    string? Repository = null,
    string? Revision = null,
    string? Path = null,
    string? Upload = null,
    string? Description = null,
    IReadOnlyDictionary<string, string>? Tags = null);

/// <summary>A file of a version.</summary>
public sealed record ModelFile(string Path, string Id, long SizeBytes);

public sealed record ModelFileList(IReadOnlyList<ModelFile> Files);

public sealed record ModelUpload(string Upload);

/// <param name="ArchiveOthers">Whether others in the stage go to the last one; null for what the stage says.</param>
public sealed record StageMove(string Stage, bool? ArchiveOthers = null);

public sealed record AliasTarget(long Version);

/// <param name="Version">Null when the alias is gone.</param>
public sealed record RolledBackAlias(string Alias, long? Version = null);

/// <param name="Before">What was there before, as JSON.</param>
/// <param name="After">What is there since, as JSON.</param>
public sealed record RegistryEvent(
    long Number, long AtMs, string Actor, string Model, string Action, long? Version = null, string? Before = null, string? After = null);

public sealed record RegistryEventPage(IReadOnlyList<RegistryEvent> Events, string? NextPageToken = null);

/// <param name="ArchivesOthers">Whether a promotion to it archives the versions that are there, unless it says otherwise.</param>
/// <param name="IsProtected">Whether only administrators move versions into it and out of it.</param>
public sealed record Stage(string Name, bool ArchivesOthers = false, bool IsProtected = false);

public sealed record StageList(IReadOnlyList<Stage> Stages);
