using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Something a ref leads to that is missing or not what it should be.</summary>
/// <param name="Ref">A ref that leads there; there may be others.</param>
/// <param name="Commit">The newest commit of that ref in which it is.</param>
/// <param name="Path">Where in the commit's files; the root for the commit and its root folder.</param>
/// <param name="Id">The damaged object.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record GraphDamage(string Repository, string Ref, Digest Commit, TreePath Path, Digest Id, string Problem);

/// <param name="Damages">At most <see cref="VersioningOptions.DamagesMax"/>.</param>
public sealed record GraphCheckReport(long Commits, long Trees, long Files, IReadOnlyList<GraphDamage> Damages);

/// <summary>Follows every ref to every object, and names what is damaged as people know it.</summary>
public interface IGraphCheck
{
    /// <summary>
    /// Reads all commits and trees and asks whether all files are there, without reading content. Administrators of the repository
    /// or, for all of them, of the server.
    /// </summary>
    /// <param name="repository">Null for all.</param>
    /// <param name="suspects">Objects that a check of the bytes found damaged: named when a ref leads to them.</param>
    ValueTask<Result<GraphCheckReport>> CheckAsync(
        Principal caller, string? repository, IReadOnlySet<Digest>? suspects, CancellationToken cancellation);
}
