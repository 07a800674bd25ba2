namespace Weighhouse.Versioning.Commits;

/// <summary>The graphs of the repositories asked for lately, together within <see cref="VersioningOptions.CommitsInMemoryMax"/>.</summary>
internal sealed class CommitGraphs(VersioningOptions options)
{
    private readonly LinkedList<CommitGraph> _recent = new();
    private readonly Dictionary<long, LinkedListNode<CommitGraph>> _places = [];
    private readonly Lock _lock = new();

    public CommitGraph Of(long repository)
    {
        lock (_lock)
        {
            Trim();
            if (_places.TryGetValue(repository, out var place))
            {
                _recent.Remove(place);
                _recent.AddFirst(place);
                return place.Value;
            }

            var graph = new CommitGraph(repository);
            _places.Add(repository, _recent.AddFirst(graph));
            return graph;
        }
    }

    /// <summary>Forgets the graphs that were not asked for longest; a walk that is under way keeps its own until it ends.</summary>
    private void Trim()
    {
        long count = 0;
        foreach (var graph in _recent) count += graph.Count;
        while (count > options.CommitsInMemoryMax && _recent.Last is { } last)
        {
            count -= last.Value.Count;
            _places.Remove(last.Value.Repository);
            _recent.RemoveLast();
        }
    }
}
