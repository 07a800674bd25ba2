using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Versions;

/// <summary>
/// The files of versions: those of its commit, whatever became of its source since. Where the commit has none, because they came after the
/// version or because it has no commit yet, those that the caller may view at its source.
/// </summary>
internal sealed class ModelContent(
    IDatabase database, IModelVersions versions, IGovernedRepositories repositories, SourceFiles sources, RegistryOptions options)
    : IModelContent
{
    private static readonly SqlText LastEvent = RegistrySql.Catalog["LastEvent"];

    public async ValueTask<Result<ModelVersionId>> ResolveAsync(
        Principal caller, string model, long? version, string? alias, CancellationToken cancellation)
    {
        var found = version is { } number
            ? await versions.GetAsync(caller, new ModelVersionId(model, number), cancellation)
            : await versions.GetByAliasAsync(caller, model, alias ?? Models.ModelRules.Latest, cancellation);
        return found.TryGet(out var known, out var error)
            ? known.Id
            : error with { Field = error.Field ?? (version is null ? "model" : "version") };
    }

    public ValueTask<long> PulseAsync(CancellationToken cancellation) => database.ReadAsync(
        static async session => await session.Prepare(LastEvent).LongAsync() ?? 0, cancellation);

    public async ValueTask<Result<ModelFiles>> FilesAsync(Principal caller, ModelVersionId id, CancellationToken cancellation)
    {
        if (!(await versions.GetAsync(caller, id, cancellation)).TryGet(out var version, out var error)) return error;
        // Whether the maker of the version could see them was asked when it was made; who may view the model may view what it is made of.
        var listed = version.Commit is { FileCount: > 0 } commit
            ? repositories.FilesOf(commit.Tree, options.VersionFilesMax)
            : await sources.ListAsync(caller, version.StorageUri, cancellation);
        if (!listed.TryGet(out var found, out error))
        {
            return error with
            {
                Code = error.Code is ErrorCode.PermissionDenied or ErrorCode.Corrupted ? error.Code : ErrorCode.FailedPrecondition,
                Message = $"Version {id} has no files here: {error.Message} Log the model to a run of this server, and register it again.",
            };
        }

        if (found.Count == 0)
        {
            return Error.Precondition(
                $"Version {id} has no files: nothing is at {version.StorageUri}. Log the model, and register it again.");
        }

        return new ModelFiles(
            version.Project,
            version.Id,
            [.. found.Select(static file => new ModelFile(file.Path.Text, file.Id, file.SizeBytes))
                .OrderBy(static file => file.Path, StringComparer.Ordinal)]);
    }
}
