using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>All files of a Git repository. Where Git LFS has left a pointer, the file it points at.</summary>
internal sealed class GitSource(string folder, ImportRequest request) : IImportSource
{
    private const string Executable = "100755";
    private const string Link = "120000";
    private const string Submodule = "160000";

    private readonly GitReader _git = new(folder);

    /// <summary>Pointers met, by the object that Git holds for them.</summary>
    private readonly Dictionary<string, ContentAlias> _pointers = new(StringComparer.Ordinal);
    private string? _lfsFolder;

    public string MissingCure => "git lfs fetch --all";

    public ValueTask<Result<IReadOnlyList<ImportedState>>> StatesAsync(CancellationToken cancellation) =>
        _git.HistoryAsync(request.Revision, request.OnlyLast, cancellation);

    public async ValueTask<Result<IReadOnlyList<ImportedFile>>> FilesAsync(
        ImportedState state, ContentIntake intake, CancellationToken cancellation)
    {
        if (_lfsFolder is null)
        {
            if (!(await _git.RecordsAsync(cancellation)).TryGet(out var records, out var unknown)) return unknown;
            _lfsFolder = Path.Combine(records, "lfs", "objects");
        }

        if (!(await _git.FilesAsync(state.GitCommit!, cancellation)).TryGet(out var files, out var error)) return error;
        var taken = new List<ImportedFile>(files.Count);
        foreach (var file in files.Where(static file => file.Mode != Submodule))
        {
            var kind = file.Mode == Link ? EntryKind.Symlink : EntryKind.File;
            if (!(await ContentAsync(file, kind, intake, cancellation)).TryGet(out var content, out error)) return error;
            taken.Add(new ImportedFile(file.Path, kind, file.Mode == Executable, content.Stored));
        }

        return taken;
    }

    public ValueTask DisposeAsync() => _git.DisposeAsync();

    private async ValueTask<Result<Found>> ContentAsync(
        GitFile file, EntryKind kind, ContentIntake intake, CancellationToken cancellation)
    {
        if (intake.Find(file.Object) is { } known) return new Found(known);
        if (!_pointers.TryGetValue(file.Object, out var pointer))
        {
            ContentAlias? pointed = null;
            var read = await _git.ReadAsync<Found>(
                file.Object,
                async (size, content) =>
                {
                    if (kind == EntryKind.Symlink || size > LfsPointer.BytesMax)
                        return (await intake.AddAsync(file.Object, content, cancellation)).Map(static stored => new Found(stored));
                    var bytes = new byte[size];
                    await content.ReadExactlyAsync(bytes, cancellation);
                    pointed = LfsPointer.Read(bytes);
                    if (pointed is not null) return new Found(null);
                    return (await intake.AddAsync(file.Object, new MemoryStream(bytes), cancellation))
                        .Map(static stored => new Found(stored));
                },
                cancellation);
            if (read.IsFailure || pointed is null) return read;
            _pointers[file.Object] = pointer = pointed.Value;
        }

        var path = Path.Combine(_lfsFolder!, pointer.Digest[..2], pointer.Digest[2..4], pointer.Digest);
        if (!File.Exists(path)) return new Found(null);
        return (await intake.AddAsync(pointer.Digest, pointer, path, cancellation)).Map(static stored => new Found(stored));
    }

    /// <param name="Stored">Null when the content is not there.</param>
    private readonly record struct Found(BlobInfo? Stored);
}
