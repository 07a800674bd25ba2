using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>The rows of artifacts. Directories have none: a directory is a prefix that some file has.</summary>
internal static class ArtifactTable
{
    private static readonly SqlText FindArtifact = TrackingSql.Catalog["FindArtifact"];
    private static readonly SqlText HasArtifactsBetween = TrackingSql.Catalog["HasArtifactsBetween"];
    private static readonly SqlText WriteArtifact = TrackingSql.Catalog["WriteArtifact"];
    private static readonly SqlText DeleteArtifact = TrackingSql.Catalog["DeleteArtifact"];
    private static readonly SqlText DeleteArtifactsBetween = TrackingSql.Catalog["DeleteArtifactsBetween"];

    public static ValueTask<ArtifactEntry?> FindFileAsync(DbSession session, ArtifactPath path) =>
        session.Prepare(FindArtifact).Bind("path", path.Text).FirstAsync(Read);

    public static async ValueTask<bool> IsDirectoryAsync(DbSession session, ArtifactPath path)
    {
        var (from, to) = Inside(path);
        return await session.Prepare(HasArtifactsBetween).Bind("from_path", from).Bind("to_path", to).LongAsync() is not null;
    }

    /// <summary>What forbids a file at the path: a file where a directory must be, or a directory where the file should be.</summary>
    public static async ValueTask<Error?> ClashAsync(DbSession session, ArtifactPath path)
    {
        for (var slash = path.Text.IndexOf('/'); slash >= 0; slash = path.Text.IndexOf('/', slash + 1))
        {
            var above = path.Text[..slash];
            if (await session.Prepare(FindArtifact).Bind("path", above).FirstAsync(Read) is not null)
                return Error.Invalid($"Invalid path '{path}': '{above}' is a file, so nothing can lie below it.", "path");
        }

        return await IsDirectoryAsync(session, path)
            ? Error.Invalid($"Invalid path '{path}': it is a directory. Delete it first, or choose another name.", "path")
            : null;
    }

    public static async ValueTask WriteAsync(DbSession session, ArtifactEntry file)
    {
        var content = file.Content!.Value;
        await session.Prepare(WriteArtifact)
            .Bind("path", file.Path.Text).Bind("blob_id", content.Id.ToBytes()).Bind("size_bytes", content.SizeBytes)
            .Bind("modified_ms", file.ModifiedMs).ExecuteAsync();
    }

    /// <summary>Deletes the file, or every file of the directory; returns how many.</summary>
    public static async ValueTask<int> DeleteAsync(DbSession session, ArtifactPath path)
    {
        var (from, to) = Inside(path);
        return await session.Prepare(DeleteArtifact).Bind("path", path.Text).ExecuteAsync()
            + await session.Prepare(DeleteArtifactsBetween).Bind("from_path", from).Bind("to_path", to).ExecuteAsync();
    }

    public static ArtifactEntry Read(DbRow row)
    {
        var path = ArtifactPath.Parse(row.Text(0));
        return new ArtifactEntry(path.Value, new BlobInfo(new Digest(row.Bytes(1)), row.Long(2)), row.Long(3));
    }

    /// <summary>All paths inside a directory lie from "dir/" up to but not including "dir0": '0' is what follows '/' in every
    /// collation used.</summary>
    public static (string From, string To) Inside(ArtifactPath directory) =>
        directory.IsRoot ? ("", DirectoryWalk.End) : (directory.Text + "/", directory.Text + "0");
}
