using Weighhouse.Blobs;

namespace Weighhouse.Versioning.Repositories;

internal sealed record StoredRepository(long Number, Repository Facts)
{
    /// <summary>As whose its objects are counted. The name of a deleted one is free for another, so its number tells them apart.</summary>
    public LiveOwner Owner(string kind) =>
        Facts.DeletedMs is null ? new LiveOwner(kind, Facts.Name) : new LiveOwner($"deleted {kind}", $"{Facts.Name} ({Number})");
}
