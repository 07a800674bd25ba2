namespace Weighhouse.Versioning.Content.Files;

/// <summary>Bytes by their content, with a hash that is another one in every process.</summary>
internal sealed class BytesComparer : IEqualityComparer<ReadOnlyMemory<byte>>,
    IAlternateEqualityComparer<ReadOnlySpan<byte>, ReadOnlyMemory<byte>>
{
    public static readonly BytesComparer Instance = new();

    public bool Equals(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

    public bool Equals(ReadOnlySpan<byte> one, ReadOnlyMemory<byte> other) => one.SequenceEqual(other.Span);

    public int GetHashCode(ReadOnlyMemory<byte> bytes) => GetHashCode(bytes.Span);

    public int GetHashCode(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public ReadOnlyMemory<byte> Create(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
