using System.Buffers;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>How another tool names content. The numbers are stored.</summary>
public enum AliasAlgorithm : byte
{
    /// <summary>Git LFS.</summary>
    Sha256 = 1,

    /// <summary>DVC since 3.0.</summary>
    Md5 = 2,

    /// <summary>DVC before 3.0: MD5, for which CR LF counts as LF in what looks like text.</summary>
    Md5OfText = 3,
}

/// <summary>The name of content by another tool: a digest of all of its bytes.</summary>
public readonly record struct ContentAlias
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private ContentAlias(AliasAlgorithm algorithm, string digest)
    {
        Algorithm = algorithm;
        Digest = digest;
    }

    public AliasAlgorithm Algorithm { get; }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public string Digest { get; }

    public static int DigitsOf(AliasAlgorithm algorithm) => algorithm == AliasAlgorithm.Sha256 ? 64 : 32;

    /// <summary>Both tools write lower case; anything else is not a name they would ask for again.</summary>
    public static Result<ContentAlias> Parse(AliasAlgorithm algorithm, string text)
    {
        if (text.Length == DigitsOf(algorithm) && !text.AsSpan().ContainsAnyExcept(Digits))
            return new ContentAlias(algorithm, text);
        return Error.Invalid(
            $"'{PlainText.Cut(text, 80)}' names no content: {DigitsOf(algorithm)} lower-case hexadecimal digits do.", "oid");
    }

    public byte[] ToBytes() => Convert.FromHexString(Digest);

    public override string ToString() => Digest;
}
