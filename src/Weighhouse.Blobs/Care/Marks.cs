using Weighhouse.Blobs.Index;
using Weighhouse.Blobs.Packs;
using Weighhouse.Blobs.Store;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Care;

/// <summary>Takes names and follows those of files to their chunks; who derives from it counts what was reached.</summary>
internal abstract class Marks(StoreParts parts, ObjectReader objects) : ILiveMarks, IDisposable
{
    private readonly IndexView _view = parts.Index.View();
    private ObjectNumbers? _numbers;

    protected ObjectNumbers Numbers => _numbers ??= new ObjectNumbers(_view);

    public abstract void Begin(LiveOwner owner);

    /// <summary>A recipe that is there and cannot be read stops whoever counts: the chunks it names would seem dead.</summary>
    public void AddFile(Digest id)
    {
        if (!TryLocate(id, out var number, out var place) || place.Info.Kind is not (ObjectKind.Chunk or ObjectKind.Recipe)) return;
        if (!Reach(number, place) || place.Info.Kind != ObjectKind.Recipe) return;
        if (!objects.Recipe(id).TryGet(out var recipe, out var error)) throw new MarkingException(error);
        foreach (var chunk in recipe.Chunks)
            if (TryLocate(chunk.Id, out number, out place)) Reach(number, place);
        if (!objects.PartsOf(id).TryGet(out var parted, out error)) throw new MarkingException(error);
        foreach (var part in parted)
            if (TryLocate(part, out number, out place)) Reach(number, place);
    }

    public bool AddNode(Digest id) =>
        !TryLocate(id, out var number, out var place) || place.Info.Kind is not (ObjectKind.Tree or ObjectKind.Commit)
        || Reach(number, place);

    public void Dispose() => _view.Dispose();

    /// <summary>Counts an object; whether it was reached for the first time.</summary>
    protected abstract bool Reach(int number, in ObjectPlace place);

    private bool TryLocate(Digest id, out int number, out ObjectPlace place)
    {
        number = Numbers.Find(id, out place);
        // Not in a segment, or in one that is behind what a collection did: the index as a whole knows.
        if (place.Pack is not { IsGone: false } && !parts.Index.TryFind(id, out place)) return false;
        if (number < 0) number = Numbers.Take(id);
        return true;
    }
}

/// <summary>A file that lives cannot be followed to its chunks.</summary>
internal sealed class MarkingException(Error error) : ErrorException(error, null);
