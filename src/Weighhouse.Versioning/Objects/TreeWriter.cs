using System.Buffers;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Spelling;

namespace Weighhouse.Versioning.Objects;

/// <summary>Stores folders: the same entries make the same tree, whoever writes them and in whatever order they come.</summary>
internal sealed class TreeWriter(IObjectWriter writer)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(16 * 1024);

    /// <summary>Stores one folder, whose folders are stored already. Refuses bad names and equal ones.</summary>
    public Result<TreeInfo> Write(IEnumerable<TreeEntry> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, NameOrder.Instance);
        long total = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (Refuse(sorted[i]) is { } refusal) return refusal;
            if (i > 0 && sorted[i - 1].Name == sorted[i].Name)
                return Error.Invalid($"The name '{sorted[i].Name}' comes twice in one folder.", "path");
            if (sorted[i].SizeBytes > long.MaxValue - total)
                return Error.Invalid($"The folder with '{sorted[i].Name}' is larger than {long.MaxValue} bytes.", "path");
            total += sorted[i].SizeBytes;
        }

        if (TwinNames.Refuse(sorted.Select(static entry => entry.Name)) is { } twins) return twins;
        var root = sorted.Length <= TreeSplitter.UnsplitMax ? Add(TreeNode.Leaf(sorted)) : Split(sorted);
        return new TreeInfo(root, total, sorted.Length);
    }

    private static Error? Refuse(TreeEntry entry)
    {
        if (NameRules.Refuse(entry.Name) is { } refusal) return refusal;
        if (entry.SizeBytes < 0) return Error.Invalid($"The size of '{entry.Name}' is {entry.SizeBytes}.", "size");
        if (entry.Kind is not (EntryKind.File or EntryKind.Folder or EntryKind.Symlink))
            return Error.Invalid($"'{entry.Name}' is of kind {entry.Kind}; it must be a file, a folder or a link.", "kind");
        return entry.IsExecutable && entry.Kind != EntryKind.File
            ? Error.Invalid($"'{entry.Name}' is executable; only files may be.", "executable")
            : null;
    }

    private Digest Split(TreeEntry[] entries)
    {
        var parts = new List<TreePart>();
        var start = 0;
        foreach (var end in TreeSplitter.Cut(Array.ConvertAll(entries, static entry => entry.Name), 0))
        {
            parts.Add(PartOf(TreeNode.Leaf(entries[start..end]), entries[end - 1].Name));
            start = end;
        }

        var level = 1;
        for (; parts.Count > TreeSplitter.UnsplitPartsMax; level++) parts = Gather(parts, level);
        return Add(TreeNode.Branch(level, parts));
    }

    private List<TreePart> Gather(List<TreePart> parts, int level)
    {
        var gathered = new List<TreePart>();
        var start = 0;
        foreach (var end in TreeSplitter.Cut(parts.ConvertAll(static part => part.LastName), level))
        {
            gathered.Add(PartOf(TreeNode.Branch(level, parts.GetRange(start, end - start)), parts[end - 1].LastName));
            start = end;
        }

        return gathered;
    }

    private TreePart PartOf(TreeNode node, string lastName) => new(lastName, Add(node), node.EntryCount, node.SizeBytes);

    private Digest Add(TreeNode node)
    {
        _buffer.ResetWrittenCount();
        node.WriteTo(_buffer);
        return writer.AddObject(ObjectKind.Tree, _buffer.WrittenSpan);
    }
}
