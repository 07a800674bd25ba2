using System.Diagnostics.CodeAnalysis;

namespace Weighhouse.Versioning.Commits;

/// <summary>From where a walk has reached a commit.</summary>
[Flags]
internal enum Reached
{
    None = 0,
    FromOne = 1,
    FromOther = 2,
    Both = FromOne | FromOther,
    /// <summary>It is behind a common ancestor that was found already.</summary>
    Past = 4,
}

/// <summary>The commits a walk has reached and not passed yet, newest first, each with all that was said of it.</summary>
internal sealed class Frontier
{
    private readonly PriorityQueue<CommitNode, (long, long)> _queue = new();
    private readonly Dictionary<long, Reached> _marks = [];
    private readonly int[] _counts = new int[(int)(Reached.Both | Reached.Past) + 1];

    public CommitWalk Walk { get; } = new();

    public int Count => _queue.Count;

    /// <summary>All that waits, in no order.</summary>
    public IEnumerable<(CommitNode Node, Reached Mark)> Waiting =>
        _queue.UnorderedItems.Select(item => (item.Element, _marks[item.Element.Number]));

    public void Reach(CommitNode node, Reached mark)
    {
        if (_marks.TryGetValue(node.Number, out var before))
        {
            _counts[(int)before]--;
            mark |= before;
        }
        else
        {
            _queue.Enqueue(node, (-node.OrderMs, -node.Number));
        }

        _marks[node.Number] = mark;
        _counts[(int)mark]++;
    }

    /// <summary>Whether something that waits has exactly this mark.</summary>
    public bool Any(Reached mark) => _counts[(int)mark] > 0;

    /// <summary>The newest; nothing newer can be reached after it, so its mark is final and forgotten here.</summary>
    public bool TryTake([NotNullWhen(true)] out CommitNode? node, out Reached mark)
    {
        mark = default;
        if (!_queue.TryDequeue(out node, out _)) return false;
        _marks.Remove(node.Number, out mark);
        _counts[(int)mark]--;
        return true;
    }
}
