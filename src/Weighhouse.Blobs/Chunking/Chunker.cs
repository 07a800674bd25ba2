using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Chunking;

/// <summary>
/// Says how long the next chunk of a file is. Shown the bytes from the current position on, as many as there happen to be: the cuts
/// depend on the content alone, never on how it arrives.
/// </summary>
internal sealed class Chunker
{
    /// <summary>A file up to this length is one chunk, and named by its plain digest.</summary>
    public const int SmallFileBytes = 16 << 10;

    /// <summary>Blocks inside a tensor: 16 times fewer entries than content-defined chunks, and nothing to scan.</summary>
    public const int TensorBlockBytes = 1 << 20;

    /// <summary>No chunk is longer, so every chunk read is small.</summary>
    public const int ChunkMaxBytes = TensorBlockBytes;

    /// <summary>A header up to here may decide the cuts. The tables of words of language models take most of it.</summary>
    public const int HeaderMaxBytes = 16 << 20;

    private static readonly int GenericZeros = FastCdc.Cut(new byte[CutSizes.Generic.MaxBytes], CutSizes.Generic);
    private static readonly int TextZeros = FastCdc.Cut(new byte[CutSizes.Text.MaxBytes], CutSizes.Text);

    private ILayout? _layout;
    private Region _region;
    private long _position;

    /// <summary>How many bytes must be shown for the next answer, unless the file ends before.</summary>
    public int NeededBytes { get; private set; } = SmallFileBytes + 1;

    /// <summary>The length of the next chunk, or 0 when more bytes must be shown. Must not be asked at the end of the file.</summary>
    public int Next(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        Invariant.That(!bytes.IsEmpty);
        if (_position == 0 && isEnd && bytes.Length <= SmallFileBytes) return Take(bytes.Length);
        if (_position == _region.EndBytes && !TryEnterRegion(bytes, isEnd)) return 0;
        var left = _region.EndBytes - _position;
        var seesEnd = isEnd || left <= bytes.Length;
        var region = left < bytes.Length ? bytes[..(int)left] : bytes;
        return _region.Kind == RegionKind.Tensor ? NextBlock(region.Length, seesEnd) : NextCut(region, seesEnd);
    }

    /// <summary>
    /// How the zeros that follow from here on are cut, without being shown: so many chunks of one length. What is left of them, or all
    /// where the region ends too early, is shown as usual.
    /// </summary>
    public (int LengthBytes, long Count) SkipZeros(long zeroBytes)
    {
        var seenBytes = _region.Kind == RegionKind.Tensor ? TensorBlockBytes : Sizes.MaxBytes;
        var length = ZeroLength(_region.Kind);
        var room = Math.Min(zeroBytes, _region.EndBytes - _position);
        if (room < seenBytes) return default;
        var count = ((room - seenBytes) / length) + 1;
        _position += count * length;
        return (length, count);
    }

    /// <summary>The length of every chunk within a long run of zeros.</summary>
    public static int ZeroLength(RegionKind kind) => kind switch
    {
        RegionKind.Tensor => TensorBlockBytes,
        RegionKind.Text => TextZeros,
        _ => GenericZeros,
    };

    private CutSizes Sizes => _region.Kind == RegionKind.Text ? CutSizes.Text : CutSizes.Generic;

    private int NextBlock(int available, bool seesEnd)
    {
        NeededBytes = TensorBlockBytes;
        return available >= TensorBlockBytes || seesEnd ? Take(Math.Min(available, TensorBlockBytes)) : 0;
    }

    private int NextCut(ReadOnlySpan<byte> available, bool seesEnd)
    {
        var sizes = Sizes;
        NeededBytes = sizes.MaxBytes;
        return available.Length >= sizes.MaxBytes || seesEnd ? Take(FastCdc.Cut(available, sizes)) : 0;
    }

    private int Take(int length)
    {
        _position += length;
        return length;
    }

    private bool TryEnterRegion(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        if (!isEnd && _position == 0 && bytes.Length <= SmallFileBytes) return false;
        _layout ??= Layouts.Detect(bytes);
        var region = _layout.Next(bytes[..Math.Min(bytes.Length, HeaderMaxBytes)], _position, out var needed);
        if (region is null && !isEnd && needed > bytes.Length && needed <= HeaderMaxBytes)
        {
            NeededBytes = needed;
            return false;
        }

        // What cannot be told within the limits is cut like anything else.
        _region = region ?? new Region(RegionKind.Generic, long.MaxValue);
        Invariant.That(_region.EndBytes > _position);
        return true;
    }
}
