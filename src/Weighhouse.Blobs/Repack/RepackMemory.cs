using System.Buffers.Binary;
using Weighhouse.Blobs.Hashing;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Repack;

/// <summary>
/// The steps that were dealt with, by their first 64 bits: the file <c>repacked</c> (docs/formats/repacking.md). It saves the time of
/// trying again what did not pay; without it nothing is lost.
/// </summary>
internal sealed class RepackMemory : IRepackMemory
{
    /// <summary>8 MB; whoever has more steps begins anew.</summary>
    private const int StepsMax = 1 << 20;

    private const int HeaderBytes = 16;

    private readonly string _path;
    private readonly HashSet<ulong> _steps = [];

    private RepackMemory(string path) => _path = path;

    private static ReadOnlySpan<byte> Magic => "WHREPK1\n"u8;

    public static RepackMemory Open(PackFolder folder)
    {
        var memory = new RepackMemory(Path.Combine(folder.Folder, "repacked"));
        if (File.Exists(memory._path)) memory.Read(File.ReadAllBytes(memory._path));
        return memory;
    }

    public bool Knows(Digest step) => _steps.Contains(KeyOf(step));

    public void Pass(Digest step) => Add(step);

    public void Add(Digest step)
    {
        if (_steps.Count >= StepsMax) _steps.Clear();
        _steps.Add(KeyOf(step));
    }

    public void Save()
    {
        var bytes = new byte[HeaderBytes + _steps.Count * sizeof(ulong) + Digest.Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), _steps.Count);
        var at = HeaderBytes;
        foreach (var key in _steps.Order())
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), key);
            at += sizeof(ulong);
        }

        Blake3.HashOf(bytes.AsSpan(0, at)).CopyTo(bytes.AsSpan(at));
        PackFolder.WriteWhole(_path, bytes);
    }

    /// <summary>What is damaged, or of another version, is no memory.</summary>
    private void Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes + Digest.Size || !bytes.StartsWith(Magic)) return;
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (count < 0 || count > StepsMax || bytes.Length != HeaderBytes + count * sizeof(ulong) + Digest.Size) return;
        if (Blake3.HashOf(bytes[..^Digest.Size]) != new Digest(bytes[^Digest.Size..])) return;
        for (var at = HeaderBytes; at < bytes.Length - Digest.Size; at += sizeof(ulong))
            _steps.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
    }

    private static ulong KeyOf(Digest step)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        step.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
