using Weighhouse.Kernel;

namespace Weighhouse.Blobs;

/// <summary>What an object is. Numbers are on disk.</summary>
public enum ObjectKind : byte
{
    /// <summary>A piece of a file, named by the plain BLAKE3 of its bytes. A file of one piece is named like its chunk.</summary>
    Chunk = 1,

    /// <summary>The pieces of a file, in order (docs/formats/recipes.md).</summary>
    Recipe = 2,

    /// <summary>A folder, or a part of one; its bytes are its owner's affair.</summary>
    Tree = 3,

    Commit = 4,

    /// <summary>Lines of long recipes, which versions of a file share; the store's own affair.</summary>
    RecipePart = 6,
}

/// <summary>How the bytes of an object lie on disk. Numbers are on disk.</summary>
public enum ObjectCodec : byte
{
    Raw = 0,
    Brotli = 1,

    /// <summary>Numbers by byte planes, each packed by itself. Written by the repacking alone.</summary>
    Planes = 2,

    /// <summary>
    /// Where the object differs from another of the same length, its base, by byte planes. Written by the repacking alone, and read only
    /// where the base is.
    /// </summary>
    XorPlanes = 3,

    /// <summary>A recipe by the parts its lines are in, which are objects of their own.</summary>
    Parts = 5,
}

/// <summary>What the store knows of an object without reading it.</summary>
/// <param name="RawBytes">Its length.</param>
/// <param name="StoredBytes">The room it takes.</param>
public readonly record struct ObjectInfo(ObjectKind Kind, ObjectCodec Codec, int RawBytes, int StoredBytes);

/// <summary>An object as it lies on disk, for sending it elsewhere without unpacking. Not verified: the receiver does.</summary>
public readonly record struct StoredObject(ObjectInfo Info, ReadOnlyMemory<byte> Stored);

/// <summary>A piece of a file.</summary>
public readonly record struct FileChunk(Digest Id, int LengthBytes);

/// <summary>A file as its pieces.</summary>
public sealed record FileRecipe(long SizeBytes, IReadOnlyList<FileChunk> Chunks);
