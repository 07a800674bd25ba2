namespace Weighhouse.Blobs.Care;

/// <summary>Which sessions began before which sentence of the collection, over all processes.</summary>
internal interface IEpochs : IDisposable
{
    /// <summary>
    /// How often this process has lost its hold on the epochs of its sessions. Sessions from before a loss may rely on nothing any more.
    /// </summary>
    int Losses { get; }

    /// <summary>The state as it is kept now, asked anew; packs are marked by it.</summary>
    CollectionState Current();

    /// <summary>Only whoever collects may.</summary>
    void Write(CollectionState state);

    /// <summary>Begins a session in the current epoch.</summary>
    int Enter();

    void Leave(int epoch);

    /// <summary>Whether no session of an earlier epoch is alive in any process.</summary>
    bool IsQuietBefore(int epoch);

    /// <summary>The right to collect, until it is disposed of; null when another has it.</summary>
    IDisposable? TryCollect();
}
