using Weighhouse.Versioning;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Tests.Versioning;

/// <summary>Trees as plain tables of files by path, and the same trees in a store.</summary>
internal sealed class Forest(MemoryObjects store, Random random)
{
    /// <summary>One folder has more files than one node takes.</summary>
    private const int LargeFolder = 1_200;

    private readonly TreeReader _reader = new(store);

    public SortedDictionary<string, string> Any(bool withLargeFolder = false)
    {
        var files = new SortedDictionary<string, string>(NameOrder.Instance);
        for (var i = random.Next(30); i >= 0; i--) files[Path()] = Content();
        for (var i = 0; withLargeFolder && i < LargeFolder; i++) files[$"large/f{i:d5}"] = $"{i}";
        return Clean(files);
    }

    /// <summary>Some files added, changed, removed.</summary>
    public SortedDictionary<string, string> Changed(SortedDictionary<string, string> files)
    {
        var changed = new SortedDictionary<string, string>(files, NameOrder.Instance);
        for (var i = random.Next(6); i >= 0; i--)
        {
            var path = changed.Count > 0 && random.Next(3) > 0 ? changed.Keys.ElementAt(random.Next(changed.Count)) : Path();
            if (random.Next(3) == 0) changed.Remove(path);
            else changed[path] = Content();
        }

        return Clean(changed);
    }

    public TreeInfo Plant(IEnumerable<KeyValuePair<string, string>> files)
    {
        var entries = new List<TreeEntry>();
        foreach (var group in files.GroupBy(file => file.Key.Split('/')[0], StringComparer.Ordinal))
        {
            var below = group.Where(file => file.Key.Contains('/'))
                .Select(file => KeyValuePair.Create(file.Key[(group.Key.Length + 1)..], file.Value)).ToList();
            entries.Add(below.Count > 0 ? TreeEntry.Folder(group.Key, Plant(below)) : store.AddFile(group.Key, group.Single().Value));
        }

        return new TreeWriter(store).Write(entries).Value;
    }

    public SortedDictionary<string, string> Read(Weighhouse.Kernel.Digest tree)
    {
        var files = new SortedDictionary<string, string>(NameOrder.Instance);
        Read(tree, "", files);
        return files;
    }

    private void Read(Weighhouse.Kernel.Digest tree, string above, SortedDictionary<string, string> files)
    {
        foreach (var entry in _reader.Entries(tree).Value)
        {
            if (entry.Kind == EntryKind.Folder) Read(entry.Id, $"{above}{entry.Name}/", files);
            else files[above + entry.Name] = System.Text.Encoding.UTF8.GetString(
                store.Read(Weighhouse.Blobs.ObjectKind.Chunk, entry.Id).Value.Span);
        }
    }

    private string Path() => string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{(char)('a' + random.Next(5))}"));

    private string Content() => $"content {random.Next(12)}";

    /// <summary>A path cannot be a file and a folder: of two that clash the first stays.</summary>
    private static SortedDictionary<string, string> Clean(SortedDictionary<string, string> files)
    {
        var clean = new SortedDictionary<string, string>(NameOrder.Instance);
        foreach (var (path, content) in files)
            if (!clean.Keys.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal))) clean.Add(path, content);
        return clean;
    }
}
