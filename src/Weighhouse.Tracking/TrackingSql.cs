using Weighhouse.Data;

namespace Weighhouse.Tracking;

/// <summary>The module's statements, by file name.</summary>
internal static class TrackingSql
{
    public static readonly SqlCatalog Catalog = SqlCatalog.Of(typeof(TrackingSql).Assembly);
}
