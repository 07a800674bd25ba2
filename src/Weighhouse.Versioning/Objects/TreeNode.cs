using System.Buffers;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Objects;

/// <summary>A part of a folder that was split, as its parent knows it.</summary>
/// <param name="LastName">The last name in it; every name of the part before is smaller than all of this one's.</param>
internal readonly record struct TreePart(string LastName, Digest Id, long EntryCount, long SizeBytes);

/// <summary>
/// One stored node of a folder: its entries (level 0), or the parts it was split into (level 1 and above).
/// The format is docs/formats/trees.md.
/// </summary>
internal sealed record TreeNode(int Level, IReadOnlyList<TreeEntry> Entries, IReadOnlyList<TreePart> Parts)
{
    public const byte Version = 1;

    /// <summary>Far above what <see cref="TreeSplitter"/> makes of names of full length, far below what would hurt to read.</summary>
    public const int BytesMax = 1 << 20;

    /// <summary>Each level has at least a third of the one above; 2^63 entries would fit.</summary>
    public const int LevelMax = 40;

    private const byte ExecutableFlag = 0x80;

    public long SizeBytes => Level == 0 ? Entries.Sum(static entry => entry.SizeBytes) : Parts.Sum(static part => part.SizeBytes);

    public long EntryCount => Level == 0 ? Entries.Count : Parts.Sum(static part => part.EntryCount);

    public static TreeNode Leaf(IReadOnlyList<TreeEntry> entries) => new(0, entries, []);

    public static TreeNode Branch(int level, IReadOnlyList<TreePart> parts) => new(level, [], parts);

    public void WriteTo(ArrayBufferWriter<byte> target)
    {
        var head = target.GetSpan(2 + Varint.BytesMax);
        head[0] = Version;
        head[1] = (byte)Level;
        target.Advance(2 + Varint.Write(head[2..], Level == 0 ? Entries.Count : Parts.Count));
        var names = new NameWriter();
        foreach (var entry in Entries)
        {
            names.Write(target, entry.Name);
            var span = target.GetSpan(1 + Digest.Size + Varint.BytesMax);
            span[0] = (byte)((byte)entry.Kind | (entry.IsExecutable ? ExecutableFlag : 0));
            entry.Id.CopyTo(span[1..]);
            target.Advance(1 + Digest.Size + Varint.Write(span[(1 + Digest.Size)..], entry.SizeBytes));
        }

        foreach (var part in Parts)
        {
            names.Write(target, part.LastName);
            var span = target.GetSpan(Digest.Size + (2 * Varint.BytesMax));
            part.Id.CopyTo(span);
            var length = Digest.Size + Varint.Write(span[Digest.Size..], part.EntryCount);
            target.Advance(length + Varint.Write(span[length..], part.SizeBytes));
        }
    }

