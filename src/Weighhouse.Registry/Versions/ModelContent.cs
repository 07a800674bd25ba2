using Weighhouse.Data;
using Weighhouse.Kernel;
using Weighhouse.Tracking;

namespace Weighhouse.Registry.Versions;

/// <summary>The files of versions, found where their sources say: artifacts of runs and of logged models.</summary>
internal sealed class ModelContent(
    IDatabase database, IModelVersions versions, IRuns runs, IArtifacts artifacts, RegistryOptions options) : IModelContent
{
    private const string RunScheme = "runs:/";
    private const int EntriesPerPage = 1_000;

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
        if (!(await PlaceAsync(version, cancellation)).TryGet(out var place, out error)) return error;
        // Whether the maker of the version could see them was asked when it was made; who may view the model may view what it is made of.
        var files = new List<ModelFile>();
        var folders = new Queue<ArtifactPath>([place]);
        while (folders.TryDequeue(out var folder))
        {
            if (await AddAsync(place, folder, files, folders, cancellation) is { } refusal) return refusal;
            if (files.Count + folders.Count <= options.VersionFilesMax) continue;
            return Error.Precondition(
                $"Version {id} has more than {options.VersionFilesMax} files: {version.StorageUri} is not only a model. "
                + "Register the folder that has the model alone.");
        }

        if (files.Count == 0)
        {
            return Error.Precondition(
                $"Version {id} has no files: nothing is at {version.StorageUri}. Log the model, and register it again.");
        }

        files.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return new ModelFiles(version.Project, version.Id, files);
    }

    private async ValueTask<Error?> AddAsync(
        ArtifactPath place, ArtifactPath folder, List<ModelFile> files, Queue<ArtifactPath> folders, CancellationToken cancellation)
    {
        string? next = null;
        do
        {
            var listed = await artifacts.ListAsync(Principal.System, folder, new PageRequest(EntriesPerPage, next), cancellation);
            if (!listed.TryGet(out var page, out var error)) return error;
            foreach (var entry in page.Items)
            {
                if (entry.Content is { } content)
                    files.Add(new ModelFile(NameOf(place, entry.Path), content.Id, content.SizeBytes));
                else
                    folders.Enqueue(entry.Path);
            }

            next = page.NextToken;
        }
        while (next is not null && files.Count <= options.VersionFilesMax);
        return null;
    }

    /// <summary>A version that is one file has it under its own name.</summary>
    private static string NameOf(ArtifactPath place, ArtifactPath file) =>
        file == place ? file.Name : file.Text[(place.IsRoot ? 0 : place.Text.Length + 1)..];

    private async ValueTask<Result<ArtifactPath>> PlaceAsync(ModelVersion version, CancellationToken cancellation)
    {
        var uri = version.StorageUri;
        if (uri.StartsWith(RunScheme, StringComparison.Ordinal))
        {
            var rest = uri[RunScheme.Length..].TrimStart('/');
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var run = new RunId(slash < 0 ? rest : rest[..slash]);
            if (!(await runs.GetAsync(Principal.System, run, cancellation)).TryGet(out var found, out var missing)) return missing;
            var root = artifacts.PathOf(found.Info.ArtifactUri);
            if (slash < 0 || !root.TryGet(out var folder, out _)) return root;
            return folder.Append(rest[(slash + 1)..]);
        }

        return artifacts.PathOf(uri).TryGet(out var path, out _) && !path.IsRoot
            ? path
            : Error.Precondition(
                $"The files of {version.Id} are at '{uri}', outside this server's store. Log the model to a run of this server, or "
                + "register its files.");
    }
}
