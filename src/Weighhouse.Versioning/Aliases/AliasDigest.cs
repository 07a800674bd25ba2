using System.Security.Cryptography;

namespace Weighhouse.Versioning.Aliases;

/// <summary>The digest of content that passes by.</summary>
internal abstract class AliasDigest : IDisposable
{
    public static AliasDigest Of(AliasAlgorithm algorithm) =>
        algorithm == AliasAlgorithm.Md5OfText ? new TextDigest() : new PlainDigest(algorithm);

    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Whether what has passed is what the alias names. Once, at the end.</summary>
    public abstract bool IsOf(ContentAlias alias);

    /// <summary>What passed instead, for the message.</summary>
    public abstract string Found { get; }

    public abstract void Dispose();

    private sealed class PlainDigest(AliasAlgorithm algorithm) : AliasDigest
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(
            algorithm == AliasAlgorithm.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.MD5);

        public override string Found => field ??= Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

        public override bool IsOf(ContentAlias alias) => Found == alias.Digest;

        public override void Dispose() => _hash.Dispose();
    }

    /// <summary>
    /// DVC 2's: of text, CR LF counts as LF within each block of a mebibyte, as its own reader does it. A binary file of the same name is
    /// right as well: which of the two it was is not sent.
    /// </summary>
    private sealed class TextDigest : AliasDigest
    {
        private const int BlockBytes = 1 << 20;

        private readonly PlainDigest _plain = new(AliasAlgorithm.Md5);
        private readonly IncrementalHash _unix = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        private long _position;
        private bool _hasReturn;

        public override string Found => _plain.Found;

        public override void Append(ReadOnlySpan<byte> bytes)
        {
            _plain.Append(bytes);
            while (!bytes.IsEmpty)
            {
                var block = bytes[..(int)Math.Min(bytes.Length, BlockBytes - _position % BlockBytes)];
                AppendUnix(block);
                _position += block.Length;
                bytes = bytes[block.Length..];
                if (_position % BlockBytes == 0) Settle();
            }
        }

        public override bool IsOf(ContentAlias alias)
        {
            if (_plain.IsOf(alias)) return true;
            Settle();
            return Convert.ToHexStringLower(_unix.GetHashAndReset()) == alias.Digest;
        }

        public override void Dispose()
        {
            _plain.Dispose();
            _unix.Dispose();
        }

        /// <summary>A CR at the end waits for what follows it.</summary>
        private void AppendUnix(ReadOnlySpan<byte> block)
        {
            while (!block.IsEmpty)
            {
                if (_hasReturn && block[0] != (byte)'\n') _unix.AppendData("\r"u8);
                var end = block.IndexOf((byte)'\r');
                _unix.AppendData(end < 0 ? block : block[..end]);
                _hasReturn = end >= 0;
                block = end < 0 ? [] : block[(end + 1)..];
            }
        }

        private void Settle()
        {
            if (_hasReturn) _unix.AppendData("\r"u8);
            _hasReturn = false;
        }
    }
}
