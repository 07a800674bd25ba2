using Weighhouse.Versioning.Workspace.Index;

namespace Weighhouse.Versioning.Workspace.Checkout;

/// <summary>A file to write.</summary>
/// <param name="Before">What the folder holds there now when that is known, so that only what differs need be written.</param>
internal sealed record CheckoutWrite(IndexEntry Target, IndexEntry? Before);

/// <summary>What must happen in the folder so that it holds a tree.</summary>
/// <param name="Deletes">Paths to delete, children of a folder before what replaces it.</param>
/// <param name="Adopted">Files that hold already what they should.</param>
/// <param name="Kept">Entries of the next index that need no work.</param>
internal sealed record CheckoutPlan(
    List<string> Deletes, List<CheckoutWrite> Writes, List<IndexEntry> Adopted, List<IndexEntry> Kept, List<CheckoutObstacle> Obstacles);

/// <summary>Something of the user's that the checkout would destroy.</summary>
internal sealed record CheckoutObstacle(string Path, string Reason);
