using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Web.Files;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Repositories;

namespace Weighhouse.Web.Changes;

/// <summary>Compares two states for a page: all changed files by name, and the first small ones closely.</summary>
internal static class ChangeReader
{
    private const int FilesMax = 300;

    /// <summary>Files that are looked into without being asked for, if they are small.</summary>
    private const int LookedIntoMax = 12;
    private const long SizeBytesMax = 1 << 20;
    private const int DetailsMax = 200;
    private const int DetailsOfOneMax = 1_000;

    public static async ValueTask<Result<ChangeSet>> ReadAsync(PageCall call, RepositoryModel model, Sides sides, string url)
    {
        var only = call.Query("file");
        if (!TreePath.Parse(only ?? "").TryGet(out var path, out var error)) return error;
        // A renamed file is one only while its old place is looked at, too: so even one file is found among all.
        var compared = await call.Get<IMerges>().DiffAsync(
            call.Caller, model.Facts.Name, sides.Old, sides.New, new DiffQuery(ChangesMax: FilesMax), call.Cancellation);
        if (!compared.TryGet(out var diff, out error)) return error;
        var wanted = path.IsRoot ? diff.Changes : [.. diff.Changes.Where(change => change.Path == path)];
        if (wanted.Count == 0 && !path.IsRoot) return Error.NotFound($"'{path}' does not differ.");
        var files = new List<ChangedFile>(wanted.Count);
        var room = LookedIntoMax;
        var isCloser = call.Query("closer") is not null;
        foreach (var change in wanted)
        {
            var looks = !path.IsRoot || (room > 0 && IsQuick(change));
            if (looks) room--;
            files.Add(looks ? await LookAsync(call, model, sides, change, !path.IsRoot, isCloser) : new ChangedFile(change, null, null));
        }

        return new ChangeSet(sides, url, files, only, call.Query("view") is "split", isCloser, diff.IsCut);
    }

    private static async ValueTask<ChangedFile> LookAsync(
        PageCall call, RepositoryModel model, Sides sides, TreeChange change, bool isAlone, bool isCloser)
    {
        var query = new ContentDiffQuery(change.Path, change.OldPath)
        {
            Depth = new ContentDiffDepth(isCloser, null, isAlone ? DetailsOfOneMax : DetailsMax),
        };
        var compared = await call.Get<IContents>().DiffAsync(
            call.Caller, model.Facts.Name, change.Old is null ? null : sides.Old, change.New is null ? null : sides.New, query,
            call.Cancellation);
        return new ChangedFile(change, compared.IsFailure ? null : compared.Value, compared.Error?.Message);
    }

    /// <summary>Tensors are told from their headers whatever their size; all else has to be read.</summary>
    private static bool IsQuick(TreeChange change) =>
        FileKinds.Of(change.Path.Name) is FileKind.Binary or FileKind.Image
        || (change.Old?.SizeBytes ?? 0) + (change.New?.SizeBytes ?? 0) <= SizeBytesMax;
}
