using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Checks;

/// <summary>Tells the collection what repositories keep: commits, every node of their trees, every file in them.</summary>
internal sealed class LiveGraph(Roots roots, IObjectStore store) : ILiveObjects
{
    public async ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        var trees = new LiveTrees(store);
        foreach (var repository in await roots.RepositoriesAsync(cancellation))
        {
            marks.Begin(OwnerOf(repository));
            foreach (var commit in await roots.CommitsAsync(repository, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                marks.AddNode(commit.Id);
                trees.Name(commit.Tree, marks);
            }
        }
    }

    /// <summary>The name of a deleted one is free for another, so its number tells them apart.</summary>
    private static LiveOwner OwnerOf(Repositories.StoredRepository repository) => repository.Facts.DeletedMs is null
        ? new LiveOwner("repository", repository.Facts.Name)
        : new LiveOwner("deleted repository", $"{repository.Facts.Name} ({repository.Number})");
}
