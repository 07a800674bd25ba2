using System.Buffers;
using System.Buffers.Binary;
using Weighhouse.Blobs;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Transfer;

namespace Weighhouse.Versioning.Workspace.Remotes.Server;

/// <summary>A server's plan as it is read: the places whose objects are lacking here, in parts that are fetched each by itself.</summary>
internal sealed class IncomingPlan(IObjectWriter guard)
{
    private readonly List<Digest> _commits = [];
    private readonly List<IncomingPart> _parts = [];
    private IncomingPart? _open;
    private int _place;
    private ObjectKind _kind = ObjectKind.Chunk;

    public IReadOnlyList<IncomingPart> Parts => _parts;

    public List<Digest> Commits => _commits;

    public long LackingCount { get; private set; }

    public long LackingBytes { get; private set; }

    /// <summary>Takes all whole entries from the front; says what is wrong with one.</summary>
    public string? Take(ref ReadOnlySequence<byte> bytes)
    {
        Span<byte> entry = stackalloc byte[TransferEndpoints.PlanEntryBytes];
        for (; bytes.Length >= entry.Length; bytes = bytes.Slice(entry.Length))
        {
            bytes.Slice(0, entry.Length).CopyTo(entry);
            var kind = (ObjectKind)entry[Digest.Size];
            // Nothing comes before what it refers to: what is kept of a cut fetch leads nowhere that is not here.
            if (!Enum.IsDefined(kind) || kind < _kind)
                return $"a plan has an object of kind {entry[Digest.Size]} after one of kind {(int)_kind}";
            var stored = BinaryPrimitives.ReadInt32LittleEndian(entry[(Digest.Size + 5)..]);
            if (stored is < 0 or > WireRecord.StoredBytesMax) return $"a plan has an object of {stored} bytes";
            Add(new Digest(entry[..Digest.Size]), kind, stored);
        }

        return null;
    }

    public void Close()
    {
        if (_open is not null) _parts.Add(_open);
        _open = null;
    }

    private void Add(Digest id, ObjectKind kind, int storedBytes)
    {
        if (kind != _kind) Close();
        _kind = kind;
        if (kind == ObjectKind.Commit) _commits.Add(id);
        var place = _place++;
        // A file that is cut short is lacking as long as one of its chunks is: its recipe may be here already, and then comes again.
        if (guard.Has(id)) return;
        if (_open is { } full && (full.Bytes >= ServerLimits.PartBytes || place - full.From >= ServerLimits.PartPlacesMax)) Close();
        _open ??= new IncomingPart(kind, place);
        _open.Add(id, place, storedBytes);
        LackingCount++;
        LackingBytes += storedBytes;
    }
}

/// <summary>Some places of a plan, and those of their objects that are lacking.</summary>
internal sealed class IncomingPart(ObjectKind kind, int from)
{
    private readonly List<(Digest Id, int Place)> _lacking = [];
    private int _arrived;

    public ObjectKind Kind => kind;

    public int From => from;

    /// <summary>Places from the first to the last that is lacking.</summary>
    public int Count => _lacking[^1].Place - from + 1;

    public long Bytes { get; private set; }

    public int Left => _lacking.Count - _arrived;

    /// <summary>The object that comes next.</summary>
    public Digest Next => _lacking[_arrived].Id;

    public void Add(Digest id, int place, int storedBytes)
    {
        _lacking.Add((id, place));
        Bytes += storedBytes;
    }

    public void Arrived() => _arrived++;

    /// <summary>A bit for each place, lowest first: 1 where the object is still to come.</summary>
    public byte[] Bits()
    {
        var bits = new byte[(Count + 7) / 8];
        for (var i = _arrived; i < _lacking.Count; i++)
        {
            var place = _lacking[i].Place - from;
            bits[place / 8] |= (byte)(1 << (place % 8));
        }

        return bits;
    }
}
