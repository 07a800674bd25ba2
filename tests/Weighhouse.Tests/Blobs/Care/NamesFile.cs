using System.Buffers.Binary;
using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Tests.Blobs.Care;

/// <summary>
/// Roots in a file that outlives its process: a line for each content that is named and each that is forgotten. Whoever reads it after a
/// kill leaves out a torn line at the end.
/// </summary>
internal sealed class NamesFile : ILiveObjects
{
    private const int LineBytes = Digest.Size + 1 + sizeof(int);

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, int> _names;
    private readonly FileStream _file;

    public NamesFile(string folder)
    {
        _names = Read(folder);
        var path = PathOf(folder);
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _file.SetLength(_file.Length / LineBytes * LineBytes);
        _file.Seek(0, SeekOrigin.End);
    }

    public static Dictionary<Digest, int> Read(string folder)
    {
        var names = new Dictionary<Digest, int>();
        var bytes = File.Exists(PathOf(folder)) ? File.ReadAllBytes(PathOf(folder)) : [];
        for (var at = 0; at + LineBytes <= bytes.Length; at += LineBytes)
        {
            var id = new Digest(bytes.AsSpan(at, Digest.Size));
            if (bytes[at + Digest.Size] == 0) names.Remove(id);
            else names[id] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + Digest.Size + 1));
        }

        return names;
    }

    public void Add(Digest id, int content)
    {
        lock (_lock)
        {
            _names[id] = content;
            Write(id, isNamed: true, content);
        }
    }

    public void ForgetOne(Random random)
    {
        lock (_lock)
        {
            if (_names.Count < 20) return;
            var id = _names.Keys.ElementAt(random.Next(_names.Count));
            // First here: what a kill leaves named in the file only must still be there.
            Write(id, isNamed: false, 0);
            _names.Remove(id);
        }
    }

    public ValueTask NameAsync(ILiveMarks marks, CancellationToken cancellation)
    {
        lock (_lock)
            foreach (var id in _names.Keys) marks.AddFile(id);
        return ValueTask.CompletedTask;
    }

    private void Write(Digest id, bool isNamed, int content)
    {
        var line = new byte[LineBytes];
        id.CopyTo(line);
        line[Digest.Size] = isNamed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(line.AsSpan(Digest.Size + 1), content);
        _file.Write(line);
    }

    private static string PathOf(string folder) => folder + ".names";
}
