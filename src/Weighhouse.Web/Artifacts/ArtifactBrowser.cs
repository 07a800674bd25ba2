using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Web.Files;
using Weighhouse.Web.Pages;
using Weighhouse.Web.Parts;

namespace Weighhouse.Web.Artifacts;

/// <summary>One directory of a run's files, with those that lead to what is shown opened inside it.</summary>
/// <param name="RunUrl">The run's own address, below which files and directories have theirs.</param>
/// <param name="Path">Below the run's root; empty for the root.</param>
/// <param name="Opened">The directory inside that is open; null for none.</param>
/// <param name="Selected">The path that is shown.</param>
public sealed record ArtifactDirectory(
    string RunUrl, string Path, IReadOnlyList<ArtifactItem> Items, bool HasMore, ArtifactDirectory? Opened, string Selected)
{
    public string PageUrl(string path) => Links.Under($"{RunUrl}/artifacts", path);

    public string TreeUrl(string path) => Links.Under($"{RunUrl}/tree", path);

    public string FileUrl(string path) => Links.Under($"{RunUrl}/files", path);
}

public sealed record ArtifactItem(string Name, string Path, bool IsDirectory, long SizeBytes, long ModifiedMs);

/// <param name="Preview">Null when a directory is shown.</param>
public sealed record Browsed(ArtifactDirectory Root, ArtifactDirectory Shown, Preview? Preview)
{
    public bool IsEmpty => Root.Items.Count == 0;

    public ArtifactDirectory Tree => Root;
}

/// <summary>Walks from the run's root to the path asked for.</summary>
internal static class ArtifactBrowser
{
    /// <summary>Entries of a directory that are listed; a longer one is for programs.</summary>
    private const int EntriesMax = 1_000;

    public static async ValueTask<Result<Browsed>> BrowseAsync(PageCall call, RunInfo run, string path)
    {
        if (!RootOf(call, run).TryGet(out var root, out var error)) return error;
        if (!ArtifactPath.Parse(path).TryGet(out var asked, out error)) return error;
        if (!root.Append(asked.Text).TryGet(out var target, out error)) return error;
        ArtifactEntry? file = null;
        if (!asked.IsRoot)
        {
            var found = await call.Get<IArtifacts>().FindAsync(call.Caller, target, call.Cancellation);
            if (found.Error is { Code: not ErrorCode.FailedPrecondition } missing) return missing;
            if (found.Error is null && !found.Value.IsDirectory) file = found.Value;
        }

        var directories = new List<string> { "" };
        var segments = asked.IsRoot ? [] : asked.Text.Split('/');
        var depths = segments.Length - (file is null ? 0 : 1);
        for (var depth = 1; depth <= depths; depth++) directories.Add(string.Join('/', segments[..depth]));
        ArtifactDirectory? opened = null;
        ArtifactDirectory? shown = null;
        for (var i = directories.Count - 1; i >= 0; i--)
        {
            var read = await ReadAsync(call, run, root, directories[i], opened, asked.Text);
            if (!read.TryGet(out opened, out error)) return error;
            shown ??= opened;
        }

        var preview = file is null ? null : await Previews.OfAsync(SourceOf(call, file, asked.Text, opened!));
        return new Browsed(opened!, shown!, preview);
    }

    /// <summary>One directory, for a tree that opens it.</summary>
    public static async ValueTask<Result<ArtifactDirectory>> ReadAsync(PageCall call, RunInfo run, string path) =>
        RootOf(call, run).TryGet(out var root, out var error) ? await ReadAsync(call, run, root, path, null, "") : error;

    public static Result<ArtifactPath> RootOf(PageCall call, RunInfo run) => call.Get<IArtifacts>().PathOf(run.ArtifactUri);

    private static async ValueTask<Result<ArtifactDirectory>> ReadAsync(
        PageCall call, RunInfo run, ArtifactPath root, string path, ArtifactDirectory? opened, string selected)
    {
        if (!root.Append(path).TryGet(out var directory, out var error)) return error;
        var listed = await call.Get<IArtifacts>().ListAsync(call.Caller, directory, new PageRequest(EntriesMax), call.Cancellation);
        return listed.Map(page => new ArtifactDirectory(
            Links.Run(run.Id), path, [.. page.Items.Select(entry => ItemOf(entry, path)).OrderByDescending(item => item.IsDirectory)],
            page.NextToken is not null, opened, selected));
    }

    private static PreviewSource SourceOf(PageCall call, ArtifactEntry file, string path, ArtifactDirectory directory)
    {
        var url = directory.FileUrl(path);
        var content = file.Content!.Value;
        return new PreviewSource(
            new PreviewFile(
                file.Path.Name, path, content.SizeBytes, content.Id.ToString(), url, url + "?download=1", url + "?frame=1"),
            count => ReadStartAsync(call, file, count),
            image => ArtifactPath.Parse(image).IsFailure ? null : directory.FileUrl(image));
    }

    private static async ValueTask<ReadOnlyMemory<byte>?> ReadStartAsync(PageCall call, ArtifactEntry file, int count)
    {
        var opened = await call.Get<IArtifacts>().OpenAsync(call.Caller, file, call.Cancellation);
        if (opened.IsFailure) return null;
        await using var stream = opened.Value;
        var buffer = new byte[count];
        var length = await stream.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, call.Cancellation);
        return buffer.AsMemory(0, length);
    }

    private static ArtifactItem ItemOf(ArtifactEntry entry, string directory) => new(
        entry.Path.Name, directory.Length == 0 ? entry.Path.Name : $"{directory}/{entry.Path.Name}", entry.IsDirectory,
        entry.Content?.SizeBytes ?? 0, entry.ModifiedMs);
}
