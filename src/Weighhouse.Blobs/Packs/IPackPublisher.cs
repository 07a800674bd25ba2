namespace Weighhouse.Blobs.Packs;

/// <summary>
/// Brings what is appended to a pack to where it is durable. Called by the one thread that writes the pack, and disposed of by it.
/// </summary>
internal interface IPackPublisher : IDisposable
{
    /// <summary>The pack's file now reaches to here: a good moment to begin sending what is large.</summary>
    void Written(long endBytes);

    /// <summary>Returns when everything before is durable and others can find it.</summary>
    void Publish(long endBytes);
}
