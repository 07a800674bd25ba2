using Weighhouse.Blobs;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>What a check of a workspace found.</summary>
/// <param name="Named">Damage as people know it: by ref and path.</param>
/// <param name="Bytes">Damage as it lies on disk: by pack and offset.</param>
public sealed record WorkspaceCheck(
    long Commits, long Trees, long Files, long Objects, long StoredBytes, long DamageCount, IReadOnlyList<GraphDamage> Named,
    IReadOnlyList<Damage> Bytes)
{
    public bool IsSound => DamageCount == 0 && Named.Count == 0;
}

/// <summary>What a repair has done.</summary>
/// <param name="Before">What was found.</param>
/// <param name="After">What is left.</param>
/// <param name="QuarantinedPacks">Packs that the collection will empty and delete.</param>
/// <param name="Fetched">Objects taken from other workspaces.</param>
/// <param name="Refilled">Files of the folder that gave their content back.</param>
public sealed record WorkspaceRepair(WorkspaceCheck Before, WorkspaceCheck After, int QuarantinedPacks, int Fetched, int Refilled);

/// <summary>How much room a version takes.</summary>
/// <param name="Name">The branch or tag.</param>
/// <param name="SizeBytes">Of its files, as they are in the folder.</param>
/// <param name="StoredBytes">Of the content they share or have alone, as it lies in the store.</param>
/// <param name="OwnBytes">Of content that no other branch or tag listed has: what deleting it would free.</param>
public sealed record VersionUsage(string Name, Digest Commit, long Files, long SizeBytes, long StoredBytes, long OwnBytes);

/// <param name="StoredBytes">Of all versions listed together: content that several share counts once.</param>
public sealed record WorkspaceUsage(IReadOnlyList<VersionUsage> Versions, long StoredBytes);
