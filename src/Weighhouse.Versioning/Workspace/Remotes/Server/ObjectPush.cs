using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>
/// The two rounds of questions and the sending of what they found: first commits, folders and files, then the chunks of the files that
/// the server lacks. Very many chunks are asked about and sent in portions, so that memory does not follow the size of what is pushed.
/// </summary>
internal sealed class ObjectPush(IObjectStore store, Negotiation negotiation, PackSender sender)
{
    private readonly HashSet<Digest> _asked = [];
    private readonly List<Digest> _ready = [];
    private readonly List<Digest> _recipes = [];

    public async ValueTask<Result<Done>> RunAsync(NewObjects news, CancellationToken cancellation)
    {
        var before = new Dictionary<Digest, Digest?>(news.Files.Count);
        foreach (var (file, old) in news.Files) before[file] = old;
        var asked = await negotiation.MissingAsync([.. news.Commits, .. news.Trees, .. before.Keys], cancellation);
        if (!asked.TryGet(out var missing, out var error)) return error;
        foreach (var file in missing.Where(before.ContainsKey))
        {
            if (!store.Recipe(file).TryGet(out var recipe, out error)) return error;
            if (FileChunks.IsOne(recipe, file))
            {
                _ready.Add(file);
                continue;
            }

            _recipes.Add(file);
            _asked.UnionWith(FileChunks.Of(store, recipe, before[file]));
            if (_asked.Count < ServerLimits.ChunksAtOnce) continue;
            if ((await FlushAsync([], cancellation)).Error is { } refusal) return refusal;
        }

        return await FlushAsync(missing.Where(id => !before.ContainsKey(id)), cancellation);
    }

    private async ValueTask<Result<Done>> FlushAsync(IEnumerable<Digest> above, CancellationToken cancellation)
    {
        if (!(await negotiation.MissingAsync([.. _asked], cancellation)).TryGet(out var chunks, out var error)) return error;
        // A file of one chunk may be a piece of another file, too.
        var sent = await sender.SendAsync([.. _ready.Concat(chunks).Distinct(), .. _recipes, .. above], cancellation);
        _ready.Clear();
        _asked.Clear();
        _recipes.Clear();
        return sent;
    }
}
