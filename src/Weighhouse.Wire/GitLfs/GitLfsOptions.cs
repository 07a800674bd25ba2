namespace Weighhouse.Wire;

/// <summary>The limits of Git LFS's folder. What content may be is the repositories' module's to say.</summary>
public sealed record GitLfsOptions
{
    /// <value>1,048,576 bytes a JSON body: a batch of a thousand objects has a tenth of that.</value>
    public int JsonBodyMaxBytes { get; init; } = 1 << 20;

    /// <value>1,000 objects a batch; the client sends 100.</value>
    public int BatchObjectsMax { get; init; } = 1_000;

    /// <value>100 locks a page where the client names no limit.</value>
    public int LocksPageSize { get; init; } = 100;

    /// <value>1,000 locks a page whatever the client asks for.</value>
    public int LocksPageSizeMax { get; init; } = 1_000;
}
