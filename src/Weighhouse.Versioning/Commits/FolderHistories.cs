using Weighhouse.Kernel;
using Weighhouse.Versioning.Objects;

namespace Weighhouse.Versioning.Commits;

/// <summary>The walks through folders' histories that were asked for last: what they found never changes.</summary>
internal sealed class FolderHistories(int countMax)
{
    private readonly LinkedList<(Key Key, FolderHistory History)> _recent = new();
    private readonly Dictionary<Key, LinkedListNode<(Key Key, FolderHistory History)>> _places = [];
    private readonly Lock _lock = new();

    public FolderHistory Of(long repository, CommitNode head, TreePath folder, IReadOnlyList<string> names, TreeReader trees)
    {
        var key = new Key(
            repository, head.Id, folder.Text, names.Count, names.Count > 0 ? names[0] : "", names.Count > 0 ? names[^1] : "");
        lock (_lock)
        {
            if (_places.TryGetValue(key, out var place))
            {
                _recent.Remove(place);
                _recent.AddFirst(place);
                return place.Value.History;
            }

            if (_recent.Count == countMax && _recent.Last is { } last)
            {
                _places.Remove(last.Value.Key);
                _recent.RemoveLast();
            }

            var history = new FolderHistory(head, folder, names, trees);
            _places.Add(key, _recent.AddFirst((key, history)));
            return history;
        }
    }

    /// <summary>A page of a folder: its names are known by the first, the last and their count, as they have an order.</summary>
    private sealed record Key(long Repository, Digest Head, string Folder, int Count, string First, string Last);
}
