using Weighhouse.Blobs.Hashing;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// How each kind of object is named. Chunks plainly, so that <c>b3sum</c> agrees; the others by a derived key, so that no bytes a
/// client uploads as a file can pose as one of them.
/// </summary>
internal static class ObjectIds
{
    private static readonly Blake3Mode Recipe = Blake3Mode.Derive("weighhouse recipe 1");
    private static readonly Blake3Mode Tree = Blake3Mode.Derive("weighhouse tree 1");
    private static readonly Blake3Mode Commit = Blake3Mode.Derive("weighhouse commit 1");
    private static readonly Blake3Mode RecipePart = Blake3Mode.Derive("weighhouse recipe part 1");

    public static Digest Of(ObjectKind kind, ReadOnlySpan<byte> content)
    {
        if (kind == ObjectKind.Chunk) return Blake3.HashOf(content);
        Invariant.That(IsKnown(kind));
        var hasher = new Blake3(Blake3Paths.Best, ModeOf(kind));
        hasher.Update(content);
        return hasher.Finish();
    }

    public static bool IsKnown(ObjectKind kind) => kind is (>= ObjectKind.Chunk and <= ObjectKind.Commit) or ObjectKind.RecipePart;

    private static Blake3Mode ModeOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Recipe => Recipe,
        ObjectKind.Tree => Tree,
        ObjectKind.Commit => Commit,
        _ => RecipePart,
    };
}
