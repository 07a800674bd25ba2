using System.Globalization;
using Weighhouse.Blobs.Packs;
using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Backends;

/// <summary>Keys of objects, as docs/formats/remote-packs.md says.</summary>
internal sealed class BucketKeys(string prefix, string store, IdGenerator ids)
{
    /// <summary>Everything of this store and of no other.</summary>
    public string Root { get; } = $"{prefix}{store}/";

    /// <summary>A key that was never used.</summary>
    public string New(PackId pack, PackKind kind, long startBytes)
    {
        Span<byte> nonce = stackalloc byte[8];
        ids.Fill(nonce);
        var suffix = kind == PackKind.Data ? "data" : "meta";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Root}packs/{pack}.{suffix}/{startBytes:x16}-{Convert.ToHexStringLower(nonce)}");
    }
}
