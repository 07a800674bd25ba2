using System.Buffers.Binary;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>How a long recipe is cut into parts.</summary>
/// <param name="RecipeBytesMin">A shorter recipe is stored whole: an object more would cost what it saves.</param>
/// <param name="LinesMin">No cut before so many lines.</param>
/// <param name="LinesMaskBits">From there one line in two to the power of this ends a part.</param>
/// <param name="LinesMax">A cut at the latest.</param>
internal sealed record RecipePartSizes(int RecipeBytesMin, int LinesMin, int LinesMaskBits, int LinesMax)
{
    /// <summary>160 lines on average: a change of a file anywhere costs one part, 6 KB, and 32 bytes for each of the others.</summary>
    public static readonly RecipePartSizes Default = new(32 << 10, 32, 7, 512);
}

/// <summary>
/// A recipe as the parts its lines are in, which versions of a file share: what is stored anew with a version is then what changed of the
/// list too, and not the list. The recipe's bytes and its id know nothing of it. docs/formats/recipes.md
/// </summary>
internal static class RecipeParts
{
    /// <summary>The longest part there can be, for readers.</summary>
    public const int PartBytesMax = 64 << 10;

    /// <summary>The lengths of the parts of a recipe, behind its header.</summary>
    public static IEnumerable<int> Cut(ReadOnlyMemory<byte> recipe, RecipePartSizes sizes)
    {
        var (lines, mask) = (0, (1 << sizes.LinesMaskBits) - 1);
        for (var at = Recipes.HeaderBytes; at < recipe.Length; at += Recipes.ChunkBytes)
        {
            lines++;
            var isLast = at + Recipes.ChunkBytes >= recipe.Length;
            // The ids of chunks are spread evenly: their first bits are as good as chance, and the same for the same chunk.
            var ends = lines >= sizes.LinesMin && (BinaryPrimitives.ReadUInt16BigEndian(recipe.Span[at..]) & mask) == 0;
            if (!ends && !isLast && lines < sizes.LinesMax) continue;
            yield return lines * Recipes.ChunkBytes;
            lines = 0;
        }
    }

    /// <summary>The ids of the parts a recipe would be stored in; none for one that is stored whole.</summary>
    public static IEnumerable<Digest> IdsOf(ReadOnlyMemory<byte> recipe, RecipePartSizes sizes)
    {
        if (recipe.Length < sizes.RecipeBytesMin) yield break;
        var at = Recipes.HeaderBytes;
        foreach (var length in Cut(recipe, sizes))
        {
            yield return ObjectIds.Of(ObjectKind.RecipePart, recipe.Span.Slice(at, length));
            at += length;
        }
    }

    /// <summary>The stored form: the recipe's header, and the ids of its parts.</summary>
    public static byte[] Write(ReadOnlySpan<byte> recipe, IReadOnlyList<Digest> parts)
    {
        var stored = new byte[Recipes.HeaderBytes + parts.Count * Digest.Size];
        recipe[..Recipes.HeaderBytes].CopyTo(stored);
        for (var i = 0; i < parts.Count; i++) parts[i].CopyTo(stored.AsSpan(Recipes.HeaderBytes + i * Digest.Size));
        return stored;
    }

    /// <summary>The parts that a stored form names; none when it is another form, or no sound one.</summary>
    public static Digest[] Read(ObjectInfo info, ReadOnlySpan<byte> stored)
    {
        if (info is not { Kind: ObjectKind.Recipe, Codec: ObjectCodec.Parts } || stored.Length < Recipes.HeaderBytes) return [];
        var ids = stored[Recipes.HeaderBytes..];
        if (ids.Length % Digest.Size != 0) return [];
        var parts = new Digest[ids.Length / Digest.Size];
        for (var i = 0; i < parts.Length; i++) parts[i] = new Digest(ids.Slice(i * Digest.Size, Digest.Size));
        return parts;
    }
}
