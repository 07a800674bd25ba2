using System.Collections.Concurrent;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Ignoring;

namespace Weighhouse.Versioning.Workspace.Files;

/// <summary>A file or link of the working folder.</summary>
/// <param name="Path">From the root, with '/' between names.</param>
/// <param name="IsIgnored">A pattern leaves it out; it counts only when it is tracked already.</param>
internal readonly record struct FoundFile(string Path, FileFacts Facts, bool IsIgnored);

/// <param name="Files">Files and links, sorted by path, ordinal.</param>
/// <param name="Unreadable">Paths that cannot be versioned as they stand, each with the reason.</param>
internal sealed record FolderContent(List<FoundFile> Files, List<Unversionable> Unreadable);

/// <summary>Something in the working folder that no commit can hold.</summary>
/// <param name="IsHarmless">Leaving it out loses nothing: a socket, a pipe.</param>
internal sealed record Unversionable(string Path, string Reason, bool IsHarmless);

/// <summary>Lists a working folder with several threads: one folder is one piece of work.</summary>
internal sealed class FolderScan : IDisposable
{
    /// <summary>Deeper than any sane tree; a loop of bind mounts ends.</summary>
    private const int DepthMax = 1_000;

    private readonly string _root;
    private readonly Func<string, bool> _hasTracked;
    private readonly ConcurrentStack<Folder> _waiting = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly List<FoundFile> _found = [];
    private readonly List<Unversionable> _unreadable = [];
    private readonly int _workers = Math.Clamp(Environment.ProcessorCount, 1, 8);
    private int _open;

    private FolderScan(string root, Func<string, bool> hasTracked)
    {
        _root = root;
        _hasTracked = hasTracked;
    }

    private sealed record Folder(string Path, IgnoreRules Rules, bool IsIgnored, int Depth);

    /// <param name="hasTracked">Whether the index has anything below a folder: an ignored folder is then looked into all the same.</param>
    public static FolderContent Run(string root, Func<string, bool> hasTracked, CancellationToken cancellation)
    {
        using var scan = new FolderScan(root, hasTracked);
        scan.Push(new Folder("", IgnoreRules.None, false, 0));
        var helpers = new Thread[scan._workers - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(() => scan.Work(cancellation)) { IsBackground = true, Name = "scan" };
            helpers[i].Start();
        }

        scan.Work(cancellation);
        foreach (var helper in helpers) helper.Join();
        cancellation.ThrowIfCancellationRequested();
        scan._found.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        scan._unreadable.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return new FolderContent(scan._found, scan._unreadable);
    }

    public void Dispose() => _work.Dispose();

    private void Push(Folder folder)
    {
        Interlocked.Increment(ref _open);
        _waiting.Push(folder);
        _work.Release();
    }

    private void Work(CancellationToken cancellation)
    {
        var listed = new List<ListedFile>();
        var found = new List<FoundFile>();
        var unreadable = new List<Unversionable>();
        while (true)
        {
            _work.Wait(CancellationToken.None);
            if (!_waiting.TryPop(out var folder)) break;
            if (!cancellation.IsCancellationRequested) List(folder, listed, found, unreadable);
            // Who ends the last folder wakes all who wait for another.
            if (Interlocked.Decrement(ref _open) == 0) _work.Release(_workers);
        }

        lock (_found)
        {
            _found.AddRange(found);
            _unreadable.AddRange(unreadable);
        }
    }

    private void List(Folder folder, List<ListedFile> listed, List<FoundFile> found, List<Unversionable> unreadable)
    {
        listed.Clear();
        var badNames = new List<string>();
        var place = folder.Path.Length == 0 ? _root : Path.Combine(_root, folder.Path);
        if (folder.Depth > DepthMax || !FolderListing.TryList(place, listed, badNames))
        {
            unreadable.Add(new Unversionable(folder.Path, "the folder cannot be read", IsHarmless: false));
            return;
        }

        var prefix = folder.Path.Length == 0 ? "" : folder.Path + "/";
        foreach (var name in badNames) Keep(unreadable, folder, prefix + name, "its name is not UTF-8; rename it");
        var rules = folder.Rules;
        if (!folder.IsIgnored && listed.Exists(static file => file.Name == IgnoreRules.FileName && file.Facts.Type == FileType.File))
            rules = rules.With(folder.Path, IgnoreFile.Read(Path.Combine(place, IgnoreRules.FileName)));
        foreach (var file in listed)
        {
            if (file.Name is WorkspaceFolder.Name or ".git" or WorkspaceFolder.TemporaryName) continue;
            var path = prefix + file.Name;
            var isFolder = file.Facts.Type == FileType.Folder;
            var ignored = folder.IsIgnored || rules.Ignores(path, isFolder);
            if (isFolder)
            {
                if (!ignored || _hasTracked(path)) Push(new Folder(path, rules, ignored, folder.Depth + 1));
            }
            else if (file.Facts.Type != FileType.Special) found.Add(new FoundFile(path, file.Facts, ignored));
            else if (!ignored) unreadable.Add(new Unversionable(path, "it is a socket, pipe or device", IsHarmless: true));
        }
    }

    private static void Keep(List<Unversionable> unreadable, Folder folder, string path, string reason)
    {
        if (!folder.IsIgnored && !folder.Rules.Ignores(path, isFolder: false)) unreadable.Add(new Unversionable(path, reason, false));
    }
}
