using System.Runtime.InteropServices;
using System.Text;
using Weighhouse.Kernel;
using static Weighhouse.Blobs.Hashing.Blake3Words;

namespace Weighhouse.Blobs.Hashing;

/// <summary>
/// The key a hash starts from and the flags it carries: plain hashing, or the derivation of a key for one purpose. Digests of two
/// purposes never meet, whatever the inputs.
/// </summary>
internal sealed unsafe class Blake3Mode
{
    private readonly uint[] _key = GC.AllocateArray<uint>(ChainingWords, pinned: true);
    private readonly uint _flags;

    private Blake3Mode(ReadOnlySpan<uint> key, uint flags)
    {
        key.CopyTo(_key);
        _flags = flags;
        Key = (uint*)Marshal.UnsafeAddrOfPinnedArrayElement(_key, 0);
    }

    public static Blake3Mode Plain { get; } = new(InitialVector, 0);

    /// <summary>Eight words that never move.</summary>
    public uint* Key { get; }

    private static ReadOnlySpan<uint> InitialVector => [Iv0, Iv1, Iv2, Iv3, Iv4, Iv5, Iv6, Iv7];

    /// <summary>The mode <c>derive_key</c>: <paramref name="context"/> names the purpose and is the same for ever.</summary>
    public static Blake3Mode Derive(string context)
    {
        var hasher = new Blake3(Blake3Paths.Best, new Blake3Mode(InitialVector, DeriveKeyContext));
        hasher.Update(Encoding.UTF8.GetBytes(context));
        Span<byte> digest = stackalloc byte[Digest.Size];
        hasher.Finish().CopyTo(digest);
        Span<uint> key = stackalloc uint[ChainingWords];
        for (var word = 0; word < key.Length; word++)
            key[word] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(digest[(word * sizeof(uint))..]);
        return new Blake3Mode(key, DeriveKeyMaterial);
    }

    public LaneShape Apply(in LaneShape shape) => _flags == 0 ? shape : shape with { Flags = shape.Flags | _flags };
}
