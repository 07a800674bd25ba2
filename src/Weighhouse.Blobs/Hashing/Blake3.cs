using System.Buffers.Binary;
using System.Numerics;
using Weighhouse.Kernel;
using static Weighhouse.Blobs.Hashing.Blake3Words;

namespace Weighhouse.Blobs.Hashing;

/// <summary>
/// BLAKE3 with a 256-bit result, fed piece by piece; how the input is cut into pieces does not change the result.
/// Pieces of 128 KiB and more use all lanes. Not thread-safe; reusable after <see cref="Finish"/>.
/// </summary>
internal sealed unsafe class Blake3(Blake3Path path, Blake3Mode mode)
{
    /// <summary>128 chunks in one go keep all lanes busy up to the top levels of the tree, with 4 KiB of stack.</summary>
    private const int SubtreeChunksMax = 128;

    /// <summary>2^54 chunks are 2^64 bytes, more than a file can have; the lazy merge may hold one value more.</summary>
    private const int DepthMax = 55;

    private readonly uint[] _stack = new uint[DepthMax * ChainingWords];
    private readonly byte[] _chunk = new byte[ChunkBytes];
    [ThreadStatic]
    private static Blake3? _ofThisThread;

    private int _depth;
    private int _chunkLength;
    private ulong _chunksDone;

    public Blake3()
        : this(Blake3Paths.Best, Blake3Mode.Plain)
    {
    }

    /// <summary>The digest of content in memory, by a hasher that the thread keeps: making one costs as much as hashing 4 KiB.</summary>
    public static Digest HashOf(ReadOnlySpan<byte> content)
    {
        var hasher = _ofThisThread ??= new Blake3();
        hasher.Update(content);
        return hasher.Finish();
    }

    public void Update(ReadOnlySpan<byte> piece)
    {
        if (piece.IsEmpty) return;
        if (_chunkLength > 0)
        {
            var taken = Math.Min(ChunkBytes - _chunkLength, piece.Length);
            piece[..taken].CopyTo(_chunk.AsSpan(_chunkLength));
            _chunkLength += taken;
            piece = piece[taken..];
            // The last chunk is hashed differently when it is the only one, so a full chunk waits until more input shows.
            if (piece.IsEmpty) return;
            fixed (byte* chunk = _chunk) PushSubtree(chunk, 1);
            _chunkLength = 0;
        }

        fixed (byte* start = piece)
        {
            var next = start;
            var left = piece.Length;
            while (left > ChunkBytes)
            {
                var chunks = SubtreeChunks(left / ChunkBytes);
                PushSubtree(next, chunks);
                next += chunks * ChunkBytes;
                left -= chunks * ChunkBytes;
            }

            new ReadOnlySpan<byte>(next, left).CopyTo(_chunk);
            _chunkLength = left;
        }
    }

    /// <summary>The digest of all that was fed; the hasher then starts anew.</summary>
    public Digest Finish()
    {
        Span<uint> value = stackalloc uint[ChainingWords];
        Span<byte> digest = stackalloc byte[Digest.Size];
        var depth = _depth;
        fixed (uint* stack = _stack, result = value)
        fixed (byte* chunk = _chunk)
        {
            if (_chunkLength > 0 || depth == 0)
            {
                MergeComplete();
                depth = _depth;
                _chunk.AsSpan(_chunkLength).Clear();
                Hash(chunk, 1, LaneShape.LastChunk(_chunkLength, isRoot: depth == 0), _chunksDone, result);
            }
            else
            {
                depth--;
                _stack.AsSpan(depth * ChainingWords, ChainingWords).CopyTo(value);
            }

            var pair = stackalloc uint[ChainingWords * 2];
            while (depth > 0)
            {
                depth--;
                _stack.AsSpan(depth * ChainingWords, ChainingWords).CopyTo(new Span<uint>(pair, ChainingWords));
                value.CopyTo(new Span<uint>(pair + ChainingWords, ChainingWords));
                Hash((byte*)pair, 1, depth == 0 ? LaneShape.RootParent : LaneShape.Parents, 0, result);
            }
        }

        for (var word = 0; word < ChainingWords; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest[(word * sizeof(uint))..], value[word]);
        }

        (_depth, _chunkLength, _chunksDone) = (0, 0, 0);
        return new Digest(digest);
    }

    private void Hash(byte* input, int count, in LaneShape shape, ulong counter, uint* chainingValues) =>
        path.HashMany(input, mode.Key, count, mode.Apply(shape), counter, chainingValues);

    /// <summary>The largest whole subtree that can start here: a power of two, and the chunks done are a multiple of it.</summary>
    private int SubtreeChunks(int chunksLeft)
    {
        var chunks = 1 << BitOperations.Log2((uint)Math.Min(chunksLeft, SubtreeChunksMax));
        return _chunksDone == 0 ? chunks : (int)Math.Min((ulong)chunks, _chunksDone & (~_chunksDone + 1));
    }

    /// <summary>
    /// Hashes whole chunks down to two chaining values and pushes those. Two, not one: should the input end here, their parent is
    /// the root and needs its own flag.
    /// </summary>
    private void PushSubtree(byte* input, int chunks)
    {
        var values = stackalloc uint[SubtreeChunksMax * ChainingWords];
        Hash(input, chunks, LaneShape.Chunks, _chunksDone, values);
        var count = chunks;
        for (; count > 2; count /= 2) Hash((byte*)values, count / 2, LaneShape.Parents, 0, values);

        for (var i = 0; i < count; i++)
        {
            Push(new ReadOnlySpan<uint>(values + i * ChainingWords, ChainingWords));
            _chunksDone += (ulong)(chunks / count);
        }
    }

    private void Push(ReadOnlySpan<uint> value)
    {
        MergeComplete();
        value.CopyTo(_stack.AsSpan(_depth++ * ChainingWords));
    }

    /// <summary>
    /// Joins the subtrees that are complete now that more input follows: n chunks leave as many values as n has one-bits.
    /// Done late, because the last join of all is the root and needs its own flag.
    /// </summary>
    private void MergeComplete()
    {
        var complete = BitOperations.PopCount(_chunksDone);
        fixed (uint* stack = _stack)
        {
            for (; _depth > complete; _depth--)
            {
                var pair = stack + (_depth - 2) * ChainingWords;
                Hash((byte*)pair, 1, LaneShape.Parents, 0, pair);
            }
        }
    }
}
