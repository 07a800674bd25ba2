using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Checks;

/// <summary>Tells the collection what repositories keep: commits, every node of their trees, every file in them.</summary>
internal sealed class LiveGraph(Roots roots, IObjectStore store, KeptRecount recount) : ILiveObjects
{
    public async ValueTask<KeptBytesTold?> BeginCountAsync(CancellationToken cancellation) => await recount.BeginAsync(cancellation);

    public async ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        var trees = new LiveTrees(store);
        foreach (var repository in await roots.RepositoriesAsync(cancellation))
        {
            marks.Begin(repository.Owner("repository"));
            foreach (var commit in await roots.CommitsAsync(repository, cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                marks.AddNode(commit.Id);
                trees.Name(commit.Tree, marks);
            }
        }
    }
}
