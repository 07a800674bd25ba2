using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Store;

/// <summary>
/// Bases that had to be unpacked, for the next object that is stored against them: several clients fetch the same model, or versions of
/// it that share a base. Bases that lie raw are left to the page cache. Bytes are copied in and out, so that the memory is the cache's
/// alone and never grows past its bound.
/// </summary>
internal sealed class BaseCache(long capacityBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, LinkedListNode<(Digest Id, byte[] Bytes)>> _nodes = [];
    private readonly LinkedList<(Digest Id, byte[] Bytes)> _order = new();
    private long _heldBytes;

    public bool TryCopy(Digest id, Span<byte> target)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(id, out var node) || node.Value.Bytes.Length != target.Length) return false;
            _order.Remove(node);
            _order.AddFirst(node);
            node.Value.Bytes.CopyTo(target);
            return true;
        }
    }

    public void Keep(Digest id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > capacityBytes) return;
        lock (_lock)
        {
            if (_nodes.ContainsKey(id)) return;
            byte[]? room = null;
            while (_heldBytes + bytes.Length > capacityBytes)
            {
                var oldest = _order.Last!;
                _order.RemoveLast();
                _nodes.Remove(oldest.Value.Id);
                _heldBytes -= oldest.Value.Bytes.Length;
                room = oldest.Value.Bytes;
            }

            // Blocks of tensors are all of a size: what is pushed out is written over.
            if (room?.Length != bytes.Length) room = GC.AllocateUninitializedArray<byte>(bytes.Length);
            bytes.CopyTo(room);
            _nodes.Add(id, _order.AddFirst((id, room)));
            _heldBytes += bytes.Length;
        }
    }

    /// <summary>Forgets bytes that turned out not to be what the id names.</summary>
    public void Drop(Digest id)
    {
        lock (_lock)
        {
            if (!_nodes.Remove(id, out var node)) return;
            _order.Remove(node);
            _heldBytes -= node.Value.Bytes.Length;
        }
    }
}
