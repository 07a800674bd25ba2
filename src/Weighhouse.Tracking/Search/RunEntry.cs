namespace Weighhouse.Tracking.Search;

/// <summary>A run that satisfies the filter, with all that its place in the order depends on.</summary>
internal sealed record RunEntry(long RunNo, string RunId, long StartMs, SortValue[] Values);
