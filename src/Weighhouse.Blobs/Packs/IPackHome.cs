using Weighhouse.Kernel;

namespace Weighhouse.Blobs.Packs;

/// <summary>A pack as its home lists it.</summary>
internal readonly record struct PackListing(PackId Id, PackKind Kind, long LengthBytes);

/// <summary>
/// Where packs lie and who writes them: a folder, or a bucket beside a ledger. Whatever the home, bytes are read from the file at
/// <see cref="PackFile.Path"/>; a home that is elsewhere brings them there first.
/// </summary>
internal interface IPackHome : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Every pack there is now, with what is durable of it; asks anew.</summary>
    IEnumerable<PackListing> List();

    bool Exists(PackId id, PackKind kind);

    /// <summary>How long the pack is. FileNotFoundException when it has gone.</summary>
    long LengthOf(PackFile pack);

    /// <summary>
    /// How many bytes of a file to bring near before they are asked for, so that a distant home is kept busy. 0 where nothing is distant.
    /// </summary>
    int AheadBytes { get; }

    /// <summary>Packs whose tables are read at once when many are new; a distant home answers many as quickly as one.</summary>
    int ScansMax { get; }

    /// <summary>
    /// Makes these bytes readable at the pack's path, and keeps them there until they are let go. FileNotFoundException when the pack has
    /// gone.
    /// </summary>
    void Hold(PackFile pack, long offsetBytes, int lengthBytes);

    /// <summary>Once for each time the bytes were held.</summary>
    void LetGo(PackFile pack);

    /// <summary>Brings bytes near that will be asked for soon. Failures are told when they are.</summary>
    Task FetchAsync(PackFile pack, long offsetBytes, int lengthBytes);

    /// <summary>What was brought near is not what it should be. Whether fetching it again may help.</summary>
    bool Distrust(PackFile pack);

    /// <summary>A pack to append to, new or gone on with.</summary>
    OpenPack Begin(StoreParts parts, PackKind kind, int epoch);

    /// <summary>Deletes the packs for good and returns the bytes they took.</summary>
    long Delete(IReadOnlyList<PackFile> packs);

    /// <summary>Null for everything that is not an expected failure of where the packs lie.</summary>
    Error? Explain(Exception failure);
}