    /// <summary>The node these bytes are; Corrupted when they are none. Never reads past them, whatever they claim.</summary>
    public static Result<TreeNode> Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax) return Bad($"it has {bytes.Length} bytes; the limit is {BytesMax}");
        if (bytes.Length < 3) return Bad("it is cut off");
        if (bytes[0] != Version) return Bad($"its version is {bytes[0]}; this program reads version {Version}");
        var level = bytes[1];
        if (level > LevelMax) return Bad($"its level is {level}; the limit is {LevelMax}");
        var rest = bytes[2..];
        // An entry takes at least 36 bytes: a count that cannot be true is refused before memory is set aside for it.
        if (!Varint.TryRead(ref rest, out var count) || count > rest.Length / (Digest.Size + 4)) return Bad("its count is wrong");
        if (level > 0 && count == 0) return Bad("it is a branch without parts");
        return level == 0 ? DecodeLeaf(rest, (int)count) : DecodeBranch(rest, level, (int)count);
    }

    private static Result<TreeNode> DecodeLeaf(ReadOnlySpan<byte> rest, int count)
    {
        var entries = new TreeEntry[count];
        var names = new NameReader();
        long total = 0;
        for (var i = 0; i < count; i++)
        {
            if (names.Read(ref rest).Error is { } error) return Bad(error.Message);
            if (rest.Length < 1 + Digest.Size) return Bad("it is cut off");
            var flags = rest[0];
            var kind = (EntryKind)(flags & ~ExecutableFlag);
            if (kind is not (EntryKind.File or EntryKind.Folder or EntryKind.Symlink)) return Bad($"an entry is of kind {flags}");
            var isExecutable = (flags & ExecutableFlag) != 0;
            if (isExecutable && kind != EntryKind.File) return Bad("something that is no file is executable");
            var id = new Digest(rest.Slice(1, Digest.Size));
            rest = rest[(1 + Digest.Size)..];
            if (!Varint.TryRead(ref rest, out var size) || size > long.MaxValue - total) return Bad("a size is wrong");
            total += size;
            entries[i] = new TreeEntry(names.Name, kind, isExecutable, id, size);
        }

        return rest.IsEmpty ? Leaf(entries) : Bad("bytes follow its end");
    }

    private static Result<TreeNode> DecodeBranch(ReadOnlySpan<byte> rest, int level, int count)
    {
        var parts = new TreePart[count];
        var names = new NameReader();
        long entries = 0, total = 0;
        for (var i = 0; i < count; i++)
        {
            if (names.Read(ref rest).Error is { } error) return Bad(error.Message);
            if (rest.Length < Digest.Size) return Bad("it is cut off");
            var id = new Digest(rest[..Digest.Size]);
            rest = rest[Digest.Size..];
            if (!Varint.TryRead(ref rest, out var below) || below == 0 || below > long.MaxValue - entries) return Bad("a count is wrong");
            if (!Varint.TryRead(ref rest, out var size) || size > long.MaxValue - total) return Bad("a size is wrong");
            entries += below;
            total += size;
            parts[i] = new TreePart(names.Name, id, below, size);
        }

        return rest.IsEmpty ? Branch(level, parts) : Bad("bytes follow its end");
    }

    private static Error Bad(string why) => new(ErrorCode.Corrupted, $"A tree is damaged: {why}.");

    /// <summary>Names share what they begin with: each is written as the bytes kept of the one before and the bytes that follow.</summary>
    private struct NameWriter
    {
        private byte[]? _last;

        public void Write(ArrayBufferWriter<byte> target, string name)
        {
            var bytes = NameOrder.BytesOf(name);
            var shared = _last is null ? 0 : bytes.AsSpan().CommonPrefixLength(_last);
            var span = target.GetSpan((2 * Varint.BytesMax) + bytes.Length);
            var length = Varint.Write(span, shared);
            length += Varint.Write(span[length..], bytes.Length - shared);
            bytes.AsSpan(shared).CopyTo(span[length..]);
            target.Advance(length + bytes.Length - shared);
            _last = bytes;
        }
    }

    private struct NameReader
    {
        private byte[]? _bytes;
        private int _length;

        public string Name { get; private set; }

        /// <summary>Reads the next name, which must be greater than the last and one that may be.</summary>
        public Result<Done> Read(ref ReadOnlySpan<byte> rest)
        {
            if (!Varint.TryRead(ref rest, out var shared) || shared > _length) return Error.Invalid("a name is cut off");
            if (!Varint.TryRead(ref rest, out var own) || own > rest.Length) return Error.Invalid("a name is cut off");
            if (shared + own > NameRules.BytesMax) return Error.Invalid($"a name has {shared + own} bytes");
            _bytes ??= new byte[NameRules.BytesMax];
            var suffix = rest[..(int)own];
            if (IsInOrder(suffix, (int)shared) is false) return Error.Invalid("its names are out of order, or shared less than they could");
            suffix.CopyTo(_bytes.AsSpan((int)shared));
            _length = (int)(shared + own);
            rest = rest[(int)own..];
            if (!NameRules.Decode(_bytes.AsSpan(0, _length)).TryGet(out var name, out var error)) return error;
            Name = name;
            return Done.Value;
        }

        /// <summary>One way to write a folder only: what follows the shared bytes is greater, and does not begin alike.</summary>
        private readonly bool IsInOrder(ReadOnlySpan<byte> suffix, int shared)
        {
            if (suffix.IsEmpty) return false;
            return shared == _length || suffix[0] > _bytes![shared];
        }
    }
}
