using System.Text.Json;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <summary>DVC's cache: content in files named by its MD5.</summary>
internal sealed class DvcCache(string folder)
{
    /// <summary>A list of a million files has about 100 MB.</summary>
    private const long ListBytesMax = 256L << 20;

    /// <summary>Where the configuration of the repository says, which is seldom anywhere else than where it always is.</summary>
    public static string FolderOf(string root)
    {
        var records = Path.Combine(root, ".dvc");
        string? found = null;
        foreach (var file in new[] { "config", "config.local" })
        {
            var path = Path.Combine(records, file);
            if (!File.Exists(path)) continue;
            var section = "";
            foreach (var line in File.ReadLines(path).Select(static line => line.Trim()))
            {
                if (line.StartsWith('[')) section = line;
                if (section != "[cache]" || line.Split('=', 2) is not [var key, var value] || key.Trim() != "dir") continue;
                found = Path.GetFullPath(value.Trim().Trim('"', '\''), records);
            }
        }

        return found ?? Path.Combine(records, "cache");
    }

    /// <summary>The file of the content; null when the cache has not got it. DVC 3 moves nothing that an older one left.</summary>
    public string? PathOf(DvcOut tracked, ContentAlias alias)
    {
        var name = Path.Combine(alias.Digest[..2], alias.Digest[2..] + (tracked.IsFolder ? DvcOut.FolderSuffix : ""));
        string[] places = [Path.Combine(folder, "files", "md5", name), Path.Combine(folder, name)];
        return Array.Find(tracked.IsNew ? places : [places[1], places[0]], File.Exists);
    }

    /// <summary>The files of a tracked folder, from its own list.</summary>
    public static async ValueTask<Result<IReadOnlyList<DvcOut>>> ListAsync(
        DvcOut tracked, string path, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(path);
        if (stream.Length > ListBytesMax) return Error.Invalid($"{path} has {stream.Length} bytes; the limit is {ListBytesMax}.");
        try
        {
            using var list = await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 8 }, cancellation);
            var files = new List<DvcOut>();
            foreach (var entry in list.RootElement.EnumerateArray())
            {
                var (digest, relative) = (entry.GetProperty("md5").GetString(), entry.GetProperty("relpath").GetString());
                if (digest is null || relative is null) return Bad(path);
                if (!TreePath.Parse(relative).TryGet(out var place, out var error) || place.IsRoot)
                    return error ?? Bad(path);
                files.Add(tracked with { Path = $"{tracked.Path}/{place}", Digest = digest, IsExecutable = false });
            }

            return files;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // How the reader of JSON says that the syntax, a kind or a name is wrong.
            return Bad(path);
        }
    }

    private static Error Bad(string path) => new(ErrorCode.Corrupted, $"{path} is no list of a folder. Delete it and fetch it again.");
}
