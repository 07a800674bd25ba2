using System.Text;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>
/// The files that DVC tracks. Their states are Git's commits where there is Git, else the one state of the folder. Small outputs that DVC
/// leaves to Git are taken from Git.
/// </summary>
internal sealed class DvcSource(string folder, ImportRequest request, TimeProvider time) : IImportSource
{
    private readonly GitReader? _git = GitReader.IsIn(folder) ? new GitReader(folder) : null;
    private readonly DvcCache _cache = new(request.Cache ?? DvcCache.FolderOf(folder));

    public string MissingCure => "dvc fetch --all-commits";

    public async ValueTask<Result<IReadOnlyList<ImportedState>>> StatesAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Path.Combine(folder, ".dvc")))
            return Error.NotFound($"{folder} is no repository of DVC's: it has no folder .dvc. Name the folder that has it.");
        if (_git is not null) return await _git.HistoryAsync(request.Revision, request.OnlyLast, cancellation);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new ImportedState[] { new(null, new CommitAuthor("dvc"), now, $"Import of {Path.GetFileName(folder)}") };
    }

    public async ValueTask<Result<IReadOnlyList<ImportedFile>>> FilesAsync(
        ImportedState state, ContentIntake intake, CancellationToken cancellation)
    {
        var inGit = new Dictionary<string, GitFile>(StringComparer.Ordinal);
        if (_git is not null)
        {
            if (!(await _git.FilesAsync(state.GitCommit!, cancellation)).TryGet(out var listed, out var unread)) return unread;
            foreach (var file in listed) inGit[file.Path] = file;
        }

        if (!(await OutsAsync(inGit, cancellation)).TryGet(out var outs, out var error)) return error;
        var files = new List<ImportedFile>();
        foreach (var tracked in outs)
            if (await TakeAsync(tracked, inGit, files, intake, cancellation) is { } refusal) return refusal;
        return files;
    }

    public ValueTask DisposeAsync() => _git?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<Result<IReadOnlyList<DvcOut>>> OutsAsync(Dictionary<string, GitFile> inGit, CancellationToken cancellation)
    {
        var outs = new Dictionary<string, DvcOut>(StringComparer.Ordinal);
        foreach (var path in (_git is null ? Described() : inGit.Keys).Where(IsDescription).Order(StringComparer.Ordinal))
        {
            if (!(await TextAsync(path, inGit, cancellation)).TryGet(out var text, out var error)) return error;
            var read = DvcOuts.OfFile(path, text);
            if (Path.GetFileName(path) == DvcOuts.LockName)
            {
                var beside = path[..^DvcOuts.LockName.Length] + DvcOuts.PipelineName;
                var pipeline = await TextAsync(beside, inGit, cancellation);
                if (pipeline.Error is { Code: not ErrorCode.NotFound } unread) return unread;
                read = DvcOuts.OfLock(path, text, pipeline.IsFailure ? null : pipeline.Value);
            }

            if (!read.TryGet(out var found, out error)) return error;
            foreach (var tracked in found)
            {
                if (!outs.TryAdd(tracked.Path, tracked) && outs[tracked.Path].Digest != tracked.Digest)
                    return Error.Invalid($"{path} tracks '{tracked.Path}', which another file tracks with other content.");
            }
        }

        return outs.Values.ToList();
    }

    private async ValueTask<Error?> TakeAsync(
        DvcOut tracked, Dictionary<string, GitFile> inGit, List<ImportedFile> files, ContentIntake intake, CancellationToken cancellation)
    {
        if (tracked.Digest is null)
        {
            files.Add(new ImportedFile(tracked.Path, EntryKind.File, false, null));
            return null;
        }

        if (!tracked.Alias.TryGet(out var alias, out var error)) return error with { Message = $"'{tracked.Path}': {error.Message}" };
        var path = _cache.PathOf(tracked, alias);
        if (!tracked.IsFolder || path is null)
        {
            var content = await ContentAsync(tracked, alias, path, inGit, intake, cancellation);
            if (!content.TryGet(out var found, out error)) return error;
            files.Add(new ImportedFile(tracked.Path, EntryKind.File, tracked.IsExecutable, found.Stored));
            return null;
        }

        if (!(await DvcCache.ListAsync(tracked, path, cancellation)).TryGet(out var below, out error)) return error;
        foreach (var file in below)
            if (await TakeAsync(file, inGit, files, intake, cancellation) is { } refusal) return refusal;
        return null;
    }

    private async ValueTask<Result<Found>> ContentAsync(
        DvcOut tracked, ContentAlias alias, string? path, Dictionary<string, GitFile> inGit, ContentIntake intake,
        CancellationToken cancellation)
    {
        var key = $"{alias.Algorithm} {alias}";
        if (intake.Find(key) is { } known) return new Found(known);
        if (path is not null)
            return (await intake.AddAsync(key, alias, path, cancellation)).Map(static stored => new Found(stored));
        if (_git is null || !inGit.TryGetValue(tracked.Path, out var file)) return new Found(null);
        if (intake.Find(file.Object) is { } read) return new Found(read);
        return await _git.ReadAsync<Found>(
            file.Object,
            async (_, content) =>
                (await intake.AddAsync(file.Object, content, cancellation)).Map(static stored => new Found(stored)),
            cancellation);
    }

    private static bool IsDescription(string path)
    {
        var name = Path.GetFileName(path);
        return name == DvcOuts.LockName || (name.Length > DvcOuts.FileSuffix.Length && name.EndsWith(DvcOuts.FileSuffix));
    }

    /// <summary>Descriptions in the folder itself; folders that begin with a dot are those of tools.</summary>
    private IEnumerable<string> Described()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(folder, "*", options).Where(IsDescription)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(static path => !path.Split('/').SkipLast(1).Any(static name => name.StartsWith('.')));
    }

    private async ValueTask<Result<string>> TextAsync(string path, Dictionary<string, GitFile> inGit, CancellationToken cancellation)
    {
        if (_git is null)
        {
            var file = new FileInfo(Path.Combine(folder, path));
            if (!file.Exists) return Error.NotFound($"There is no file {path}.");
            return file.Length > DvcOuts.FileBytesMax
                ? TooLarge(path, file.Length)
                : await File.ReadAllTextAsync(file.FullName, cancellation);
        }

        if (!inGit.TryGetValue(path, out var found)) return Error.NotFound($"There is no file {path}.");
        return await _git.ReadAsync<string>(
            found.Object,
            async (size, content) =>
            {
                if (size > DvcOuts.FileBytesMax) return TooLarge(path, size);
                var bytes = new byte[size];
                await content.ReadExactlyAsync(bytes, cancellation);
                return Encoding.UTF8.GetString(bytes);
            },
            cancellation);
    }

    private static Error TooLarge(string path, long bytes) =>
        Error.Invalid($"{path} has {bytes} bytes; the limit is {DvcOuts.FileBytesMax}: that is no file of DVC's.");

    /// <param name="Stored">Null when the content is not there.</param>
    private readonly record struct Found(BlobInfo? Stored);
}
