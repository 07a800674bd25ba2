using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>Where to go.</summary>
/// <param name="Target">A branch, tag or commit; null stays where it is, or begins a new branch here.</param>
/// <param name="NewBranch">The branch to begin.</param>
/// <param name="Force">Lose changes that are in the way.</param>
/// <param name="Only">The paths to have in the folder from now on; empty for all, null to leave that as it is.</param>
/// <param name="From">The folder from which the paths are named.</param>
public sealed record SwitchRequest(string? Target, string? NewBranch, bool Force, IReadOnlyList<string>? Only, string From)
{
    public bool Create => NewBranch is not null;
}

/// <summary>What to bring back.</summary>
/// <param name="Paths">What is named; empty for everything.</param>
/// <param name="Source">A branch, tag or commit; null for what is staged or, without that, committed.</param>
/// <param name="To">Another folder to write into; null for the workspace's own.</param>
public sealed record RestoreRequest(
    IReadOnlyList<string> Paths, string From, string? Source = null, bool Staged = false, string? To = null, bool Force = false);

/// <summary>What was written into the folder.</summary>
public sealed record CheckoutOutcome(string? Branch, Digest? Commit, int Written, int Deleted, long WrittenBytes);
