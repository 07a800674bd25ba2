namespace Weighhouse.Tracking.Metrics;

/// <summary>A series as rows name it.</summary>
internal readonly record struct SeriesKey(long RunNo, long KeyNo);
