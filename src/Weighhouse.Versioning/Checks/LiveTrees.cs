using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Checks;

/// <summary>Names a folder and all that lies in it. What was named before is not read again.</summary>
internal sealed class LiveTrees(IObjectStore store)
{
    private readonly TreeReader _trees = new(store);
    private readonly Stack<Digest> _waiting = new();

    public void Name(Digest root, ILiveMarks marks)
    {
        if (marks.AddNode(root)) _waiting.Push(root);
        while (_waiting.TryPop(out var id))
        {
            // What cannot be read cannot be followed: the collection must stop rather than take what lies below.
            if (!_trees.Node(id).TryGet(out var node, out var error)) throw new VersioningException(error);
            foreach (var part in node.Parts)
                if (marks.AddNode(part.Id)) _waiting.Push(part.Id);
            foreach (var entry in node.Entries)
            {
                if (entry.Kind != EntryKind.Folder) marks.AddFile(entry.Id);
                else if (marks.AddNode(entry.Id)) _waiting.Push(entry.Id);
            }
        }
    }
}
