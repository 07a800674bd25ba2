using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Registry.Gates.Checks;

/// <summary>The files of a version's commit as streams: what they were when it was made.</summary>
internal sealed class StoredFiles(IGovernedRepositories repositories, IBlobStore blobs, RegistryOptions options)
{
    /// <summary>None when the version has no files here.</summary>
    public Result<IReadOnlyList<CommitFile>> Of(ModelVersion version) =>
        version.Commit is { FileCount: > 0 } commit
            ? repositories.FilesOf(commit.Tree, options.VersionFilesMax)
            : Done.Ok.Map<IReadOnlyList<CommitFile>>(static _ => []);

    /// <summary>For readers that wait for their bytes, on a thread of their own.</summary>
    public Stream Open(CommitFile file, CancellationToken cancellation)
    {
        var opened = blobs.OpenAsync(file.Id, cancellation).AsTask().GetAwaiter().GetResult();
        return opened.TryGet(out var stream, out var error) ? stream : throw new IOException(error.Message);
    }

    /// <summary>Runs what reads files for long where it keeps no other request waiting.</summary>
    public static Task<T> ReadAsync<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public static GateOutcome NoFiles(ModelVersion version) => GateOutcome.Undecided(
        $"{version.Id} has no files here{(version.Commit?.Note is { } note ? $": {note}" : ".")} Register it again with its files");
}
